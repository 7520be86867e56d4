"""The rules that settings, holds, comments and tests cite by id, and where each one is tested."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from generators.markdown import NOTICE, table

TESTS = Path(__file__).resolve().parents[2] / "tests"

INTRODUCTION = """# Rules

How Tomada behaves, rule by rule. Settings, holds, the story of an order, comments and tests cite a rule by its id
(`O2`). The last column has the test modules with a test named after the rule; a rule without one is tested under
another name, or not built as far as it goes.

"""

RULES = {
    "O1": "An order's identity is (store, remote id). What is created bears our mark; a hit of the ERP's search counts"
    " as ours only with a mark, the same document and the same total. What fits in part is held.",
    "O2": "Once: intent, search before every create, record at once. What got no answer is not repeated before the"
    " settle time and two empty searches.",
    "O3": "The store is told only after the commit; the confirmation is durable and repeatable.",
    "O4": "Orders from before the activation stay out. All or paid ones enter, unpaid ones at once or later.",
    "O5": "Reading costs little: lists first, details only of versions that are not committed; nothing is missed.",
    "O6": "Contents that change after the import are held; never a silent second order.",
    "O7": "Cancelled in the store: cancelled in the ERP unless invoiced or posted: held. Cancelled in the ERP: held.",
    "O9": "A channel may be ignored; the marketplace goes to the ERP order as intermediary.",
    "O10": "Nothing is announced to a store about orders from before its activation.",
    "M1": "The terms of an order add up to its total; a small difference is booked, a larger one held.",
    "M2": "The ERP order's total is the store's to the cent; instalments add up to it.",
    "M3": "Payments that differ from the total are named and change nothing.",
    "C1": "Customers come in with the order, never by a contact write; what a person corrected in the ERP stays.",
    "C2": "Customers are matched by checked CPF or CNPJ; several contacts are held; without a document a code of ours.",
    "C3": "Fields are cut to the ERP's length with a warning; a company's legal name is held instead.",
    "P1": "One exact SKU on both sides links by itself; none or several hold the order.",
    "T1": "Statuses have ranks; steps may be skipped, going back is a setting.",
    "T2": "One send per value; what we wrote and what comes back is recognised.",
    "D1": "An unmapped code holds the order with the exact key; setting it frees exactly the orders that wait.",
    "D2": "Defaults go by normalised name and type, never by number.",
    "D3": "A hold says what, why, since when, and the command that settles it; it closes itself when the cause goes.",
    "D4": "Exit code 1 means newly held or rejected in this run.",
    "Q1": "A share of each quota is kept by all processes together and over restarts.",
    "A1": "A store is read though the ERP is down, and the ERP goes on though a store is; neither costs another store.",
    "X1": "Secrets and snapshots are encrypted and appear in no log, error or audit row; TLS is verified.",
    "X2": "Answers have size limits, names from a remote never leave their folder.",
    "X3": "Personal data is marked in the model and found by keyed hashes.",
    "X4": "The audit says who did it.",
}


def page() -> str:
    """Return ``reference/rules.md``."""
    found = dict(_tested())
    rows = [
        (f"`{rule}`", text, ", ".join(f"`{name}`" for name in found.get(rule, [])))
        for rule, text in RULES.items()
    ]
    return NOTICE + INTRODUCTION + table(["id", "rule", "tested in"], rows)


def _tested() -> Iterator[tuple[str, list[str]]]:
    named: dict[str, set[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            cited = isinstance(node, ast.FunctionDef) and re.match(r"test_([a-z]\d{1,2})_", node.name)
            if cited:
                named.setdefault(cited[1].upper(), set()).add(path.relative_to(TESTS).as_posix())
    yield from ((rule, sorted(paths)) for rule, paths in named.items())
