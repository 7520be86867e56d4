"""The status of an order that the ERP has: later changes at the store, within what is allowed (O7, T1)."""

from collections.abc import Sequence

from tomada.domain.erp import ErpOrder
from tomada.domain.status import ErpStatus, goes_back, rank
from tomada.errors import EffectUnknown, RejectedByRemote, TomadaError
from tomada.flows.context import FlowContext
from tomada.flows.holds.order_holds import HoldBook
from tomada.flows.holds.problems import Problem, answer_key
from tomada.flows.sending.intents import is_uncertain, new_intent, save, sending, settles_at, unanswered, wait
from tomada.ports.erp_options import Posting
from tomada.ports.records import Action, AuditRecord, IntentRecord, IntentState, OrderRecord


def settle_status(ctx: FlowContext, record: OrderRecord, intent: IntentRecord) -> bool:
    """Find out what became of an unanswered status; True when the order may be decided about again."""
    if ctx.now() < settles_at(ctx, intent):
        save(ctx, wait(ctx, record, settles_at(ctx, intent)), None)
        return False
    found = ctx.erp.read_order(record.erp_id)
    arrived = found is not None and found.status == intent.value
    intent.state = IntentState.DONE if arrived else IntentState.DROPPED
    if found and found.status:
        record.erp_status = found.status
    record.reason, record.details = "", {}
    save(ctx, record, intent)
    return True


def restate(
    ctx: FlowContext,
    record: OrderRecord,
    target: ErpStatus,
    others: tuple[Problem, ...],
    intent: IntentRecord | None,
) -> None:
    """Bring an ERP order to the status that the store's maps to, unless that has to be held.

    The ERP order is read first: a person may have moved it on. ``others`` are problems of the order that stay.
    Raises what stopped it before anything was sent.
    """
    try:
        found = ctx.erp.read_order(record.erp_id)
    except RejectedByRemote as error:
        _refused(ctx, record, target, others, intent, error)
        return
    problem = _objection(ctx, record, found, target)
    if problem:
        _rest(ctx, record, intent, (*others, problem))
        return
    assert found is not None, "an objection covers it"
    assert found.status is not None, "an objection covers it"
    if found.status is target:
        _handled(ctx, record, target, others, intent, "")
        return
    if goes_back(found.status, target) and not ctx.store.options.orders.allow_status_back:
        _handled(ctx, record, target, others, intent, "status.left")
        return
    _send(ctx, record, target, others, intent)


def _objection(
    ctx: FlowContext, record: OrderRecord, found: ErpOrder | None, target: ErpStatus
) -> Problem | None:
    """Return why a person has to decide, or None."""
    if found is None:
        return Problem("erp_missing", "O7", details={"erp_number": record.erp_number, "target": target.value})
    details = {"erp_number": found.number, "status": found.status_label, "target": target.value}
    if found.status is None:
        return Problem("erp_status_unknown", "T1", details=details)
    if found.status is target:
        return None
    if found.status is ErpStatus.CANCELLED:
        return Problem("erp_cancelled", "O7", details=details)
    if target is ErpStatus.CANCELLED:
        return _may_not_cancel(ctx, record, found, found.status, details)
    return None


def _may_not_cancel(
    ctx: FlowContext, record: OrderRecord, found: ErpOrder, status: ErpStatus, details: dict[str, str]
) -> Problem | None:
    if found.invoice_id or rank(status) >= rank(ErpStatus.INVOICED):
        return Problem("cancel_invoiced", "O7", details=details)
    confirmed = record.override.get(answer_key("cancel_posted")) == "cancel"
    if _is_posted(ctx.account.options.stock_posting, status) and not confirmed:
        posting = ctx.account.options.stock_posting.value
        return Problem("cancel_posted", "O7", details={**details, "posting": posting})
    return None


def _is_posted(posting: Posting, status: ErpStatus) -> bool:
    """Tell whether the order's stock has been posted, as far as API 2 lets us know; unknown counts as posted."""
    reached = {
        Posting.ON_SAVE: 0,
        Posting.ON_APPROVAL: rank(ErpStatus.APPROVED),
        Posting.ON_INVOICE: rank(ErpStatus.INVOICED),
        Posting.ON_SENT: rank(ErpStatus.SHIPPED),
        Posting.UNKNOWN: 0,
    }
    return rank(status) >= reached[posting]


def _send(
    ctx: FlowContext,
    record: OrderRecord,
    target: ErpStatus,
    others: tuple[Problem, ...],
    intent: IntentRecord | None,
) -> None:
    intent = intent or new_intent(record, Action.SET_STATUS)
    intent.action, intent.value = Action.SET_STATUS, target.value
    save(ctx, None, sending(ctx, intent))
    try:
        ctx.erp.set_order_status(record.erp_id, target)
    except EffectUnknown as error:
        audit = ctx.audit("status.unanswered", record.remote_id, "O2", code=error.code)
        until = settles_at(ctx, unanswered(ctx, intent))
        wait(ctx, record, until)
        record.reason, record.details = "unanswered", {"until": until.isoformat()}
        save(ctx, record, intent, [audit])
        return
    except RejectedByRemote as error:
        _refused(ctx, record, target, others, intent, error)
        return
    except TomadaError:
        intent.state = IntentState.DROPPED
        save(ctx, None, intent)
        raise
    ctx.counts["status_set"] += 1
    _handled(ctx, record, target, others, intent, "status.set")


def _refused(
    ctx: FlowContext,
    record: OrderRecord,
    target: ErpStatus,
    others: tuple[Problem, ...],
    intent: IntentRecord | None,
    error: RejectedByRemote,
) -> None:
    ctx.counts["rejected"] += 1
    details = {"message": error.message, "field": error.field, "code": error.code}
    details |= {"erp_number": record.erp_number, "target": target.value}
    _rest(ctx, record, intent, (*others, Problem("status_refused", "D3", details=details)))


def _handled(
    ctx: FlowContext,
    record: OrderRecord,
    target: ErpStatus,
    others: tuple[Problem, ...],
    intent: IntentRecord | None,
    event: str,
) -> None:
    """Record that the store's status is dealt with; the same value coming back is an echo (T2)."""
    record.erp_status = target.value
    record.reason, record.details = "", {}
    if target is ErpStatus.CANCELLED:  # a later cancelling is asked about anew: its stock may be posted again
        record.override.pop(answer_key("cancel_posted"), None)
    audit = [ctx.audit(event, record.remote_id, "T1", status=target.value)] if event else []
    _rest(ctx, record, intent, others, IntentState.DONE, audit)


def _rest(
    ctx: FlowContext,
    record: OrderRecord,
    intent: IntentRecord | None,
    problems: tuple[Problem, ...],
    state: IntentState = IntentState.DROPPED,
    audit: Sequence[AuditRecord] = (),
) -> None:
    record.dirty = record.recreating_since is not None and not problems  # it is let go of next
    if problems:
        record.recreating_since = None
    with ctx.database.begin() as tx:
        if intent:
            intent.state = state
            tx.intents.save([intent])
        tx.orders.save([record])
        book = HoldBook(ctx, tx, [record])
        book.reconcile(record, problems)
        book.save()
        if audit:
            tx.audit.add(audit)


def restates(intent: IntentRecord | None) -> bool:
    """Tell whether an intent is an unanswered status."""
    return intent is not None and intent.action is Action.SET_STATUS and is_uncertain(intent)
