"""Every error by its code, found where it is raised."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import tomada
from generators.markdown import NOTICE, table
from tomada import errors
from tomada.errors import TomadaError

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (Path(tomada.__file__).parent, *sorted(ROOT.glob("plugins/*/src")))

INTRODUCTION = """# Errors

What went wrong is one sentence on stderr with the way out below it; with `--json` it is `{"schema_version": 1,
"error": {"code", "message", "hint"}}` on stdout. The code is stable, the sentence is for people and comes in the
user's language. The list is found in the source: an error whose code is put together as it happens
(`plugin.` with the plugin's state, what a remote calls its own) is not in it. What to do about them stands in
[trouble-shooting](../how-to/trouble-shooting.md); the exit codes in [the command line](cli.md).

"""


_CODE = re.compile(r"[a-z]+\.[a-z_]+")


def page() -> str:
    """Return ``reference/errors.md``."""
    found: dict[str, tuple[str, str]] = {}
    for source in SOURCES:
        for path in sorted(source.rglob("*.py")):
            for code, exit_code, sentence in _errors(ast.parse(path.read_text("utf-8"))):
                found.setdefault(code, (exit_code, sentence))
    rows = [(f"`{code}`", *found[code]) for code in sorted(found)]
    return NOTICE + INTRODUCTION + table(["code", "exit code", "sentence"], rows)


def _errors(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Yield code, exit code (empty where the source does not tell) and sentence of each error of a module."""
    kinds = {name: kind for name, kind in vars(errors).items() if _is_error(kind)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = [kinds[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in kinds]
            for call in ast.walk(node) if bases else ():
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                    yield from _pairs(call.args, bases[0])
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in kinds:
                yield from _pairs(node.args, kinds[name])
        elif isinstance(node, ast.Tuple):
            named = [kinds[one.id] for one in node.elts if isinstance(one, ast.Name) and one.id in kinds]
            yield from _pairs(node.elts, named[0] if named else None)


def _is_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, TomadaError)


def _pairs(parts: list[ast.expr], kind: type[TomadaError] | None) -> Iterator[tuple[str, str, str]]:
    for code, sentence in pairwise(parts):
        if _CODE.fullmatch(_text(code)) and " " in _text(sentence):
            yield _text(code), str(kind.exit_code) if kind else "", _text(sentence)


def _text(node: ast.expr) -> str:
    """Return a literal, also one inside ``_(…)``, ``N_(…)`` and ``_(…).format(…)``; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            return _text(node.func.value)
        if isinstance(node.func, ast.Name) and node.func.id in ("_", "N_") and node.args:
            return _text(node.args[0])
    return ""
