"""One order into the ERP, exactly once (O2): intent, search, create, record; and recovery of an unanswered create."""

from datetime import timedelta

from tomada.domain.erp import ErpOrder, ErpOrderDraft, ErpOrderRef
from tomada.domain.order import Order
from tomada.errors import EffectUnknown, RejectedByRemote, TomadaError
from tomada.flows.context import FlowContext
from tomada.flows.decide import unpaid_deadline
from tomada.flows.fingerprint import fingerprint
from tomada.flows.holds import HoldBook
from tomada.flows.identity import Hits, search
from tomada.flows.intents import is_uncertain, save, sending, settles_at, unanswered, wait
from tomada.flows.problems import Problem, answer_key
from tomada.ports.records import Action, IntentRecord, IntentState, OrderRecord, OrderState

CREATE_ANEW = "create"


def recover(ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord) -> bool:
    """Find out what became of an unanswered create; True when the order may be decided about again.

    Nothing is repeated before ``settle_time`` and two empty searches ``settle_gap`` apart: a slow server may do
    the work after its connection died. Until then the order waits.
    """
    if ctx.now() < settles_at(ctx, intent):
        save(ctx, wait(ctx, record, settles_at(ctx, intent)), None)
        return False
    hits = search(ctx, order)
    if _take(ctx, record, order, intent, hits):
        return bool(record.erp_id)
    gap = timedelta(seconds=ctx.account.options.settle_gap)
    if intent.searched_at is None:
        intent.searched_at = ctx.now()
        save(ctx, wait(ctx, record, intent.searched_at + gap), intent)
        return False
    if ctx.now() < intent.searched_at + gap:
        save(ctx, wait(ctx, record, intent.searched_at + gap), None)
        return False
    intent.state = IntentState.PLANNED
    save(ctx, None, intent, [ctx.audit("order.not_found", record.remote_id, "O2", searches="2")])
    return True


def create(
    ctx: FlowContext, record: OrderRecord, order: Order, draft: ErpOrderDraft, intent: IntentRecord
) -> None:
    """Search, create and record one order whose intent is committed.

    Raises what stopped it before anything was sent (quota, network, token); the intent then stays planned.
    """
    assert not is_uncertain(intent), "an unanswered create is recovered first"
    if _take(ctx, record, order, intent, search(ctx, order)):
        return
    followed_uncertain = intent.attempts > 0
    save(ctx, None, sending(ctx, intent))
    try:
        ref = ctx.erp.create_order(draft)
    except EffectUnknown as error:
        audit = ctx.audit("order.unanswered", record.remote_id, "O2", code=error.code)
        until = settles_at(ctx, unanswered(ctx, intent))
        save(ctx, wait(ctx, record, until), intent, [audit])
        return
    except RejectedByRemote as error:
        _refused(ctx, record, intent, error)
        return
    except TomadaError:
        intent.state, intent.attempts = IntentState.PLANNED, intent.attempts - 1
        save(ctx, None, intent)
        raise
    _created(ctx, record, order, intent, ref)
    if followed_uncertain:
        _look_again(ctx, record, order)


def _take(ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord, hits: Hits) -> bool:
    """Adopt the order that is ours, or hold what is not clear; False when there is nothing of ours."""
    chosen = record.override.get(answer_key("duplicate"), "")
    if chosen.startswith("erp:"):
        found = ctx.erp.read_order(chosen.removeprefix("erp:"))
        if found:
            _adopted(ctx, record, order, intent, found)
            return True
    if len(hits.ours) == 1:
        _adopted(ctx, record, order, intent, hits.ours[0])
        return True
    if hits.ours or (hits.part and chosen != CREATE_ANEW):
        _hold(ctx, record, intent, Problem("duplicate", "O1", details={"erp_numbers": hits.ids}))
        return True
    return False


def _adopted(
    ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord, found: ErpOrder
) -> None:
    ref = ErpOrderRef(erp_id=found.erp_id, number=found.number)
    _record(ctx, record, order, intent, ref, "order.adopted")
    ctx.counts["adopted"] += 1
    if found.status:
        record.erp_status = found.status
        save(ctx, record, None)


def _created(
    ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord, ref: ErpOrderRef
) -> None:
    _record(ctx, record, order, intent, ref, "order.created")
    ctx.counts["created"] += 1


def _record(
    ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord, ref: ErpOrderRef, event: str
) -> None:
    record.erp_id, record.erp_number = ref.erp_id, ref.number
    record.erp_status = intent.value
    record.state, record.reason, record.details = OrderState.CREATED, "", {}
    record.fingerprint = fingerprint(ctx, order)
    record.dirty = event == "order.adopted"  # it may have another status by now
    record.due_at = unpaid_deadline(ctx, record, order)
    intent.state = IntentState.DONE
    save(ctx, record, intent, [ctx.audit(event, record.remote_id, "O1", erp_number=ref.number)])


def _refused(ctx: FlowContext, record: OrderRecord, intent: IntentRecord, error: RejectedByRemote) -> None:
    details = {"message": error.message, "field": error.field, "code": error.code}
    ctx.counts["rejected"] += 1
    _hold(ctx, record, intent, Problem("erp_refused", "D3", details=details))


def _hold(ctx: FlowContext, record: OrderRecord, intent: IntentRecord, problem: Problem) -> None:
    record.state, record.reason, record.details = OrderState.HELD, problem.code, problem.details
    record.dirty, record.due_at = False, None
    intent.state = IntentState.DROPPED
    with ctx.database.begin() as tx:
        tx.orders.save([record])
        tx.intents.save([intent])
        book = HoldBook(ctx, tx, [record])
        book.reconcile(record, [problem])
        book.save()


def _look_again(ctx: FlowContext, record: OrderRecord, order: Order) -> None:
    """After a create that followed an unanswered one: two hits are held, never guessed about (O2)."""
    hits = search(ctx, order)
    if len(hits.ours) < 2:
        return
    problem = Problem("duplicate", "O2", details={"erp_numbers": hits.ids})
    with ctx.database.begin() as tx:
        book = HoldBook(ctx, tx, [record])
        book.reconcile(record, [problem])
        book.save()


def creates(intent: IntentRecord | None) -> bool:
    """Tell whether an intent is an unanswered create."""
    return intent is not None and intent.action is Action.CREATE and is_uncertain(intent)
