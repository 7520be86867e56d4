"""What commands print: results on stdout, as text for people or as JSON for programs; the rest on stderr.

rich is loaded only to draw on a terminal.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import click

from tomada.errors import UsageError
from tomada.i18n import N_, _, current

SCHEMA_VERSION = 1

_LONG_WORD = 28
"""Longer words, such as addresses, may be broken on a terminal; shorter ones are mostly there to be copied."""
_GAP = 2

Command = TypeVar("Command", bound=Callable[..., object])


def json_option(command: Command) -> Command:
    """Add ``--json`` to a command; it arrives as ``as_json``."""
    decorate = click.option("--json", "as_json", is_flag=True, help=N_("Print the result as JSON."))
    return decorate(command)


def yes_option(command: Command) -> Command:
    """Add ``--yes`` to a command that asks before it acts; see ``confirmed``."""
    return click.option("-y", "--yes", is_flag=True, help=N_("Do it without asking."))(command)


def print_json(data: Mapping[str, object]) -> None:
    """Print one JSON object with ``schema_version`` first; money as text, times in ISO 8601."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    document = {"schema_version": SCHEMA_VERSION, **data}
    click.echo(json.dumps(document, default=_jsonable, indent=2, ensure_ascii=encoding != "utf8"))


def _jsonable(value: object) -> object:
    if isinstance(value, Decimal | Path):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be printed as JSON")


def say(text: str) -> None:
    """Print one sentence of the result."""
    click.echo(text)


def note(text: str) -> None:
    """Print a sentence beside the result, on stderr."""
    click.echo(text, err=True)


def cell(value: object) -> str:
    """Return a value as people read it: times in the local zone, money with the language's decimal mark."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",") if current() == "pt_BR" else f"{value:f}"
    return str(value.value if isinstance(value, Enum) else value)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "") -> None:
    """Print rows under their heads; ``empty`` is the sentence when there is none."""
    texts = [[" ".join(cell(value).split()) for value in row] for row in rows]
    if not texts and empty:
        say(empty)
    elif sys.stdout.isatty():
        _drawn(columns, texts)
    else:
        _aligned([list(columns), *texts])


def fields(pairs: Iterable[tuple[str, object]]) -> None:
    """Print names and values, one pair a line; what has no value is left out."""
    texts = [(f"{name}:", text) for name, value in pairs if (text := cell(value))]
    width = max((len(name) for name, _value in texts), default=0)
    for name, value in texts:
        say(f"{name:<{width}}  {value}")


def confirmed(question: str, yes: bool) -> bool:
    """Ask before something is done. Raises ``UsageError`` when nobody is there to answer."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("cli.confirm", question, _("Nobody can answer here: repeat the command with --yes."))
    choice = _("y/N")
    while True:
        answer = click.prompt(f"{question} [{choice}]", default="", show_default=False, err=True)
        first = answer.strip().lower()[:1]
        if first in ("y", _("yes")[0]):
            return True
        if first in ("", "n"):
            return False
        note(_("Answer yes or no."))


def console(*, err: bool = False) -> Any:  # noqa: ANN401 - rich.console.Console, loaded here only
    """Return rich's console for stdout or stderr, without colours where the user wants none."""
    from rich.console import Console

    ctx = click.get_current_context(silent=True)
    plain = ctx is not None and ctx.color is False
    return Console(stderr=err, no_color=True if plain else None, highlight=False)


def _drawn(columns: Sequence[str], rows: list[list[str]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    screen = console()
    widths = _fitted([list(columns), *rows], screen.width)
    if not widths:
        _below_one_another(columns, rows)
        return
    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for column, width in zip(columns, widths, strict=True):
        drawn.add_column(column, width=width, overflow="fold")
    for row in rows:
        drawn.add_row(*map(Text, row))
    screen.print(drawn)


def _fitted(rows: list[list[str]], room: int) -> list[int]:
    """Return widths of columns that break no word, with the room that is left for the longest; none without room."""
    natural = _widths(rows)
    words = [
        max((len(word) for cell in column for word in cell.split()), default=0)
        for column in zip(*rows, strict=True)
    ]
    widths = [min(width, _LONG_WORD) for width in words]
    left = room - sum(widths) - _GAP * (len(widths) - 1)
    if left < 0:
        return []
    for _step in range(min(left, sum(natural) - sum(widths))):
        longest = max(range(len(widths)), key=lambda at: natural[at] - widths[at])
        widths[longest] += 1
    return widths


def _below_one_another(columns: Sequence[str], rows: list[list[str]]) -> None:
    for number, row in enumerate(rows):
        if number:
            say("")
        fields(zip(columns, row, strict=True))


def _widths(rows: list[list[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _aligned(rows: list[list[str]]) -> None:
    widths = _widths(rows)
    for row in rows:
        say("  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip())
