"""One outcome for each item of a batch; what got no answer has none, and the core takes it for unknown."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from tomada.domain.payload import Payload
from tomada.errors import EffectUnknown, QuotaExceeded, RejectedByRemote
from tomada.spi import Outcome, OutcomeKind, Push, PushEvent
from tomada_tray_rest.sentences import _

Value = TypeVar("Value", bound=Payload)
Event = TypeVar("Event", bound=PushEvent)

TROUBLE_LIMIT = 3  # so many unanswered writes in a row are the store's and not an item's


def write_each(
    batch: Sequence[Push[Value]], write: Callable[[Push[Value]], Iterable[Event]]
) -> Iterator[Event | Outcome]:
    """Write the items one by one; what ``write`` yields of an item ends with its outcome.

    A refusal is an outcome. After a refusal for quota, which had no effect, nothing more is sent. An item without
    an answer yields nothing; after several in a row the error is raised.
    """
    unanswered = 0
    for place, push in enumerate(batch):
        try:
            yield from write(push)
            unanswered = 0
        except RejectedByRemote as error:
            yield Outcome(push.key, OutcomeKind.REJECTED, error.code, error.message, error.field)
        except QuotaExceeded as error:
            for left in batch[place:]:
                yield Outcome(left.key, OutcomeKind.RETRY, error.code, error.message)
            return
        except EffectUnknown:
            unanswered += 1
            if unanswered >= TROUBLE_LIMIT:
                raise


def accepted(key: str, *warnings: str) -> Outcome:
    """Return the outcome of an item that the store took."""
    return Outcome(key, OutcomeKind.ACCEPTED, warnings=warnings)


def unchanged(key: str) -> Outcome:
    """Return the outcome of an item that the store had already."""
    return Outcome(key, OutcomeKind.UNCHANGED)


def gone(key: str) -> Outcome:
    """Return the outcome of an item that the store does not have any more (404)."""
    return Outcome(key, OutcomeKind.REJECTED, "tray.gone", _("The store has no such thing any more."))
