"""How commands speak of mappings and of the orders that wait for them."""

from collections.abc import Sequence

from tomada.cli.output import say
from tomada.flows.holds.reasons import kind_word
from tomada.i18n import _

SHOWN = 8
"""Up to so many orders are named."""


def named(kind: str, code: str) -> str:
    """Return a code with the word for its kind."""
    return f"{kind_word(kind)} “{code}”"


def say_freed(going: Sequence[str], waiting: Sequence[str]) -> None:
    """Say which orders go on with the next sync, and which wait for something else, too."""
    if going:
        told = _("Orders that go on with the next sync: {count} ({orders}).")
        say(told.format(count=len(going), orders=_few(going)))
    if waiting:
        told = _("Orders that wait for something else, too: {count} ({orders}).")
        say(told.format(count=len(waiting), orders=_few(waiting)))


def _few(orders: Sequence[str]) -> str:
    return ", ".join([*orders[:SHOWN], *(["…"] if len(orders) > SHOWN else [])])
