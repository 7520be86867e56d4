"""One order into the ERP, exactly once (O2): intent, search, create, record; and recovery of an unanswered create."""

from datetime import timedelta

from tomada.domain.erp import ErpOrder, ErpOrderDraft, ErpOrderRef
from tomada.domain.order import Order
from tomada.errors import EffectUnknown, RejectedByRemote, TomadaError
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.orders import news_of
from tomada.flows.holds.order_holds import HoldBook
from tomada.flows.holds.problems import Problem, answer_key
from tomada.flows.orders.decide import unpaid_deadline
from tomada.flows.orders.fingerprint import fingerprint
from tomada.flows.orders.identity import Hits, search
from tomada.flows.sending.intents import is_uncertain, save, sending, settles_at, unanswered, wait
from tomada.ports.news import ErpNewsRecord
from tomada.ports.records import Action, IntentRecord, IntentState, OrderRecord, OrderState

CREATE_ANEW = "create"
NAMED = "erp:"


def recover(ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord) -> bool:
    """Find out what became of an unanswered create; True when the order may be decided about again.

    Nothing is repeated before ``settle_time`` and two empty searches ``settle_gap`` apart: a slow server may do
    the work after its connection died. Until then the order waits.
    """
    if ctx.now() < settles_at(ctx, intent):
        save(ctx, wait(ctx, record, settles_at(ctx, intent)), None)
        return False
    if record.erp_id:  # killed after the create, before the search that follows it
        look_again(ctx, record, order, intent)
        return True
    if _take(ctx, record, order, intent, search(ctx, record, order)):
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
    try:
        if _take(ctx, record, order, intent, search(ctx, record, order)):
            return
        record.fingerprint = fingerprint(ctx, order)  # of what is sent, whatever the store changes meanwhile
        save(ctx, record, sending(ctx, intent))
        ref = ctx.erp.create_order(draft)
    except EffectUnknown as error:
        audit = ctx.audit("order.unanswered", record.remote_id, "O2", code=error.code)
        until = settles_at(ctx, unanswered(ctx, intent))
        save(ctx, wait(ctx, record, until), intent, [audit])
    except RejectedByRemote as error:
        # What is refused as a duplicate may be what an unanswered create before this one has made by now.
        if intent.attempts < 2 or not _take(ctx, record, order, intent, search(ctx, record, order)):
            refuse(ctx, record, intent, error)
    except TomadaError:
        if is_uncertain(intent):
            intent.state, intent.attempts = IntentState.PLANNED, intent.attempts - 1
            record.fingerprint = ""
            save(ctx, record, intent)
        raise
    else:
        _created(ctx, record, order, intent, ref)


def adopt_chosen(ctx: FlowContext, record: OrderRecord, order: Order) -> bool:
    """Take the ERP order that a person named as this one; True when the order may be decided about.

    Whatever became of the store's order since: one that was cancelled has to be cancelled in the ERP as well.
    """
    chosen = record.override.pop(answer_key("duplicate")).removeprefix(NAMED)
    hits = search(ctx, record, order)
    named = [hit for hit in hits.all if chosen in (hit.erp_id, hit.number)]
    found = named[0] if named else ctx.erp.read_order(chosen)
    if found is None or _is_of_another(ctx, record, found):
        _hold(ctx, record, None, Problem("duplicate", "O1", details={"erp_numbers": hits.ids or chosen}))
        return False
    _adopted(ctx, record, order, None, found)
    return True


def names_twin(record: OrderRecord) -> bool:
    """Tell whether a person named the ERP order that this one is."""
    return record.override.get(answer_key("duplicate"), "").startswith(NAMED)


def look_again(ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord) -> None:
    """After a create that followed an unanswered one: two hits are held, never guessed about (O2)."""
    hits = search(ctx, record, order)
    suspects = hits.ours if record.override.get(answer_key("duplicate")) == CREATE_ANEW else hits.all
    intent.state = IntentState.DONE
    with ctx.database.begin() as tx:
        tx.intents.save([intent])
        if any(hit.erp_id != record.erp_id for hit in suspects):
            book = HoldBook(ctx, tx, [record])
            book.reconcile(record, [Problem("duplicate", "O2", details={"erp_numbers": hits.ids})])
            book.save()


def _take(ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord, hits: Hits) -> bool:
    """Adopt the order that is ours, or hold what is not clear; False when there is nothing of ours."""
    if len(hits.ours) == 1:
        _adopted(ctx, record, order, intent, hits.ours[0])
        return True
    anew = record.override.get(answer_key("duplicate")) == CREATE_ANEW
    if hits.ours or (hits.part and not anew):
        _hold(ctx, record, intent, Problem("duplicate", "O1", details={"erp_numbers": hits.ids}))
        return True
    return False


def _is_of_another(ctx: FlowContext, record: OrderRecord, found: ErpOrder) -> bool:
    """Tell whether the ERP order belongs to another order that we know."""
    with ctx.database.read() as tx:
        same = tx.orders.select(text=found.erp_id)
        accounts = {store.id: store.erp_id for store in tx.stores.all()}
    return any(
        other.erp_id == found.erp_id
        and other.id != record.id
        and accounts.get(other.store_id) == ctx.account.id
        for other in same
    )


def _adopted(
    ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord | None, found: ErpOrder
) -> None:
    record.fingerprint = record.fingerprint or fingerprint(ctx, order)
    record.erp_status = found.status or ""
    record.dirty = True  # the store's status may be another by now, and so may its contents
    if intent:
        intent.state = IntentState.DONE
    ref = ErpOrderRef(erp_id=found.erp_id, number=found.number)
    _record(ctx, record, order, intent, ref, "order.adopted", news_of(ctx, record.id, found))
    ctx.counts["adopted"] += 1


def _created(
    ctx: FlowContext, record: OrderRecord, order: Order, intent: IntentRecord, ref: ErpOrderRef
) -> None:
    """Record the ERP's id at once. The intent of a repeated create stays open until the order was looked for again."""
    repeated = intent.attempts > 1
    record.erp_status = intent.value
    record.dirty = repeated
    intent.ended_at = ctx.now()
    if not repeated:
        intent.state = IntentState.DONE
    _record(ctx, record, order, intent, ref, "order.created")
    ctx.counts["created"] += 1
    if repeated:
        look_again(ctx, record, order, intent)
        record.dirty = False
        save(ctx, record, None)


def _record(
    ctx: FlowContext,
    record: OrderRecord,
    order: Order,
    intent: IntentRecord | None,
    ref: ErpOrderRef,
    event: str,
    news: ErpNewsRecord | None = None,
) -> None:
    record.erp_id, record.erp_number = ref.erp_id, ref.number
    record.state, record.reason, record.details = OrderState.CREATED, "", {}
    record.due_at = unpaid_deadline(ctx, record, order)
    audit = ctx.audit(event, record.remote_id, "O1", erp_number=ref.number)
    save(ctx, record, intent, [audit], news)


def refuse(
    ctx: FlowContext, record: OrderRecord, intent: IntentRecord | None, error: RejectedByRemote
) -> None:
    """Hold an order that the ERP refused, with the ERP's words."""
    details = {"message": error.message, "field": error.field, "code": error.code}
    ctx.counts["rejected"] += 1
    record.fingerprint = ""
    _hold(ctx, record, intent, Problem("erp_refused", "D3", details=details))


def _hold(ctx: FlowContext, record: OrderRecord, intent: IntentRecord | None, problem: Problem) -> None:
    if not record.erp_id:
        record.state, record.reason, record.details = OrderState.HELD, problem.code, problem.details
    record.dirty, record.due_at = False, None
    with ctx.database.begin() as tx:
        tx.orders.save([record])
        if intent:
            intent.state = IntentState.DROPPED
            tx.intents.save([intent])
        book = HoldBook(ctx, tx, [record])
        book.reconcile(record, [problem])
        book.save()


def creates(intent: IntentRecord | None) -> bool:
    """Tell whether an intent is an unanswered create."""
    return intent is not None and intent.action is Action.CREATE and is_uncertain(intent)
