"""The hooks with their signatures, and everything that passes between a plugin and the core.

Signatures and fields are taken from the source as written there, so that every Python prints the same.
"""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from generators.markdown import NOTICE, code, from_docstring, table
from tomada.domain.features import features_of
from tomada.host.dispatch import SPEC_CLASSES
from tomada.spi import SPI_VERSION
from tomada.spi.catalogue import CATALOGUE, Hook
from tomada.spi.markers import HookFacts, hook_facts

PAYLOADS = (
    ("What the core hands to a hook", "tomada.spi.context"),
    ("Reading and confirming", "tomada.spi.reading"),
    ("Setting up and checking a connection", "tomada.spi.setup"),
    ("A sample of a store's files", "tomada.spi.samples"),
    ("What a platform says about itself", "tomada.spi.platform"),
    ("Orders", "tomada.domain.order"),
    ("Customers and addresses", "tomada.domain.customer"),
    ("Money", "tomada.domain.money"),
)

INTRODUCTION = f"""# Hooks

The plugin interface, version `{SPI_VERSION}`. A platform is an object in the entry-point group
`tomada.platforms`; the entry's name is the platform's id. It declares `spi = "{SPI_VERSION}"` and
implements hooks, each marked with `@hookimpl` and declared exactly as it stands here: positional,
without defaults. `platform_info` is required, all others are optional. A plugin imports `tomada.spi`,
`tomada.domain` and `tomada.errors`, and nothing else of Tomada. [Add a
platform](../tutorials/add-a-platform.md) builds one.

Trouble with one item is a value (`Rejected`); trouble with the call is one of the exceptions of
`tomada.errors`. Everything else that a plugin raises is shown as its bug, with its name and version.

"""


def page() -> str:
    """Return ``reference/hooks.md``."""
    parts = [NOTICE, INTRODUCTION]
    for subject in SPEC_CLASSES:
        parts.append(f"## {subject.__name__}\n\n{from_docstring(inspect.getdoc(subject) or '')}\n")
        for function in _functions(_class(subject)):
            facts = hook_facts(getattr(subject, function.name))
            if facts:
                parts += _hook(function, facts)
    parts.append("## Payloads\n\n")
    for title, module in PAYLOADS:
        parts += _module(title, import_module(module))
    return "".join(parts)


def _hook(function: ast.FunctionDef, facts: HookFacts) -> Iterator[str]:
    yield f"### `{function.name}`\n\n"
    yield code(f"@hookimpl\n{_signature(function)}: ...", "python")
    yield f"\n{from_docstring(ast.get_docstring(function) or '')}\n"
    claims = {one.id for one in CATALOGUE if Hook(function.name) in one.requires}
    claims.update(facts.behaviours)
    for model in facts.yields:
        claims |= features_of(model)
    if claims:
        listed = ", ".join(f"`{one.id}`" for one in CATALOGUE if one.id in claims)
        yield f"Claims, unless the plugin takes it back with `@lacks`: {listed}.\n\n"


def _module(title: str, module: ModuleType) -> Iterator[str]:
    yield f"### {title}\n\n"
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield f"#### `{node.name}`\n\n{from_docstring(ast.get_docstring(node) or '')}\n"
            yield from _members(node)


def _members(node: ast.ClassDef) -> Iterator[str]:
    fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
    if fields:
        rows = [
            (f"`{ast.unparse(one.target)}`", f"`{ast.unparse(one.annotation)}`", _default(one))
            for one in fields
        ]
        yield table(["field", "type", "default"], rows) + "\n"
    values = [one for one in node.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)]
    if values:
        yield "Values: " + ", ".join(f"`{ast.literal_eval(one.value)}`" for one in values) + ".\n\n"
    for function in _functions(node):
        if not function.name.startswith("_") and ast.get_docstring(function):
            summary = " ".join(from_docstring(ast.get_docstring(function) or "").split())
            yield f"* `{_signature(function).removeprefix('def ')}`: {summary}\n"
    if any(not function.name.startswith("_") for function in _functions(node)):
        yield "\n"


def _default(field: ast.AnnAssign) -> str:
    if field.value is None:
        return ""
    if isinstance(field.value, ast.Call):
        for keyword in field.value.keywords:
            if keyword.arg == "default_factory":
                return f"`{ast.unparse(keyword.value)}()`"
            if keyword.arg == "default":
                return f"`{ast.unparse(keyword.value)}`"
    return f"`{ast.unparse(field.value)}`"


def _class(subject: type) -> ast.ClassDef:
    module = inspect.getmodule(subject)
    assert module
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef) and node.name == subject.__name__:
            return node
    raise LookupError(subject.__name__)


def _functions(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [one for one in node.body if isinstance(one, ast.FunctionDef)]


def _signature(function: ast.FunctionDef) -> str:
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return f"def {function.name}({ast.unparse(function.args)}){returns}"
