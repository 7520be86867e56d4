"""What went wrong, shown in one place: a sentence, the way out, and the exit code."""

import os
import sys
from enum import IntEnum

import click

from tomada.cli.output import print_json
from tomada.errors import InternalError, TomadaError, UsageError
from tomada.i18n import _


class ExitCode(IntEnum):
    """How a command ended; 2 to 5 are those of ``tomada.errors``."""

    DONE = 0
    ATTENTION = 1
    """Something was newly held or rejected (D4)."""
    USAGE = 2
    UNUSABLE = 3
    TRANSIENT = 4
    INTERNAL = 5
    INTERRUPTED = 130
    BROKEN_PIPE = 141


def show(error: BaseException, *, as_json: bool, traceback: bool) -> int:
    """Show an error that ended a command, and return the exit code."""
    if isinstance(error, BrokenPipeError):
        # Python flushes stdout once more at its end; that must not fail too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.BROKEN_PIPE
    if traceback and not isinstance(error, click.ClickException):
        from tomada.transport.redaction import traceback_without_values

        click.echo(traceback_without_values(error), err=True)
    told = _told(error)
    if as_json:
        print_json({"error": {"code": told.code, "message": told.message, "hint": told.hint}})
    else:
        click.secho(_("Error: ") + told.message, err=True, fg="red")
        if told.hint:
            click.echo(told.hint, err=True)
    return ExitCode.INTERRUPTED if isinstance(error, KeyboardInterrupt) else told.exit_code


def interruption(error: click.Abort) -> BaseException:
    """Return what is behind click's ``Abort``: ctrl-C, or an input that ended before an answer."""
    if isinstance(error.__context__, EOFError):
        return UsageError(
            "cli.no_answer",
            _("A question was left without an answer."),
            _("Answer on a terminal, or give the values with options; see --help."),
        )
    return KeyboardInterrupt()


def _told(error: BaseException) -> TomadaError:
    if isinstance(error, TomadaError):
        return error
    if isinstance(error, click.exceptions.UsageError):
        help_of = error.ctx.command_path if error.ctx else "tomada"
        hint = _("See: {command} --help").format(command=help_of)
        return UsageError("cli.usage", error.format_message(), hint)
    if isinstance(error, click.ClickException):
        return UsageError("cli.file", error.format_message())
    if isinstance(error, KeyboardInterrupt):
        return UsageError(
            "cli.interrupted",
            _("Interrupted."),
            _("Nothing is lost: the same command goes on where it stopped."),
        )
    from tomada.transport.redaction import kind_and_place

    kind, place = kind_and_place(error)
    return InternalError(
        "internal",
        _("Something unexpected happened ({kind} at {place}).").format(kind=kind, place=place),
        _("Run it with -vv to see where, and report it."),
    )
