"""The language of the command line: our sentences, a command's help, and click's own texts."""

import gettext
import os
from collections.abc import Callable
from copy import copy
from pathlib import Path

import click

from tomada.i18n import current, use

LOCALE = Path(__file__).parent.parent / "locale"


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
    result.short_help = command.short_help and translate(command.short_help)
    result.epilog = command.epilog and translate(command.epilog)
    result.params = [_localised_parameter(parameter, translate) for parameter in command.params]
    if isinstance(result, click.Group):
        result.commands = {name: localised(inner, translate) for name, inner in result.commands.items()}
    return result


def _localised_parameter(parameter: click.Parameter, translate: Callable[[str], str]) -> click.Parameter:
    result = copy(parameter)
    for name in ("help", "prompt"):
        text = getattr(result, name, None)
        if text:
            setattr(result, name, translate(text))
    return result
