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
    "O6": "Contents that change after the import are held: ignored, done by hand, or the order is cancelled in the ERP"
    " and created anew, its pieces kept from sale meanwhile; never a silent second order.",
    "O7": "Cancelled in the store: cancelled in the ERP unless invoiced or posted: held. Cancelled in the ERP: held.",
    "O8": "Parts that the store split off an order are orders of their own, each shipped on its own; while the ERP may"
    " have the order whole they are held, so that no piece is counted twice.",
    "O9": "A marketplace asks once whether its orders come in here. A channel may be ignored, keep its news from the "
    "store, leave from a warehouse of its own, or be shipped by the marketplace, the ERP order's intermediary.",
    "O10": "Nothing is announced to a store about orders from before its activation.",
    "M1": "The terms of an order add up to its total; a small difference is booked, a larger one held.",
    "M2": "The ERP order's total is the store's to the cent; instalments add up to it.",
    "M3": "Payments that differ from the total are named and change nothing.",
    "C1": "Customers come in with the order, never by a contact write; what a person corrected in the ERP stays.",
    "C2": "Customers are matched by checked CPF or CNPJ; several contacts are held; without a document a code of ours.",
    "C3": "Fields are cut to the ERP's length with a warning; a company's legal name is held instead.",
    "P1": "One exact SKU on both sides links by itself; none or several hold the order.",
    "P2": "Creating products is asked for; the flow updates linked ones only.",
    "P3": "Each field of a product is sent always, at creation or never; a shop's texts are the shop's.",
    "P4": "Inactive or deleted in the ERP is balance 0 at the store, never deleted; a repeated SKU is frozen and held.",
    "P5": "Products of a store are linked or created in the ERP as asked for; stock is never added twice.",
    "S1": "A balance is absolute, from one read of the ERP, by one formula, and never negative.",
    "S2": "The ledger holds what orders take from when they are first seen until the ERP counts it.",
    "S3": "A store's orders are read before its stock is published; a sale at one store lowers all others.",
    "S4": "Pieces that a store takes off the published number by itself are not taken off twice.",
    "S5": "A kit has what its components suffice for; what orders take of it is taken of those, for every store.",
    "S6": "The ERP's traps: no reservations, lost or consumed lists of changes, negative and repeated balances.",
    "S7": "A store's first balances are shown as a plan and sent after a yes.",
    "S8": "`stock explain` shows every term of a balance with its source and time, `stock reservations` the orders.",
    "V1": "Prices follow the store's rule; zero or empty is never sent; an exception stays one.",
    "T1": "Statuses have ranks; steps may be skipped, going back is a setting.",
    "T2": "One send per value; what we wrote and what comes back is recognised.",
    "T3": "A parcel's code, address and day go out in one write with the status; a corrected code is a new value.",
    "T4": "Only authorised, outgoing invoices of the sale go out; one cancelled after it was told is held.",
    "T5": "Statuses and deliveries on demand, with a result for each order.",
    "D1": "An unmapped code holds the order with the exact key; setting it frees exactly the orders that wait.",
    "D2": "Defaults go by normalised name and type, never by number.",
    "D3": "A hold says what, why, since when, and the command that settles it; it closes itself when the cause goes.",
    "D4": "Exit code 1 means newly held or rejected in this run.",
    "G1": "A plan that goes beyond a limit stops before anything of it is sent, and says how to go on.",
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
