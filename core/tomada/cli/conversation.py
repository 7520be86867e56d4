"""Answers for a platform that sets its connection up: given beforehand, from the browser, or typed."""

from collections.abc import Callable

from tomada.cli.callback import callback
from tomada.cli.output import note
from tomada.cli.prompts import asked, can_ask, missing
from tomada.errors import UsageError
from tomada.i18n import _
from tomada.spi import Ask, Say

AT_THE_TERMINAL = 900.0
UNATTENDED = 120.0


def answering(answers: dict[str, str], wait: float | None) -> Callable[[Ask], str]:
    """Return what answers a platform's questions; each answer is taken out of ``answers`` as it is used.

    ``wait`` is how many seconds the browser may take; None: 15 minutes at a terminal, else 2.
    """

    def answer(ask: Ask) -> str:
        if ask.key in answers:
            return answers.pop(ask.key)
        if not ask.callback:
            return asked(ask.key, ask.text, secret=ask.secret)
        return _from_browser(ask, wait)

    return answer


def say_note(say: Say) -> None:
    """Show what a platform says."""
    note(say.text)


def check_used(answers: dict[str, str]) -> None:
    """Raise ``UsageError`` when something was given that no question asked for."""
    if answers:
        raise UsageError(
            "settings.unknown",
            _("This is no setting, and nothing asked for it: {names}.").format(names=", ".join(answers)),
        )


def _from_browser(ask: Ask, wait: float | None) -> str:
    seconds = wait if wait is not None else AT_THE_TERMINAL if can_ask() else UNATTENDED
    with callback() as back:
        note(ask.text.replace("{callback}", back.address))
        returned = back.wait(seconds)
    if returned is None:
        raise missing(
            ask.key,
            _("The browser did not come back within {seconds} seconds.").format(seconds=f"{seconds:g}"),
        )
    return returned
