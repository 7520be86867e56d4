"""The rows that say "about to send this": when an unanswered one may be looked for or repeated (O2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tomada.flows.context import FlowContext
from tomada.ports.news import ErpNewsRecord
from tomada.ports.records import Action, AuditRecord, IntentRecord, IntentState, OrderRecord, OrderState


def is_uncertain(intent: IntentRecord) -> bool:
    """Tell whether the intent was sent and its outcome is not known."""
    return intent.state in (IntentState.SENT, IntentState.UNKNOWN)


def settles_at(ctx: FlowContext, intent: IntentRecord) -> datetime:
    """When a late effect can be excluded: ``settle_time`` after the end of the attempt."""
    assert intent.ended_at is not None, "an intent that was sent has an end"
    return intent.ended_at + timedelta(seconds=ctx.account.options.settle_time)


def new_intent(record: OrderRecord, action: Action, value: str = "") -> IntentRecord:
    """Make an intent that nothing was sent for."""
    return IntentRecord(0, record.id, action, IntentState.PLANNED, value)


def sending(ctx: FlowContext, intent: IntentRecord) -> IntentRecord:
    """Mark an intent as on its way.

    Killed from now on, its attempt ends when the request would have got its turn in the quota and timed out.
    """
    options = ctx.account.options
    intent.state = IntentState.SENT
    intent.attempts += 1
    intent.ended_at = ctx.now() + timedelta(seconds=options.quota_window + options.timeout)
    intent.searched_at = None
    return intent


def unanswered(ctx: FlowContext, intent: IntentRecord) -> IntentRecord:
    """Mark an intent whose answer never came."""
    intent.state = IntentState.UNKNOWN
    intent.ended_at = ctx.now()
    return intent


def wait(ctx: FlowContext, record: OrderRecord, until: datetime) -> OrderRecord:
    """Let an order rest until its intent may be looked at again; others go on meanwhile."""
    record.due_at = until
    record.dirty = False
    if not record.erp_id:
        record.state = OrderState.WAITING
        record.reason, record.details = "unanswered", {"until": until.isoformat()}
    ctx.counts["waiting"] += 1
    return record


def save(
    ctx: FlowContext,
    record: OrderRecord | None,
    intent: IntentRecord | None,
    audit: Sequence[AuditRecord] = (),
    news: ErpNewsRecord | None = None,
) -> None:
    """Commit an order, its intent and what is to be told about it, in one transaction."""
    with ctx.database.begin() as tx:
        if record:
            tx.orders.save_outcome([record])
        if intent:
            tx.intents.save([intent])
        if audit:
            tx.audit.add(audit)
        if news:
            tx.erp_news.save([news])
