"""The flow ``tracking``: a parcel's code, address, carrier and day → the store, with the status (T1-T3)."""

from datetime import date, datetime

from tomada.domain.shipment import Shipment
from tomada.domain.status import ErpStatus, rank
from tomada.flows.changes import read_changes
from tomada.flows.context import FlowContext
from tomada.flows.drafts import ERP_ZONE
from tomada.flows.mappings import MappingTable
from tomada.flows.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.ports.news import ErpNewsRecord
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import OrderRecord

FLOW = "tracking"
AT_ONCE = 100
TOLD_FROM = rank(ErpStatus.SHIPPED)


def sync_tracking(ctx: FlowContext) -> None:
    """Read the account's changes, then tell the store of every parcel that it has not heard of."""
    read_changes(ctx)
    if not ctx.store.options.sending.tracking:
        return
    orphaned(ctx, FLOW)
    items, settled = plan_tracking(ctx)
    publish(ctx, subject(ctx), items)
    _looked_at(ctx, settled + [item.publication.key for item in items])


def subject(ctx: FlowContext) -> Subject[Shipment]:
    """Return what this flow publishes; the key is the store's order id."""
    return Subject(FLOW, Shipment, ctx.gateway.tracking_push, order_of=lambda key: key, rule="T3")


def plan_tracking(ctx: FlowContext) -> tuple[list[Item[Shipment]], list[str]]:
    """Return what is to be sent, and the ids of orders that need nothing."""
    with ctx.database.read() as tx:
        table = MappingTable(ctx.store, tx.mappings.all(ctx.store.id), tx.mappings.codes(ctx.store.id))
    wanted: dict[str, Wanted[Shipment]] = {}
    nothing = []
    for news, order, told in _looking_at(ctx):
        shipment = shipment_of(news, order, told, table)
        if shipment is None:
            nothing.append(order.remote_id)
        else:
            wanted[order.remote_id] = Wanted(shipment)
    items = due(ctx, FLOW, wanted)
    return items, nothing


def _looking_at(ctx: FlowContext) -> list[tuple[ErpNewsRecord, OrderRecord, Shipment | None]]:
    found: list[tuple[ErpNewsRecord, OrderRecord, Shipment | None]] = []
    after = 0
    while True:
        with ctx.database.read() as tx:
            news = tx.erp_news.due(ctx.store.id, FLOW, AT_ONCE, after)
            orders = tx.orders.get_many([one.order_id for one in news])
            told = tx.publications.find(ctx.store.id, FLOW, [order.remote_id for order in orders.values()])
        if not news:
            return found
        after = news[-1].order_id
        for one in news:
            order = orders[one.order_id]
            if ctx.store.since and order.placed_at and order.placed_at < ctx.store.since:
                continue  # O10: nothing old is announced
            found.append((one, order, _value(told.get(order.remote_id))))


def _value(publication: PublicationRecord | None) -> Shipment | None:
    return Shipment.model_validate_json(publication.value) if publication and publication.value else None


def shipment_of(
    news: ErpNewsRecord, order: OrderRecord, told: Shipment | None, table: MappingTable
) -> Shipment | None:
    """Return what the store is to have; None while there is nothing to tell.

    The status is told once (T2): not when the store has it already or was told it, and never a step back (T1).
    """
    status = _status(news, order, told, table)
    if not news.tracking_code and status is None:
        return None
    return Shipment(
        order_id=order.remote_id,
        code=news.tracking_code,
        url=news.tracking_url,
        carrier=news.carrier,
        shipped_on=_day(news) if news.tracking_code or _is_shipped(news.status) else None,
        status=status,
    )


def _status(
    news: ErpNewsRecord, order: OrderRecord, told: Shipment | None, table: MappingTable
) -> str | None:
    if not _is_shipped(news.status):
        return told.status if told else None
    target = table.status_out(news.status) or None
    if told and told.status:
        return target if target and table.is_later(told.status, target) else told.status
    if target is None or order.status_code == target or table.is_later(target, order.status_code):
        return None
    return target


def _is_shipped(status: str) -> bool:
    return status in {known.value for known in ErpStatus} and (
        status != ErpStatus.CANCELLED and rank(ErpStatus(status)) >= TOLD_FROM
    )


def _day(news: ErpNewsRecord) -> date:
    """The day of shipping as the ERP has it, else the day we saw it; a day in São Paulo."""
    if news.shipped_on:
        return date.fromisoformat(news.shipped_on)
    seen: datetime = news.seen_at
    return seen.astimezone(ERP_ZONE).date()


def _looked_at(ctx: FlowContext, remote_ids: list[str]) -> None:
    """Take the mark off every order that needs nothing more: told, refused for good, or nothing to tell."""
    with ctx.database.begin() as tx:
        orders = tx.orders.find(ctx.store.id, remote_ids)
        told = tx.publications.find(ctx.store.id, FLOW, remote_ids)
        news = tx.erp_news.find([order.id for order in orders.values()])
        done = []
        for remote_id, order in orders.items():
            publication = told.get(remote_id)
            if publication is None or publication.state in (
                PublicationState.SETTLED,
                PublicationState.REJECTED,
            ):
                one = news[order.id]
                one.tracking_due = False
                done.append(one)
        tx.erp_news.save(done)
