"""The one way by which anything goes out to a store: compare with what was sent, intent, push, outcome (T2, S1).

Each item has a publication: what the store accepted last and what is under way. It says "about to send this" before
the plugin is called and is settled the moment the outcome is known. Without an outcome the item is blocked for
``settle_time``, as a slow store may still do the work, and then sent anew as uncertain.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Generic, TypeVar

from tomada.domain.payload import Payload
from tomada.errors import TomadaError, TransientError
from tomada.flows.context import FlowContext
from tomada.i18n import _
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import AuditRecord
from tomada.ports.storage import Transaction
from tomada.spi import Linked, Outcome, OutcomeKind, Push, PushEvent, RemoteIds

BATCH = 20
"""Items that are handed to a plugin at once: so many intents are committed together."""

CONFLICT = "conflict"

Value = TypeVar("Value", bound=Payload)


@dataclass(frozen=True, slots=True)
class Subject(Generic[Value]):
    """What a flow publishes.

    ``flow`` names its publications, ``model`` their values. ``push`` is the gateway's method. ``linked`` stores an
    id that the store has given, ``settled`` whatever else follows from an outcome; both run inside the transaction
    that records the event. ``order_of`` says which order a key belongs to, for the audit (empty: none).
    """

    flow: str
    model: type[Value]
    push: Callable[[Sequence[Push[Value]]], Iterable[PushEvent]]
    linked: Callable[[Transaction, Linked], None] | None = None
    settled: Callable[[Transaction, Outcome, PublicationRecord], None] | None = None
    order_of: Callable[[str], str] = lambda _key: ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Wanted(Generic[Value]):
    """What the store is to have: the value, and the store's ids of what it names.

    ``whole`` is what the store has once it has taken a value that leaves something alone; None: the value itself.
    """

    value: Value
    links: Mapping[str, RemoteIds] = field(default_factory=dict)
    whole: Value | None = None

    @property
    def kept(self) -> str:
        """The JSON that is kept as what the store has."""
        return (self.whole or self.value).model_dump_json()


@dataclass(slots=True)
class Item(Generic[Value]):
    """One item that is to be sent now."""

    wanted: Wanted[Value]
    publication: PublicationRecord
    unanswered_at: datetime | None = None
    """When an earlier send ended without an answer; None: there is none."""
    unanswered: str = ""
    """What that send was to bring."""

    @property
    def is_over(self) -> bool:
        """Whether the store took the value or refused it."""
        state = self.publication.state
        taken = state is PublicationState.SETTLED and self.publication.value == self.wanted.kept
        return taken or state is PublicationState.REJECTED

    @property
    def uncertain(self) -> bool:
        """Whether an earlier send got no answer."""
        return self.unanswered_at is not None


def orphaned(ctx: FlowContext, flow: str) -> None:
    """Settle the intents of a run that was killed: their attempts ended before now, so settle_time counts from now."""
    with ctx.database.read() as tx:
        left = [one for one in tx.publications.under_way(ctx.store.id, flow) if _is_sent(one)]
    if not left:
        return
    now = ctx.now()
    for one in left:
        one.state, one.ended_at = PublicationState.UNKNOWN, now
    with ctx.database.begin() as tx:
        tx.publications.save(left)


def _is_sent(one: PublicationRecord) -> bool:
    return one.state is PublicationState.SENT


def due(
    ctx: FlowContext, flow: str, wanted: Mapping[str, Wanted[Value]], anew: Collection[str] = ()
) -> list[Item[Value]]:
    """Return what differs from what was sent, in the order given; count what is left alone.

    ``anew``: what is sent although it does not differ, or was refused before.
    """
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, flow, list(wanted))
    return differing(ctx, flow, wanted, known, anew)


def differing(
    ctx: FlowContext,
    flow: str,
    wanted: Mapping[str, Wanted[Value]],
    known: Mapping[str, PublicationRecord],
    anew: Collection[str],
) -> list[Item[Value]]:
    """Do what ``due`` does with publications that were read already."""
    items = []
    for key, one in wanted.items():
        publication = known.get(key) or PublicationRecord(ctx.store.id, flow, key)
        why = _left_alone(ctx, publication, one.kept, anew=key in anew)
        if why:
            ctx.counts[why] += 1
            if why == "waiting":
                ctx.counts["no_answer"] += 1
        else:
            unknown = publication.state is PublicationState.UNKNOWN
            left = (publication.ended_at, publication.pending) if unknown else (None, "")
            items.append(Item(one, publication, *left))
    return items


def _left_alone(ctx: FlowContext, publication: PublicationRecord, value: str, *, anew: bool) -> str:
    """Return the count under which an item is left alone, empty for one to send."""
    state = publication.state
    if state is PublicationState.SETTLED:
        return "unchanged" if publication.value == value and not anew else ""
    if state is PublicationState.REJECTED:
        return "rejected_before" if publication.pending == value and not anew else ""
    if state is PublicationState.UNKNOWN:
        assert publication.ended_at is not None, "an attempt that was made has an end"
        settled = publication.ended_at + timedelta(seconds=ctx.store.options.sending.settle_time)
        return "waiting" if ctx.now() < settled else ""
    return "submitted" if state is PublicationState.SUBMITTED else "waiting"


def publish(ctx: FlowContext, subject: Subject[Value], items: Sequence[Item[Value]]) -> None:
    """Do what ``publish_all`` does with items that are all there."""
    publish_all(ctx, subject, items, len(items))


def publish_all(ctx: FlowContext, subject: Subject[Value], items: Iterable[Item[Value]], total: int) -> None:
    """Send items, a batch at a time, and record each outcome the moment it is known.

    ``total`` is how many they are; an item is asked for only when its batch has its turn.
    Raises what stopped it; what has no outcome by then is unknown, never success. Items that failed for now are
    counted as ``retry`` and raise ``TransientError`` at the end, when all others were done.
    """
    waiting, done = iter(items), 0
    while batch := list(islice(waiting, BATCH)):
        publish_batch(ctx, subject, batch)
        done += len(batch)
        ctx.progress(subject.flow, done, total)
    check_steady(ctx)


def check_steady(ctx: FlowContext) -> None:
    """Raise ``TransientError`` when items of this run failed for now."""
    if ctx.counts["retry"]:
        raise TransientError(
            "store.unsteady", _("Some requests to the store failed; nothing is lost, run it again.")
        )


def publish_batch(ctx: FlowContext, subject: Subject[Value], items: Sequence[Item[Value]]) -> None:
    """Send at most ``BATCH`` items as ``publish`` does; what failed for now is only counted."""
    pushes = [_push(subject, item) for item in items]
    _commit_intents(ctx, items)
    open_items = {item.publication.key: item for item in items}
    try:
        for event in subject.push(pushes):
            if isinstance(event, Linked):
                record_link(ctx, subject, event)
            else:
                record_outcome(ctx, subject, open_items.pop(event.key), event)
    except TomadaError:
        _unanswered(ctx, subject, list(open_items.values()))
        raise
    _unanswered(ctx, subject, list(open_items.values()))


def _push(subject: Subject[Value], item: Item[Value]) -> Push[Value]:
    publication = item.publication
    previous = subject.model.model_validate_json(publication.value) if publication.value else None
    return Push(publication.key, item.wanted.value, previous, item.wanted.links, item.uncertain)


def _commit_intents(ctx: FlowContext, items: Sequence[Item[Value]]) -> None:
    ends = ctx.now() + timedelta(seconds=ctx.store.options.sending.timeout)
    for item in items:
        publication = item.publication
        publication.state, publication.ended_at = PublicationState.SENT, ends
        publication.pending = item.wanted.kept
        publication.attempts += 1
    with ctx.database.begin() as tx:
        tx.publications.save([item.publication for item in items])


def record_link(ctx: FlowContext, subject: Subject[Value], event: Linked) -> None:
    """Commit an id that the store has given."""
    assert subject.linked is not None, "the host lets only such hooks link"
    with ctx.database.begin() as tx:
        subject.linked(tx, event)
        tx.progress.set_state(ctx.store.id, ctx.gateway.pending_state())


def record_outcome(ctx: FlowContext, subject: Subject[Value], item: Item[Value], outcome: Outcome) -> None:
    """Commit what became of an item."""
    publication = item.publication
    ctx.counts[_apply(ctx, item, outcome)] += 1
    audit = _audit(ctx, subject, item, outcome)
    with ctx.database.begin() as tx:
        tx.publications.save([publication])
        tx.progress.set_state(ctx.store.id, ctx.gateway.pending_state())
        if subject.settled:
            subject.settled(tx, outcome, publication)
        if audit:
            tx.audit.add([audit])


def _apply(ctx: FlowContext, item: Item[Value], outcome: Outcome) -> str:
    """Bring the publication to what the outcome says and return the word to count it under.

    Where nothing was written now, an earlier send without answer is as unknown as before.
    """
    kind, publication = outcome.kind, item.publication
    if kind in (OutcomeKind.ACCEPTED, OutcomeKind.UNCHANGED):
        publication.value, publication.pending = publication.pending, ""
        publication.state, publication.sent_at = PublicationState.SETTLED, ctx.now()
        publication.code = publication.message = publication.field = ""
        publication.attempts = 0
        return "sent" if kind is OutcomeKind.ACCEPTED else "unchanged"
    if kind is OutcomeKind.SUBMITTED:
        publication.state, publication.ticket = PublicationState.SUBMITTED, outcome.ticket
        return "submitted"
    if kind is OutcomeKind.RETRY or (kind is OutcomeKind.CONFLICT and publication.code != CONFLICT):
        publication.state, publication.pending = PublicationState.SETTLED, ""
        if item.unanswered_at:
            publication.state, publication.ended_at = PublicationState.UNKNOWN, item.unanswered_at
            publication.pending = item.unanswered
        publication.code = CONFLICT if kind is OutcomeKind.CONFLICT else outcome.code
        publication.message = outcome.message
        return "retry"
    publication.state = PublicationState.REJECTED
    publication.code = outcome.code or CONFLICT
    publication.message, publication.field = outcome.message, outcome.field
    return "rejected"


def _audit(
    ctx: FlowContext, subject: Subject[Value], item: Item[Value], outcome: Outcome
) -> AuditRecord | None:
    """Return the row of what was written; that nothing had to be is a row only after a write without answer."""
    if outcome.kind is OutcomeKind.UNCHANGED and not item.uncertain:
        return None
    key = item.publication.key
    details = {"key": key, "outcome": outcome.kind.value}
    if outcome.code:
        details["code"] = outcome.code
    order = subject.order_of(key)
    return ctx.audit(f"{subject.flow}.{outcome.kind.value}", order, subject.rule, **details)


def _unanswered(ctx: FlowContext, subject: Subject[Value], items: Sequence[Item[Value]]) -> None:
    if not items:
        return
    now = ctx.now()
    for item in items:
        item.publication.state, item.publication.ended_at = PublicationState.UNKNOWN, now
    ctx.counts["waiting"] += len(items)
    ctx.counts["no_answer"] += len(items)
    keys = [item.publication.key for item in items]
    audit = [
        ctx.audit(f"{subject.flow}.unanswered", subject.order_of(key), subject.rule, key=key) for key in keys
    ]
    with ctx.database.begin() as tx:
        tx.publications.save([item.publication for item in items])
        tx.audit.add(audit)
