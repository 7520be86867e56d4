"""The flow ``statuses``: the ERP's order statuses → the store, and those that a person sets there (T1, T2, T5).

The flow tells the steps before shipping; from shipping on the status goes with the parcel, in the flow ``tracking``,
where the platform has it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.status import ErpStatus
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import read_changes
from tomada.flows.erp_changes.orders import OVERLAP
from tomada.flows.mapping.channels import hears_of
from tomada.flows.mapping.mappings import MappingTable
from tomada.flows.order_news.told import DELIVERIES, Told, told_by, told_by_others
from tomada.flows.order_news.told import STATUSES as FLOW
from tomada.flows.order_news.tracking import is_shipped
from tomada.flows.sending.late_answers import settle_submitted
from tomada.flows.sending.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.i18n import N_
from tomada.ports.news import ErpNewsRecord
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import OrderRecord
from tomada.ports.storage import Transaction

GO_LIVE = "statuses_since"
"""The cursor that says when the flow looked for the first time: what was read by then is old (O10)."""
STEP_BACK = N_("a step back from the store's own status; sending.allow_status_back lets it through")
WAITS = N_("the store has not answered yet what it was told last; say it again once it has")


@dataclass(slots=True)
class StatusPlan:
    """What is to be sent, and until when the ERP's news were looked at.

    ``first``: never before. ``given_up`` are those whose send got no answer and that are not wanted any more,
    ``marked`` those that are to be looked at again, or no more.
    """

    until: datetime
    items: list[Item[StatusUpdate]] = field(default_factory=list)
    first: bool = False
    given_up: list[PublicationRecord] = field(default_factory=list)
    marked: list[PublicationRecord] = field(default_factory=list)


def sync_statuses(ctx: FlowContext) -> None:
    """Read the account's changes, then tell the store each status that it has not heard of.

    Where that is switched off, only what a person has asked for is settled.
    """
    settle_answers(ctx)
    if not ctx.store.options.sending.statuses:
        return
    read_changes(ctx)
    plan = plan_statuses(ctx)
    try:
        publish(ctx, _subject(ctx), plan.items)
    finally:
        _remember(ctx, plan)


def settle_answers(ctx: FlowContext) -> None:
    """Record what became of statuses that a store answers later."""
    settle_submitted(ctx, FLOW, StatusUpdate, lambda _items: _subject(ctx))
    settle_submitted(ctx, DELIVERIES, Delivery, lambda _items: _deliveries(ctx))


def plan_statuses(ctx: FlowContext) -> StatusPlan:
    """Return what is to be sent; the first time nothing is, as nothing old is announced (O10)."""
    orphaned(ctx, FLOW)
    until = ctx.now()
    with ctx.database.read() as tx:
        cursor, live = (tx.progress.cursor(ctx.store.id, name) for name in (FLOW, GO_LIVE))
    if not cursor:
        return StatusPlan(until, first=True)
    plan = StatusPlan(until)
    wanted: dict[str, Wanted[StatusUpdate]] = {}
    table = table_of(ctx)
    changed = _changed(ctx, datetime.fromisoformat(cursor), datetime.fromisoformat(live or cursor))
    with ctx.database.read() as tx:
        keys = [order.remote_id for _news, order in changed]
        known = tx.publications.find(ctx.store.id, FLOW, keys)
        others = told_by_others(tx, ctx.store.id, FLOW, keys)
    for news, order in changed:
        key = order.remote_id
        publication = known.get(key)
        update = _update(ctx, news, order, table, publication, others.get(key, Told()))
        if update:
            wanted[key] = Wanted(update)
        elif publication and publication.state is PublicationState.UNKNOWN:
            plan.given_up.append(_given_up(publication))
    plan.items = due(ctx, FLOW, wanted)
    sending = {item.publication.key for item in plan.items}
    plan.marked = [
        one for key, one in known.items() if key not in sending and _marks_anew(one, wanted.get(key))
    ]
    return plan


def forget_news(tx: Transaction, store_id: int) -> None:
    """Let the next run of the flow be its first: what has happened by then is not told (O10)."""
    tx.progress.set_cursor(store_id, FLOW, "")


def set_statuses(ctx: FlowContext, statuses: Mapping[str, str]) -> dict[str, str]:
    """Give orders (by the store's id) these statuses of the store, as a person asked for it.

    Returns why the others were left out: a step back that is not allowed (T1), or another one that the store has not
    answered. Raises what stopped it.
    """
    settle_answers(ctx)
    orphaned(ctx, FLOW)
    table, left = table_of(ctx), {}
    with ctx.database.read() as tx:
        orders = tx.orders.find(ctx.store.id, list(statuses))
        known = tx.publications.find(ctx.store.id, FLOW, list(statuses))
    wanted: dict[str, Wanted[StatusUpdate]] = {}
    for key, status in statuses.items():
        if _steps_back(ctx, table, status, (orders[key].status_code,)):
            left[key] = STEP_BACK
        elif _awaits_another(known.get(key), status):
            left[key] = WAITS
        else:
            told = tuple(one for one in told_by(FLOW, known.get(key)).all if one != status)
            wanted[key] = Wanted(StatusUpdate(order_id=key, status=status, told=told))
    publish(ctx, _subject(ctx), due(ctx, FLOW, wanted, wanted))
    return left


def mark_delivered(ctx: FlowContext, keys: list[str], status: str) -> None:
    """Mark orders (by the store's id) as delivered, which ``status`` says at the store. Raises what stopped it."""
    settle_answers(ctx)
    orphaned(ctx, DELIVERIES)
    wanted = {key: Wanted(Delivery(order_id=key, status=status)) for key in keys}
    publish(ctx, _deliveries(ctx), due(ctx, DELIVERIES, wanted, wanted))


def table_of(ctx: FlowContext) -> MappingTable:
    """Return the store's mappings."""
    with ctx.database.read() as tx:
        return MappingTable(ctx.store, tx.mappings.all(ctx.store.id), tx.mappings.codes(ctx.store.id))


def _subject(ctx: FlowContext) -> Subject[StatusUpdate]:
    return Subject(FLOW, StatusUpdate, ctx.gateway.order_status_push, order_of=lambda key: key, rule="T2")


def _deliveries(ctx: FlowContext) -> Subject[Delivery]:
    return Subject(DELIVERIES, Delivery, ctx.gateway.delivery_push, order_of=lambda key: key, rule="T5")


def _awaits_another(publication: PublicationRecord | None, status: str) -> bool:
    """Tell whether the store has still to answer another status."""
    if publication is None or publication.state is not PublicationState.SUBMITTED:
        return False
    return StatusUpdate.model_validate_json(publication.pending).status != status


def _may_go_back(ctx: FlowContext) -> bool:
    return ctx.store.options.sending.allow_status_back


def _changed(ctx: FlowContext, since: datetime, live: datetime) -> list[tuple[ErpNewsRecord, OrderRecord]]:
    """The news that were read since then and after the flow went live, and those whose send has no final answer."""
    with ctx.database.read() as tx:
        news = {one.order_id: one for one in tx.erp_news.changed(ctx.store.id, since) if one.seen_at > live}
        waiting = [*tx.publications.dirty(ctx.store.id, FLOW), *tx.publications.under_way(ctx.store.id, FLOW)]
        orders = tx.orders.get_many(list(news))
        missing = tx.orders.find(ctx.store.id, [one.key for one in waiting])
        orders |= {order.id: order for order in missing.values()}
        news |= tx.erp_news.find([order.id for order in missing.values()])
    return [(one, orders[order_id]) for order_id, one in sorted(news.items())]


def _update(
    ctx: FlowContext,
    news: ErpNewsRecord,
    order: OrderRecord,
    table: MappingTable,
    publication: PublicationRecord | None,
    elsewhere: Told,
) -> StatusUpdate | None:
    """Return what the store is to be told of an order; None for nothing, also for what it knows or was told (T2).

    A status whose send got no answer is looked for and sent, unless another one takes its place.
    """
    target = table.status_out(news.status) if hears_of(ctx.store, order, FLOW) else ""
    own, unanswered = told_by(FLOW, publication), _unanswered(publication)
    if unanswered and target == unanswered.status:
        return unanswered
    if publication and publication.value and not unanswered:
        before = StatusUpdate.model_validate_json(publication.value)
        if target == before.status:
            return before
    told = (*own.all, *elsewhere.all)
    if table.meaning(order.status_code) == ErpStatus.CANCELLED:
        return None  # an order that the store has cancelled stays so
    if (
        target
        and not (is_shipped(news.status) and ctx.gateway.offers("tracking_push"))
        and target not in (*told, order.status_code)
        and table.meaning(order.status_code) != news.status
        and not _steps_back(ctx, table, target, (order.status_code, *told))
    ):
        return StatusUpdate(order_id=order.remote_id, status=target, told=own.all)
    if unanswered and target not in own.known and _may_follow(ctx, table, unanswered, order, elsewhere):
        return unanswered
    return None


def _steps_back(ctx: FlowContext, table: MappingTable, status: str, reached: Iterable[str]) -> bool:
    """Tell whether a status lies before one that was reached, where that is not let through (T1)."""
    return not _may_go_back(ctx) and any(table.is_later(status, one) for one in reached)


def _may_follow(
    ctx: FlowContext, table: MappingTable, unanswered: StatusUpdate, order: OrderRecord, elsewhere: Told
) -> bool:
    """Tell whether what got no answer may still be sent: no parcel has told of a later step meanwhile."""
    status = unanswered.status
    if any(table.is_later(status, one) for one in elsewhere.known):
        return False
    return not _steps_back(ctx, table, status, (order.status_code, *unanswered.told))


def _unanswered(publication: PublicationRecord | None) -> StatusUpdate | None:
    """Return what was sent and got no answer, or gets one later."""
    if publication is None or publication.state not in (PublicationState.UNKNOWN, PublicationState.SUBMITTED):
        return None
    return StatusUpdate.model_validate_json(publication.pending) if publication.pending else None


def _marks_anew(publication: PublicationRecord, wanted: Wanted[StatusUpdate] | None) -> bool:
    """Mark what is not sent to be looked at again while the store has to answer another value; tell if it is new."""
    before = publication.dirty
    if publication.state is PublicationState.SUBMITTED:
        publication.dirty = before or bool(wanted and wanted.kept != publication.pending)
    elif publication.state in (PublicationState.SETTLED, PublicationState.REJECTED):
        publication.dirty = False
    return publication.dirty != before


def _given_up(publication: PublicationRecord) -> PublicationRecord:
    """Take a status that the store may have been told, and that the ERP does not say any more, for told."""
    told, unanswered = told_by(FLOW, publication).all, _unanswered(publication)
    if unanswered:
        publication.value = unanswered.model_copy(update={"told": told[:-1]}).model_dump_json()
    publication.state, publication.pending = PublicationState.SETTLED, ""
    publication.dirty = False
    return publication


def _remember(ctx: FlowContext, plan: StatusPlan) -> None:
    """Note how far the news were looked at, and mark what has no final answer to be planned again."""
    for item in plan.items:
        item.publication.dirty = not item.is_over
    with ctx.database.begin() as tx:
        tx.publications.save([*plan.given_up, *plan.marked, *(item.publication for item in plan.items)])
        tx.progress.set_cursor(ctx.store.id, FLOW, (plan.until - OVERLAP).isoformat())
        if plan.first:
            tx.progress.set_cursor(ctx.store.id, GO_LIVE, plan.until.isoformat())
