"""What the commands of this package print: results on stdout, as text for people or as JSON for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

import click

from tomada_sandbox.sentences import N_, current

SCHEMA_VERSION = 1

Command = TypeVar("Command", bound=Callable[..., object])


def json_option(command: Command) -> Command:
    """Add ``--json`` to a command; it arrives as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help=N_("Print the result as JSON."))(command)


def print_json(data: Mapping[str, object], indent: int | None = 2) -> None:
    """Print one JSON object with ``schema_version`` first; amounts as text."""
    document = {"schema_version": SCHEMA_VERSION, **data}
    click.echo(json.dumps(document, default=str, indent=indent, ensure_ascii=False))


def amount(value: Decimal | str) -> str:
    """Return an amount with two places and the language's decimal mark."""
    text = f"{Decimal(value):.2f}"
    return text.replace(".", ",") if current() == "pt_BR" else text


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print rows under their heads: drawn on a terminal, else in aligned columns."""
    texts = [[str(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        if title:
            click.echo(title)
        _aligned([list(columns), *texts])
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for row in texts:
        drawn.add_row(*map(Text, row))
    context = click.get_current_context(silent=True)
    plain = context is not None and context.color is False
    Console(highlight=False, no_color=plain or None).print(drawn)


def _aligned(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True))
        click.echo(f"  {line}".rstrip())
