"""What passes between the core and a plugin while something is written to a store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from tomada.domain.payload import Payload

Value = TypeVar("Value", bound=Payload)


@dataclass(frozen=True, slots=True)
class RemoteIds:
    """A product or variation at the store; ``variant_id`` is empty for a product without variations."""

    product_id: str
    variant_id: str = ""


@dataclass(frozen=True, slots=True)
class Push(Generic[Value]):
    """One item to be written.

    ``key`` names the item in outcomes and means nothing to the plugin. ``previous`` is what the store accepted
    last, None the first time. ``links`` gives the store's ids of every ``ref`` of the value that is linked (for a
    balance the only entry is the ``key``'s own). ``uncertain``: an earlier write of this item got no answer, so
    look before you write what could be doubled.
    """

    key: str
    value: Value
    previous: Value | None = None
    links: Mapping[str, RemoteIds] = field(default_factory=dict)
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """The store has given ids to a ``ref`` of the item; committed at once, before its outcome is known."""

    key: str
    ref: str
    ids: RemoteIds


class OutcomeKind(StrEnum):
    """What became of an item.

    ``unchanged``: the store had exactly this already. ``retry``: this item failed for now and nothing was
    written. ``conflict``: the store moved meanwhile; it is planned once more, then held. ``submitted``: the store
    answers later.
    """

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    RETRY = "retry"
    CONFLICT = "conflict"
    SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one item.

    ``code`` is stable, ``message`` one sentence without personal data, ``field`` the remote's name of what is
    wrong. ``ticket`` finds a submitted item again. ``warnings`` say what the store took only in part.
    """

    key: str
    kind: OutcomeKind
    code: str = ""
    message: str = ""
    field: str = ""
    ticket: str = ""
    warnings: tuple[str, ...] = ()


PushEvent = Linked | Outcome


@dataclass(frozen=True, slots=True)
class Submitted(Generic[Value]):
    """One item that the store took in without saying what becomes of it; ``ticket`` is that of its outcome."""

    key: str
    ticket: str
    value: Value
