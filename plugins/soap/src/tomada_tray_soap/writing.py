"""One outcome for each item of a batch; what got no answer has none, and the core takes it for unknown."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from tomada.domain.payload import Payload
from tomada.errors import EffectUnknown, QuotaExceeded, RejectedByRemote, TransientError
from tomada.spi import Outcome, OutcomeKind, Push, PushEvent
from tomada_tray_soap.errors import SAME, UNAVAILABLE
from tomada_tray_soap.sentences import _
from tomada_tray_soap.session import Written

Value = TypeVar("Value", bound=Payload)
Event = TypeVar("Event", bound=PushEvent)

TROUBLE_LIMIT = 3  # so many unanswered writes in a row are the store's and not an item's


def write_each(
    batch: Sequence[Push[Value]], write: Callable[[Push[Value]], Iterable[Event]]
) -> Iterator[Event | Outcome]:
    """Write the items one by one; what ``write`` yields of an item ends with its outcome.

    A refusal is an outcome. After a refusal for quota or for maintenance, which had no effect, nothing more is sent.
    An item without an answer yields nothing; after several in a row the error is raised.
    """
    unanswered = 0
    for place, push in enumerate(batch):
        try:
            yield from write(push)
            unanswered = 0
        except RejectedByRemote as error:
            yield Outcome(push.key, OutcomeKind.REJECTED, error.code, error.message, error.field)
        except EffectUnknown:
            unanswered += 1
            if unanswered >= TROUBLE_LIMIT:
                raise
        except TransientError as error:
            if not isinstance(error, QuotaExceeded) and error.code != UNAVAILABLE:
                raise
            for left in batch[place:]:
                yield Outcome(left.key, OutcomeKind.RETRY, error.code, error.message)
            return


def outcome(key: str, written: Sequence[Written], *warnings: str) -> Outcome:
    """Return the outcome of an item that the store took with these writes, or had already."""
    lost = tuple(dict.fromkeys(name for one in written for name in one.lost))
    if lost:
        told = _("The store cannot keep some letters of: {names}.").format(names=", ".join(lost))
        warnings = (*warnings, told)
    if all(one.code == SAME for one in written):
        return Outcome(key, OutcomeKind.UNCHANGED, warnings=warnings)
    return Outcome(key, OutcomeKind.ACCEPTED, warnings=warnings)
