"""How commands speak of mappings and of the orders that wait for them."""

from collections.abc import Sequence

from tomada.cli.output import say
from tomada.flows.holds.reasons import kind_word
from tomada.flows.mapping.suggestions import Origin, Suggestion, Why
from tomada.i18n import N_, _

SHOWN = 8
"""Up to so many orders are named."""


WHY = {
    Why.EXACT: N_("has this very name: {like}"),
    Why.NORMALISED: N_("has this name, but for case, accents and marks: {like}"),
    Why.TYPE: N_("is what such a code usually is"),
    Why.FUZZY: N_("is like this name: {like} ({likeness} %)"),
}
ORIGINS = {
    Origin.CHOSEN: N_("a person chose it for that name"),
    Origin.ERP: N_("of the ERP account"),
    Origin.STORE: N_("the store's own"),
    Origin.KNOWN: N_("a usual name"),
}


def named(kind: str, code: str) -> str:
    """Return a code with the word for its kind."""
    return f"{kind_word(kind)} “{code}”"


def reason_of(one: Suggestion) -> str:
    """Return why a value is suggested, in the user's language."""
    why = _(WHY[one.why]).format(like=f"“{one.like}”", likeness=one.likeness)
    return why if one.why is Why.TYPE else f"{why}; {_(ORIGINS[one.origin])}"


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
