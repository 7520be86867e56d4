"""The flow ``tracking``: a parcel's code, address, carrier and day → the store, with the status (T1-T3)."""

from datetime import date, datetime

from tomada.domain.shipment import Shipment
from tomada.domain.status import ErpStatus, rank
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import read_changes
from tomada.flows.mapping.mappings import MappingTable
from tomada.flows.order_news.due_orders import due_orders, looked_at
from tomada.flows.order_news.parcels import joined_or_first
from tomada.flows.orders.drafts import ERP_ZONE
from tomada.flows.sending.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.ports.news import ErpNewsRecord
from tomada.ports.options import SendingOptions
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import OrderRecord

FLOW = "tracking"
TOLD_FROM = rank(ErpStatus.SHIPPED)


def sync_tracking(ctx: FlowContext) -> None:
    """Read the account's changes, then tell the store of every parcel that it has not heard of."""
    read_changes(ctx)
    if not ctx.store.options.sending.tracking:
        return
    orphaned(ctx, FLOW)
    items, seen = plan_tracking(ctx)
    publish(ctx, subject(ctx), items)
    looked_at(ctx, FLOW, seen)


def subject(ctx: FlowContext) -> Subject[Shipment]:
    """Return what this flow publishes; the key is the store's order id."""
    return Subject(FLOW, Shipment, ctx.gateway.tracking_push, order_of=lambda key: key, rule="T3")


def plan_tracking(ctx: FlowContext) -> tuple[list[Item[Shipment]], dict[str, datetime]]:
    """Return what is to be sent, and when the news of each order that was looked at was read."""
    with ctx.database.read() as tx:
        table = MappingTable(ctx.store, tx.mappings.all(ctx.store.id), tx.mappings.codes(ctx.store.id))
    wanted: dict[str, Wanted[Shipment]] = {}
    seen = {}
    for news, order, told in due_orders(ctx, FLOW):
        seen[order.remote_id] = news.seen_at
        shipment = shipment_of(news, order, _value(told), table, ctx.store.options.sending)
        if shipment:
            wanted[order.remote_id] = Wanted(shipment)
    return due(ctx, FLOW, wanted), seen


def _value(publication: PublicationRecord | None) -> Shipment | None:
    return Shipment.model_validate_json(publication.value) if publication and publication.value else None


def shipment_of(
    news: ErpNewsRecord,
    order: OrderRecord,
    told: Shipment | None,
    table: MappingTable,
    options: SendingOptions,
) -> Shipment | None:
    """Return what the store is to have; None while there is nothing to tell.

    The status is told once (T2): not when the store's own says the same or it was told it, and a step back only
    where that is set (T1).
    """
    status = _status(news, order, told, table, back=options.allow_status_back)
    if not news.tracking_code and status is None:
        return None
    code, others = joined_or_first(news.tracking_code, options.parcels)
    return Shipment(
        order_id=order.remote_id,
        code=code,
        others=others,
        url=news.tracking_url,
        carrier=news.carrier,
        shipped_on=_day(news) if news.tracking_code or is_shipped(news.status) else None,
        status=status,
    )


def _status(
    news: ErpNewsRecord, order: OrderRecord, told: Shipment | None, table: MappingTable, *, back: bool
) -> str | None:
    """Return the store's status to tell or to keep; steps before the parcel's are those of ``statuses``.

    What the store itself says meanwhile is not told to it, and an order that it has cancelled stays so.
    """
    before = told.status if told else None
    target = table.status_out(news.status) or None
    if target is None or not is_shipped(news.status):
        return before
    at_store = order.status_code
    if at_store == target or table.meaning(at_store) in (news.status, ErpStatus.CANCELLED):
        return before
    if before:
        moves = table.is_later(before, target) or (back and table.is_later(target, before))
        return target if moves else before
    return target if back or not table.is_later(target, at_store) else None


def is_shipped(status: str) -> bool:
    """Tell whether a status of the ERP goes with the parcel."""
    return status in {known.value for known in ErpStatus} and (
        status != ErpStatus.CANCELLED and rank(ErpStatus(status)) >= TOLD_FROM
    )


def _day(news: ErpNewsRecord) -> date:
    """The day of shipping as the ERP has it, else the day we saw it; a day in São Paulo."""
    if news.shipped_on:
        return date.fromisoformat(news.shipped_on)
    seen: datetime = news.seen_at
    return seen.astimezone(ERP_ZONE).date()
