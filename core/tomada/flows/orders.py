"""The flow ``orders``: store → ERP, later changes included.

Ingest, then for a few orders at a time: recover what is unanswered, resolve, decide, commit the decisions with
their intents, and do them; at last tell the store. Killed anywhere, it is simply run again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tomada.domain.order import Order
from tomada.errors import QuotaExceeded, TomadaError, TransientError
from tomada.flows.confirm import confirm_receipts
from tomada.flows.context import FlowContext
from tomada.flows.create import create, creates, recover
from tomada.flows.decide import Decision, decide
from tomada.flows.fingerprint import fingerprint
from tomada.flows.holds import HoldBook
from tomada.flows.ingest import ingest_orders, read_orders
from tomada.flows.intents import new_intent
from tomada.flows.mappings import MappingTable
from tomada.flows.resolve import Resolved, resolve
from tomada.flows.restate import restate, restates, settle_status
from tomada.i18n import _
from tomada.ports.records import Action, IntentRecord, IntentState, OrderRecord

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
    for stage in (ingest_orders, apply_orders, confirm_receipts):
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
    _read_damaged_again(ctx)
    failures = 0  # in a row
    for chunk in _due(ctx):
        work = [item for item in chunk if _recovered(ctx, item)]
        if not work:
            continue
        with ctx.database.read() as tx:
            mappings = MappingTable(ctx.store, tx.mappings.all(ctx.store.id))
        found = resolve(ctx, mappings, [(item.record, item.order) for item in work])
        decisions = [decide(ctx, item.record, item.order, found) for item in work]
        _commit_decisions(ctx, work, decisions, found)
        for item, decision in zip(work, decisions, strict=True):
            try:
                _do(ctx, item, decision)
                failures = 0
            except TransientError as error:
                ctx.counts["retry"] += 1
                failures += 1
                if isinstance(error, QuotaExceeded) or failures >= GIVE_UP_AFTER:
                    raise
        ctx.progress("apply", ctx.counts["decided"])
    if ctx.counts["retry"]:
        raise TransientError(
            "erp.unsteady", _("Some requests to the ERP failed; nothing is lost, run it again.")
        )


def plan_orders(ctx: FlowContext) -> Iterator[tuple[OrderRecord, Decision]]:
    """Yield what applying would decide about each order that is due; reads the ERP and writes nothing."""
    for chunk in _due(ctx):
        work = [item for item in chunk if not creates(item.intent) and not restates(item.intent)]
        with ctx.database.read() as tx:
            mappings = MappingTable(ctx.store, tx.mappings.all(ctx.store.id))
        found = resolve(ctx, mappings, [(item.record, item.order) for item in work])
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


def _read_damaged_again(ctx: FlowContext) -> None:
    """A damaged order that a person wants tried again is read anew."""
    with ctx.database.read() as tx:
        damaged = tx.orders.damaged(ctx.store.id)
    if damaged and ctx.gateway.offers("orders_read"):
        read_orders(ctx, damaged)


def _recovered(ctx: FlowContext, item: Work) -> bool:
    """Deal with an unanswered intent first; False while the order has to wait."""
    if item.intent and creates(item.intent):
        ready = recover(ctx, item.record, item.order, item.intent)
    elif item.intent and restates(item.intent):
        ready = settle_status(ctx, item.record, item.intent)
    else:
        return True
    if ready:
        with ctx.database.read() as tx:
            item.intent = tx.intents.open([item.record.id]).get(item.record.id)
    return ready


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
            item.intent = item.intent or new_intent(record, Action.CREATE)
            item.intent.value = decision.draft.status.value
            audit += [
                ctx.audit("field.cut", record.remote_id, "C3", field=cut.field, kept=str(cut.kept))
                for cut in decision.cuts
            ]
            if decision.payments_differ:
                ctx.counts["payments_differ"] += 1
                audit.append(
                    ctx.audit("payments.differ", record.remote_id, "M3", difference=decision.payments_differ)
                )
            record.state, record.reason, record.details = decision.state, "", {}
            continue
        if item.intent and item.intent.state is IntentState.PLANNED:
            item.intent.state = IntentState.DROPPED
        if decision.reason and decision.reason != record.reason:
            told = {**decision.details, "reason": decision.reason}
            audit.append(ctx.audit(f"order.{decision.state}", record.remote_id, "", **told))
        record.state, record.reason, record.details = decision.state, decision.reason, decision.details
        record.due_at = decision.due_at
        if record.erp_id and not record.fingerprint:  # a person accepted the order as it is now
            record.fingerprint = fingerprint(ctx, item.order)
        record.dirty = decision.status is not None
    with ctx.database.begin() as tx:
        tx.links.set(found.new_links)
        tx.contacts.save(found.new_contacts)
        tx.orders.save([item.record for item in work])
        tx.intents.save([item.intent for item in work if item.intent])
        book = HoldBook(ctx, tx, [item.record for item in work])
        for item, decision in zip(work, decisions, strict=True):
            if decision.status is None:
                book.reconcile(item.record, decision.problems)
        book.save()
        tx.audit.add(audit)


def _do(ctx: FlowContext, item: Work, decision: Decision) -> None:
    if decision.draft:
        assert item.intent is not None, "committed with the decision"
        create(ctx, item.record, item.order, decision.draft, item.intent)
    elif decision.status:
        restate(ctx, item.record, decision.status, decision.problems, item.intent)


def _count_waiting(ctx: FlowContext) -> None:
    """Count every order whose last attempt is unanswered, those that were not due included."""
    with ctx.database.read() as tx:
        totals = tx.orders.count(ctx.store.id)
    ctx.counts["waiting"] = sum(number for (_, reason), number in totals.items() if reason == "unanswered")
    ctx.counts["held"] = sum(number for (state, _), number in totals.items() if state == "held")
