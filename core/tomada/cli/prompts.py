"""Values that a command needs: given with ``--set``, read from a file, or asked for on a terminal."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from tomada.errors import UsageError
from tomada.i18n import N_, _

Command = TypeVar("Command", bound=Callable[..., object])


def set_options(command: Command) -> Command:
    """Add ``--set key=value`` and ``--set-file key=path``; they arrive as ``set_`` and ``set_file``."""
    as_file = click.option(
        "--set-file",
        multiple=True,
        metavar="KEY=PATH",
        help=N_("Set a value from a file, as for a secret; may be repeated."),
    )
    as_text = click.option(
        "--set", "set_", multiple=True, metavar="KEY=VALUE", help=N_("Set a value; may be repeated.")
    )
    return as_text(as_file(command))


def given(texts: Iterable[str], files: Iterable[str] = ()) -> dict[str, str]:
    """Split ``key=value`` and ``key=path`` texts; raises ``UsageError`` for one without ``=`` or without a file."""
    values = dict(map(_pair, texts))
    for key, path in map(_pair, files):
        try:
            values[key] = Path(path).expanduser().read_text("utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else _("it is not text")
            raise UsageError(
                "cli.file",
                _("{key}: the file {path} cannot be read: {reason}.").format(
                    key=key, path=path, reason=reason
                ),
            ) from None
    return values


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        # What stands before a missing sign may be a secret, so it is not repeated (X1).
        raise UsageError("cli.pair", _("A setting is written key=value; one of them has no key or no “=”."))
    return key.strip(), value


def can_ask() -> bool:
    """Tell whether somebody can be asked: stdin is a terminal."""
    return sys.stdin.isatty()


def asked(key: str, text: str, *, secret: bool) -> str:
    """Ask for a value on the terminal; raises ``UsageError`` that names the key when nobody is there."""
    if not can_ask():
        raise missing(key, text)
    return str(click.prompt(text, hide_input=secret, err=True)).strip()


def missing(key: str, text: str) -> UsageError:
    """Make the error of a value that nobody can be asked for."""
    return UsageError(
        "cli.missing",
        _("{key} is not given: {text}").format(key=key, text=text),
        _("Give it with --set {key}=…, or --set-file {key}=PATH to keep it off the command line.").format(
            key=key
        ),
    )


def chosen(option: str, text: str, names: Sequence[str]) -> str:
    """Let the user choose one of several names; raises ``UsageError`` that names the option when nobody is there."""
    if not can_ask():
        raise UsageError(
            "cli.missing",
            _("{key} is not given: {text}").format(key=option, text=text),
            _("There are: {names}").format(names=", ".join(names)),
        )
    return str(click.prompt(text, type=click.Choice(list(names)), err=True))
