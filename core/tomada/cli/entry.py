"""Where the command line begins and ends."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from tomada.cli.everywhere import language_in, moved_to_front
from tomada.cli.failures import ExitCode, interruption, show
from tomada.cli.language import localised, speak
from tomada.i18n import _


def main() -> NoReturn:
    """Run the command of this process and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")  # a terminal without ○ or ã must not end a command
    sys.exit(run(sys.argv[1:]))


def run(args: Sequence[str]) -> int:
    """Run one command and return its exit code; whatever goes wrong is shown and never raised.

    A command returns its exit code, or None for 0.
    """
    speak(language_in(args))
    words = moved_to_front(args)
    verbose = "-vv" in words or words.count("-v") + words.count("--verbose") > 1
    try:
        code = _run(words)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitCode.USAGE
    except click.Abort as error:
        return show(interruption(error), as_json="--json" in words, traceback=verbose)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last place that can say it in words
        return show(error, as_json="--json" in words, traceback=verbose)
    return code


def _run(words: list[str]) -> int:
    from tomada.cli.root import root

    try:
        command = localised(root, _)
        with command.make_context("tomada", words) as ctx:
            result = command.invoke(ctx)
    except click.exceptions.Exit as end:
        return end.exit_code
    return result if isinstance(result, int) else ExitCode.DONE
