"""Versions of orders: which of two readings of one order is the newer one (contract 9.8).

``NUMBER.DIGEST@TIME``: the export's number, its content, and the time of the last change, of the status too.
A change of status keeps number and digest and moves the time, so that the same export, sent once more, does not
take the status back.
"""

from datetime import UTC, datetime
from enum import StrEnum

from tomada.spi import Known


def version_of(number: int, digest: str, at: datetime) -> str:
    """Return the version of an order that was read whole."""
    return f"{number}.{digest}@{_text(at)}"


def after_status(known: str, at: datetime) -> str:
    """Return the version of an order whose status changed at ``at``."""
    return f"{known.partition('@')[0]}@{_text(at)}"


class News(StrEnum):
    """What a whole order tells: something new, nothing new, or something else under the same number and time."""

    NEW = "new"
    STALE = "stale"
    CONTRADICTS = "contradicts"


def news_of(known: Known | None, number: int, digest: str, at: datetime) -> News:
    """Compare a whole order with what is known of it."""
    content, _at, moment = known.version.partition("@") if known else ("", "", "")
    old_number, _dot, old_digest = content.partition(".")
    if not old_number.isdigit():
        return News.NEW
    mine, old = (number, _text(at)), (int(old_number), moment)
    if digest == old_digest or mine < old:
        return News.STALE
    return News.NEW if mine > old else News.CONTRADICTS


def is_stale_status(known: Known | None, status: str, at: datetime) -> bool:
    """Tell whether a change of status tells nothing new of an order that is known."""
    if known is None:
        return False
    moment = known.version.partition("@")[2]
    return _text(at) < moment or (_text(at) == moment and status == known.status)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
