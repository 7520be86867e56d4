"""What holds have in common: the cause that one answer can settle, and whether one waits for a person now (D3)."""

from collections.abc import Iterable
from datetime import datetime

from tomada.errors import UsageError
from tomada.flows.holds.item_holds import RETRY
from tomada.flows.holds.reasons import HOLDS
from tomada.i18n import _
from tomada.ports.records import HoldRecord


def cause_of(hold: HoldRecord) -> str:
    """Return what a person settles with one answer: the code, with its kind and key where the answer hangs on them."""
    return _whole(hold) if HOLDS[hold.code].remember else hold.code


def check_cause(text: str) -> str:
    """Return a cause as ``CODE``, ``CODE:KIND`` or ``CODE:KIND:KEY``; raises ``UsageError`` for an unknown code."""
    if text.partition(":")[0] not in HOLDS:
        raise UsageError(
            "hold.cause",
            _("There is no cause {cause}.").format(cause=ascii(text)),
            _("There are: {names}").format(names=", ".join(HOLDS)),
        )
    return text


def has_cause(hold: HoldRecord, cause: str) -> bool:
    """Tell whether a hold has this cause, or one that begins with it."""
    return cause in (hold.code, f"{hold.code}:{hold.kind}", _whole(hold))


def is_snoozed(hold: HoldRecord, now: datetime) -> bool:
    """Tell whether a person has put the hold off to a time that has not come."""
    return hold.snoozed_until is not None and now < hold.snoozed_until


def is_answered(hold: HoldRecord) -> bool:
    """Tell whether a person has given an answer that stands; that it is to be looked at again is none."""
    return hold.settled_as not in ("", RETRY)


def order_ids(holds: Iterable[HoldRecord]) -> list[int]:
    """Return the ids of the orders that these holds are of, each once."""
    return list(dict.fromkeys(hold.order_id for hold in holds if hold.order_id is not None))


def _whole(hold: HoldRecord) -> str:
    return f"{hold.code}:{hold.kind}:{hold.key}"
