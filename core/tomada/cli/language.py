"""The language of the command line: our sentences, a command's help, and click's own texts."""

import gettext
import os
import re
from collections.abc import Callable
from copy import copy
from pathlib import Path

import click

from tomada.i18n import N_, _, current, use

LOCALE = Path(__file__).parent.parent / "locale"

PLACEHOLDERS = (
    *(N_("OPTIONS"), N_("COMMAND"), N_("ARGS"), N_("NAME"), N_("STORE"), N_("FLOW"), N_("KIND"), N_("CODE")),
    *(
        N_("VALUE"),
        N_("KEY"),
        N_("PATH"),
        N_("WHEN"),
        N_("SECONDS"),
        N_("PRODUCT"),
        N_("ERP_PRODUCT"),
        N_("DIR"),
    ),
)
"""The words that stand for a value in usages, hints and commands to complete."""


def speak(language: str | None) -> None:
    """Choose the language of this process (``--lang``, else the environment), also for click's texts.

    click asks gettext for the default domain in the language of the environment: both are set here.
    """
    use(language)
    gettext.bindtextdomain("click", str(LOCALE))
    gettext.textdomain("click")
    os.environ["LANGUAGE"] = current()


def localised(command: click.Command, translate: Callable[[str], str]) -> click.Command:
    """Return a copy of a command whose help is in the user's language.

    Commands give their help as ``help=N_("…")``. It is translated here and not at import, as one process may
    run commands in several languages.
    """
    result = copy(command)
    result.help = command.help and translate(command.help)
    # click would cut a long first sentence off; as a short help it is wrapped.
    result.short_help = (command.short_help and translate(command.short_help)) or _first_sentence(result.help)
    result.epilog = command.epilog and translate(command.epilog)
    result.options_metavar = placeholders(command.options_metavar or "")
    result.params = [_localised_parameter(parameter, translate) for parameter in command.params]
    if isinstance(result, click.Group):
        result.subcommand_metavar = placeholders(result.subcommand_metavar or "")
        result.commands = {name: localised(inner, translate) for name, inner in result.commands.items()}
    return result


def placeholders(text: str) -> str:
    """Return a usage or a command with its words in capitals in the user's language."""
    return re.sub(r"[A-Z][A-Z_]+", lambda word: _(word[0]), text)


def _first_sentence(text: str | None) -> str:
    first, stop, _rest = (text or "").partition(". ")
    return first + stop.strip()


def _localised_parameter(parameter: click.Parameter, translate: Callable[[str], str]) -> click.Parameter:
    result = copy(parameter)
    for name in ("help", "prompt"):
        text = getattr(result, name, None)
        if text:
            setattr(result, name, translate(text))
    if result.metavar or isinstance(result, click.Argument):
        result.metavar = placeholders(parameter.make_metavar(click.Context(click.Command(None))))
    return result
