"""The flow ``statuses``: the ERP's order statuses → the store, and those that a person sets there (T1, T2, T5).

The flow tells the steps before shipping; from shipping on the status goes with the parcel, in the flow ``tracking``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.shipment import Shipment
from tomada.domain.status import ErpStatus
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import read_changes
from tomada.flows.erp_changes.orders import OVERLAP
from tomada.flows.mapping.mappings import MappingTable
from tomada.flows.order_news.tracking import FLOW as TRACKING
from tomada.flows.order_news.tracking import is_shipped
from tomada.flows.sending.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.i18n import N_
from tomada.ports.news import ErpNewsRecord
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import OrderRecord

FLOW = "statuses"
DELIVERIES = "deliveries"
STEP_BACK = N_("a step back from the store's own status; sending.allow_status_back lets it through")


@dataclass(slots=True)
class StatusPlan:
    """What is to be sent, and until when the ERP's news were looked at (None: nothing was)."""

    items: list[Item[StatusUpdate]] = field(default_factory=list)
    until: datetime | None = None


def sync_statuses(ctx: FlowContext) -> None:
    """Read the account's changes, then tell the store each status that it has not heard of."""
    read_changes(ctx)
    plan = plan_statuses(ctx)
    try:
        publish(ctx, _subject(ctx), plan.items)
    finally:
        _remember(ctx, plan)


def plan_statuses(ctx: FlowContext) -> StatusPlan:
    """Return what is to be sent; the first time nothing is, as nothing old is announced (O10)."""
    orphaned(ctx, FLOW)
    until = ctx.now()
    with ctx.database.read() as tx:
        cursor = tx.progress.cursor(ctx.store.id, FLOW)
    if not cursor:
        return StatusPlan(until=until)
    wanted: dict[str, Wanted[StatusUpdate]] = {}
    table = table_of(ctx)
    for news, order in _changed(ctx, datetime.fromisoformat(cursor)):
        update = _update(ctx, news, order, table)
        if update:
            wanted[order.remote_id] = Wanted(update)
    return StatusPlan(due(ctx, FLOW, wanted), until)


def set_statuses(ctx: FlowContext, statuses: Mapping[str, str]) -> dict[str, str]:
    """Give orders (by the store's id) these statuses of the store, as a person asked for it.

    Returns why the others were left out: a step back that is not allowed (T1). Raises what stopped it.
    """
    orphaned(ctx, FLOW)
    table, left = table_of(ctx), {}
    with ctx.database.read() as tx:
        orders = tx.orders.find(ctx.store.id, list(statuses))
        known = tx.publications.find(ctx.store.id, FLOW, list(statuses))
    wanted: dict[str, Wanted[StatusUpdate]] = {}
    for key, status in statuses.items():
        if not _may_go_back(ctx) and table.is_later(status, orders[key].status_code):
            left[key] = STEP_BACK
        else:
            wanted[key] = Wanted(StatusUpdate(order_id=key, status=status, told=_told(known.get(key))))
    publish(ctx, _subject(ctx), due(ctx, FLOW, wanted, wanted))
    return left


def mark_delivered(ctx: FlowContext, keys: list[str], status: str) -> None:
    """Mark orders (by the store's id) as delivered, which ``status`` says at the store. Raises what stopped it."""
    orphaned(ctx, DELIVERIES)
    wanted = {key: Wanted(Delivery(order_id=key, status=status)) for key in keys}
    subject = Subject(DELIVERIES, Delivery, ctx.gateway.delivery_push, order_of=lambda key: key, rule="T5")
    publish(ctx, subject, due(ctx, DELIVERIES, wanted, wanted))


def table_of(ctx: FlowContext) -> MappingTable:
    """Return the store's mappings."""
    with ctx.database.read() as tx:
        return MappingTable(ctx.store, tx.mappings.all(ctx.store.id), tx.mappings.codes(ctx.store.id))


def _subject(ctx: FlowContext) -> Subject[StatusUpdate]:
    return Subject(FLOW, StatusUpdate, ctx.gateway.order_status_push, order_of=lambda key: key, rule="T2")


def _may_go_back(ctx: FlowContext) -> bool:
    return ctx.store.options.sending.allow_status_back


def _changed(ctx: FlowContext, since: datetime) -> list[tuple[ErpNewsRecord, OrderRecord]]:
    """The news that were read since then, and those whose last send has no final answer."""
    with ctx.database.read() as tx:
        news = {one.order_id: one for one in tx.erp_news.changed(ctx.store.id, since)}
        waiting = [*tx.publications.dirty(ctx.store.id, FLOW), *tx.publications.under_way(ctx.store.id, FLOW)]
        orders = tx.orders.get_many(list(news))
        missing = tx.orders.find(ctx.store.id, [one.key for one in waiting])
        orders |= {order.id: order for order in missing.values()}
        news |= tx.erp_news.find([order.id for order in missing.values()])
    return [(one, orders[order_id]) for order_id, one in sorted(news.items())]


def _update(
    ctx: FlowContext, news: ErpNewsRecord, order: OrderRecord, table: MappingTable
) -> StatusUpdate | None:
    """Return what the store is to be told of an order; None for nothing, also for what it knows or was told (T2)."""
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, [order.remote_id]).get(order.remote_id)
        parcel = tx.publications.find(ctx.store.id, TRACKING, [order.remote_id]).get(order.remote_id)
    before = _value(known)
    target = table.status_out(news.status)
    if before and target == before.status:
        return before
    told = _told(known)
    by_parcel = Shipment.model_validate_json(parcel.value).status if parcel and parcel.value else None
    if not target or is_shipped(news.status) or target in (*told, by_parcel, order.status_code):
        return None
    if table.meaning(order.status_code) in (news.status, ErpStatus.CANCELLED):
        return None  # an order that the store has cancelled stays so
    if not _may_go_back(ctx) and table.is_later(target, order.status_code):
        return None
    return StatusUpdate(order_id=order.remote_id, status=target, told=told)


def _value(publication: PublicationRecord | None) -> StatusUpdate | None:
    return StatusUpdate.model_validate_json(publication.value) if publication and publication.value else None


def _told(publication: PublicationRecord | None) -> tuple[str, ...]:
    """Every status that the store was told, the oldest first."""
    before = _value(publication)
    return tuple(dict.fromkeys([*before.told, before.status])) if before else ()


def _remember(ctx: FlowContext, plan: StatusPlan) -> None:
    """Note how far the news were looked at, and mark what has no final answer to be planned again."""
    for item in plan.items:
        item.publication.dirty = not item.is_over
    with ctx.database.begin() as tx:
        tx.publications.save([item.publication for item in plan.items])
        if plan.until:
            tx.progress.set_cursor(ctx.store.id, FLOW, (plan.until - OVERLAP).isoformat())
