"""The flow ``orders``: store → ERP, later changes included.

Ingest, then for a few orders at a time: recover what is unanswered, resolve, decide, commit the decisions with
their intents, and do them; at last tell the store. Killed anywhere, it is simply run again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType

from tomada.domain.order import Order
from tomada.errors import QuotaExceeded, RejectedByRemote, TomadaError, TransientError
from tomada.flows.context import FlowContext
from tomada.flows.holds.freeing import wake_freed
from tomada.flows.holds.order_holds import HoldBook
from tomada.flows.holds.problems import is_dropped
from tomada.flows.mapping.mappings import MappingTable
from tomada.flows.orders.confirm import confirm_receipts
from tomada.flows.orders.create import adopt_chosen, create, creates, names_twin, recover, refuse
from tomada.flows.orders.decide import Decision, decide, forget_cancelling
from tomada.flows.orders.ingest import ingest_orders, read_orders
from tomada.flows.orders.recreate import is_to_be_recreated, let_go, mark_recreating, take_again
from tomada.flows.orders.resolve import Resolved, resolve
from tomada.flows.orders.restate import restate, restates, settle_status
from tomada.flows.sending.intents import new_intent
from tomada.flows.stock.ledger import write_ledger
from tomada.i18n import _
from tomada.ports.records import Action, AuditRecord, IntentRecord, IntentState, OrderRecord, OrderState

CHUNK = 50
GIVE_UP_AFTER = 3
"""Transient failures in a row after which the ERP counts as down, and the run stops."""


@dataclass(slots=True)
class Work:
    """One order with its snapshot and its open intent."""

    record: OrderRecord
    order: Order
    intent: IntentRecord | None = None


def sync_orders(ctx: FlowContext) -> None:
    """Run the whole flow.

    A store that cannot be read does not keep its committed orders from going on, and an ERP that is down does not
    keep the store from being read (A1); the first error is raised at the end.
    """
    errors: list[TomadaError] = []
    for stage in (ingest_orders, write_ledger, apply_orders, write_ledger, confirm_receipts):
        _attempt(stage, ctx, errors)
    _count_waiting(ctx)
    if errors:
        raise errors[0]


def _attempt(stage: Callable[[FlowContext], None], ctx: FlowContext, errors: list[TomadaError]) -> None:
    try:
        stage(ctx)
    except TomadaError as error:
        errors.append(error)


def apply_orders(ctx: FlowContext) -> None:
    """Decide about every order that is due and do it."""
    wake_freed(ctx)
    _deal_with_damaged(ctx)
    patience = Patience(ctx)
    if _apply_due(ctx, patience):
        _apply_due(ctx, patience)
    if ctx.counts["retry"]:
        raise TransientError(
            "erp.unsteady", _("Some requests to the ERP failed; nothing is lost, run it again.")
        )


def _apply_due(ctx: FlowContext, patience: "Patience") -> bool:
    """Go through what is due; True when an ERP order was cancelled whose order is to be created anew."""
    cancelled = False
    for chunk in _due(ctx):
        work = [item for item in chunk if _recovered(ctx, item, patience)]
        with ctx.database.read() as tx:
            mappings = MappingTable(ctx.store, tx.mappings.all(ctx.store.id))
        for group, found in _resolved(ctx, mappings, work, patience):
            decisions = [decide(ctx, item.record, item.order, found) for item in group]
            _commit_decisions(ctx, group, decisions, found)
            for item, decision in zip(group, decisions, strict=True):
                with patience:
                    _do(ctx, item, decision, patience)
                cancelled |= item.record.dirty and item.record.recreating_since is not None
        ctx.progress("apply", ctx.counts["decided"])
    return cancelled


class Patience:
    """A context for what is done with one order: its transient failure leaves the others to go on.

    A refusal for quota, or as many failures in a row as tell that the ERP is down, goes through.
    """

    def __init__(self, ctx: FlowContext) -> None:
        self._ctx = ctx
        self._in_a_row = 0

    def __enter__(self) -> None:
        """Begin with one order."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Swallow a failure that concerns this order only."""
        if not isinstance(error, TransientError):
            return False
        self._ctx.counts["retry"] += 1
        self._in_a_row += 1
        return not isinstance(error, QuotaExceeded) and self._in_a_row < GIVE_UP_AFTER

    def answered(self) -> None:
        """The ERP did something that was asked of it."""
        self._in_a_row = 0


def plan_orders(ctx: FlowContext) -> Iterator[tuple[OrderRecord, Decision]]:
    """Yield what applying would decide about each order that is due; reads the ERP and writes nothing to it.

    Which contacts it has is kept, as a document is searched for once (C1).
    """
    for chunk in _due(ctx):
        work = [
            item
            for item in chunk
            if not (creates(item.intent) or restates(item.intent) or names_twin(item.record))
        ]
        with ctx.database.read() as tx:
            mappings = MappingTable(ctx.store, tx.mappings.all(ctx.store.id))
        found = resolve(ctx, mappings, _pairs(work))
        if found.new_contacts:
            with ctx.database.begin() as tx:
                tx.contacts.save(found.new_contacts)
        for item in work:
            yield item.record, decide(ctx, item.record, item.order, found)


def _due(ctx: FlowContext) -> Iterator[list[Work]]:
    """Yield the orders that are due, a few at a time, oldest first."""
    after = 0
    while True:
        with ctx.database.read() as tx:
            records = tx.orders.due(ctx.store.id, ctx.now(), CHUNK, after)
            intents = tx.intents.open([record.id for record in records])
        if not records:
            return
        after = records[-1].id
        yield [
            Work(record, Order.model_validate_json(record.payload), intents.get(record.id))
            for record in records
            if record.reason != "damaged"
        ]


def _deal_with_damaged(ctx: FlowContext) -> None:
    """A damaged order that a person wants tried again is read anew; one that was dropped is left out."""
    with ctx.database.read() as tx:
        keys = {hold.remote_id for hold in tx.holds.select(ctx.store.id) if hold.code == "damaged"}
        keys.update(tx.orders.damaged(ctx.store.id))
        records = [record for record in tx.orders.find(ctx.store.id, sorted(keys)).values() if record.dirty]
    dropped = [record for record in records if is_dropped(record) and not record.erp_id]
    if dropped:
        _drop(ctx, dropped)
    again = [record.remote_id for record in records if record not in dropped]
    if again and ctx.gateway.offers("orders_read"):
        read_orders(ctx, again)


def _drop(ctx: FlowContext, records: Sequence[OrderRecord]) -> None:
    with ctx.database.begin() as tx:
        book = HoldBook(ctx, tx, records)
        for record in records:
            record.state, record.dirty = OrderState.IGNORED, False
            book.close(record, "damaged")
        tx.orders.save(records)
        book.save()


def _recovered(ctx: FlowContext, item: Work, patience: Patience) -> bool:
    """Deal with an unanswered intent first; False while the order has to wait."""
    ready = False
    with patience:
        try:
            ready = _recover(ctx, item, patience)
        except RejectedByRemote as error:  # what is unanswered stays so, and is asked about again
            raise TransientError(error.code, error.message) from error
    return ready


def _recover(ctx: FlowContext, item: Work, patience: Patience) -> bool:
    if item.intent and creates(item.intent):
        ready = recover(ctx, item.record, item.order, item.intent)
    elif item.intent and restates(item.intent):
        ready = settle_status(ctx, item.record, item.intent)
    elif names_twin(item.record):
        ready = adopt_chosen(ctx, item.record, item.order)
    elif is_to_be_recreated(item.record, item.order):
        let_go(ctx, item.record)
        ready = True
    else:
        return True
    patience.answered()
    if ready:
        with ctx.database.read() as tx:
            item.intent = tx.intents.open([item.record.id]).get(item.record.id)
    return ready


def _resolved(
    ctx: FlowContext, mappings: MappingTable, work: list[Work], patience: Patience
) -> Iterator[tuple[list[Work], Resolved]]:
    """Resolve orders together, or one by one when the ERP stumbles over one of them."""
    if len(work) < 2:
        yield from _resolved_alone(ctx, mappings, work, patience)
        return
    try:
        found = resolve(ctx, mappings, _pairs(work))
    except QuotaExceeded:
        raise
    except (TransientError, RejectedByRemote):
        for item in work:
            yield from _resolved_alone(ctx, mappings, [item], patience)
        return
    patience.answered()
    yield work, found


def _resolved_alone(
    ctx: FlowContext, mappings: MappingTable, work: list[Work], patience: Patience
) -> Iterator[tuple[list[Work], Resolved]]:
    for item in work:
        found = None
        with patience:
            try:
                found = resolve(ctx, mappings, _pairs(work))
            except RejectedByRemote as error:
                refuse(ctx, item.record, item.intent, error)
        if found:
            yield work, found


def _pairs(work: Sequence[Work]) -> list[tuple[OrderRecord, Order]]:
    return [(item.record, item.order) for item in work]


def _commit_decisions(
    ctx: FlowContext, work: Sequence[Work], decisions: Sequence[Decision], found: Resolved
) -> None:
    """Commit in one transaction: what was learnt, where orders rest, their holds, and the intents to come."""
    audit = []
    for item, decision in zip(work, decisions, strict=True):
        record = item.record
        ctx.counts["decided"] += 1
        ctx.counts[f"decided_{decision.kind}"] += 1
        if decision.draft:
            audit += _not_yet_said(ctx, record, _named(ctx, record, decision))
            item.intent = item.intent or new_intent(record, Action.CREATE)
            item.intent.value = decision.draft.status.value
            ctx.counts["payments_differ"] += bool(decision.payments_differ)
            ctx.counts["texts_cut"] += bool(decision.cuts)
            record.state = decision.state
            if record.reason != "duplicate":  # that stays until the search before the create has told
                record.reason, record.details = "", {}
            continue
        if item.intent and item.intent.state is IntentState.PLANNED:
            item.intent.state = IntentState.DROPPED
        if decision.reason and decision.reason != record.reason:
            told = {**decision.details, "reason": decision.reason}
            audit.append(ctx.audit(f"order.{decision.state}", record.remote_id, "", **told))
        record.state, record.reason, record.details = decision.state, decision.reason, decision.details
        mark_recreating(ctx, record, item.order, restated=decision.status is not None)
        forget_cancelling(record, found.cancelled)
        record.due_at = decision.due_at
        record.dirty = decision.status is not None
    with ctx.database.begin() as tx:
        tx.links.set(found.new_links)
        tx.contacts.save(found.new_contacts)
        tx.orders.save_outcome([item.record for item in work])
        tx.intents.save([item.intent for item in work if item.intent])
        book = HoldBook(ctx, tx, [item.record for item in work])
        for item, decision in zip(work, decisions, strict=True):
            if decision.status is None:
                book.reconcile(item.record, decision.problems)
        book.save()
        take_again(tx, [item.record for item in work if item.record.recreating_since])
        tx.audit.add(audit)


def _named(ctx: FlowContext, record: OrderRecord, decision: Decision) -> list[AuditRecord]:
    """What is written in the audit of an order that is created: cuts, differences (C3, M1, M3)."""
    rows = [
        ctx.audit("field.cut", record.remote_id, "C3", field=cut.field, kept=str(cut.kept))
        for cut in decision.cuts
    ]
    if decision.payments_differ:
        rows.append(ctx.audit("payments.differ", record.remote_id, "M3", difference=decision.payments_differ))
    if decision.unexplained:
        rows.append(ctx.audit("money.booked", record.remote_id, "M1", difference=decision.unexplained))
    return rows


def _not_yet_said(ctx: FlowContext, record: OrderRecord, rows: list[AuditRecord]) -> list[AuditRecord]:
    """Return those that the order's story does not have: a further attempt may name again what the first one did."""
    if not rows:
        return []
    with ctx.database.read() as tx:
        said = [(row.event, row.details) for row in tx.audit.story(ctx.store.id, record.remote_id)]
    return [row for row in rows if (row.event, row.details) not in said]


def _do(ctx: FlowContext, item: Work, decision: Decision, patience: Patience) -> None:
    if decision.draft:
        assert item.intent is not None, "committed with the decision"
        create(ctx, item.record, item.order, decision.draft, item.intent)
    elif decision.status:
        restate(ctx, item.record, decision.status, decision.problems, item.intent)
    else:
        return
    patience.answered()


def _count_waiting(ctx: FlowContext) -> None:
    """Count every order whose last attempt is unanswered, those that were not due included."""
    with ctx.database.read() as tx:
        totals = tx.orders.count(ctx.store.id)
    ctx.counts["waiting"] = sum(number for (_, reason), number in totals.items() if reason == "unanswered")
    ctx.counts["held"] = sum(number for (state, _), number in totals.items() if state == "held")
