"""The flow ``tracking``: a parcel's code, address, carrier and day → the store, with the status (T1-T3)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tomada.domain.shipment import Shipment
from tomada.domain.status import ErpStatus, rank
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import read_changes
from tomada.flows.mapping.channels import hears_of
from tomada.flows.mapping.mappings import MappingTable
from tomada.flows.order_news.due_orders import due_orders, looked_at
from tomada.flows.order_news.parcels import joined_or_first
from tomada.flows.order_news.told import TRACKING as FLOW
from tomada.flows.order_news.told import Told, told_by, told_by_others
from tomada.flows.orders.drafts import ERP_ZONE
from tomada.flows.sending.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.ports.news import ErpNewsRecord
from tomada.ports.options import SendingOptions
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import OrderRecord

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
    """Return what is to be sent, and when the news of each order that needs nothing more after it was read."""
    orders = due_orders(ctx, FLOW)
    with ctx.database.read() as tx:
        table = MappingTable(ctx.store, tx.mappings.all(ctx.store.id), tx.mappings.codes(ctx.store.id))
        others = told_by_others(tx, ctx.store.id, FLOW, [order.remote_id for _news, order, _told in orders])
    wanted: dict[str, Wanted[Shipment]] = {}
    seen = {}
    for news, order, publication in orders:
        key = order.remote_id
        seen[key] = news.seen_at
        elsewhere = others.get(key, Told())
        shipment = shipment_of(news, order, publication, table, ctx.store.options.sending, elsewhere)
        if shipment and hears_of(ctx.store, order, FLOW):
            wanted[key] = Wanted(shipment)
    items = due(ctx, FLOW, wanted)
    early = {item.publication.key for item in items if not _looks_first(ctx, item, others)}
    for key in early:
        del seen[key]
    return [item for item in items if item.publication.key not in early], seen


def _looks_first(ctx: FlowContext, item: Item[Shipment], others: Mapping[str, Told]) -> bool:
    """Let a status whose send by another flow got no answer be looked for first; False while that may still arrive."""
    key, status = item.publication.key, item.wanted.value.status
    ended = others.get(key, Told()).unanswered_at(status) if status else None
    if ended is None:
        return True
    if ctx.now() < ended + timedelta(seconds=ctx.store.options.sending.settle_time):
        ctx.counts["waiting"] += 1
        return False
    item.unanswered_at = item.unanswered_at or ended
    return True


def shipment_of(
    news: ErpNewsRecord,
    order: OrderRecord,
    publication: PublicationRecord | None,
    table: MappingTable,
    options: SendingOptions,
    elsewhere: Told,
) -> Shipment | None:
    """Return what the store is to have; None while there is nothing to tell.

    The status is told once (T2): not when the store's own says the same, or it was told it by this flow or
    ``elsewhere``; and a step back only where that is set (T1).
    """
    own = told_by(FLOW, publication)
    before = _before(publication)
    status = _status(news, order, before, table, own, elsewhere, back=options.allow_status_back)
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
        told=tuple(one for one in own.all if one != status),
    )


def _before(publication: PublicationRecord | None) -> str | None:
    """The status that the store took last with a parcel."""
    if publication is None or not publication.value:
        return None
    return Shipment.model_validate_json(publication.value).status


def _status(
    news: ErpNewsRecord,
    order: OrderRecord,
    before: str | None,
    table: MappingTable,
    own: Told,
    elsewhere: Told,
    *,
    back: bool,
) -> str | None:
    """Return the store's status to tell or to keep; steps before the parcel's are those of ``statuses``.

    What the store itself says meanwhile is not told to it, and an order that it has cancelled stays so. A status
    whose send got no answer is the one to tell still: it is looked for first.
    """
    target = table.status_out(news.status) or None
    if target is None or not is_shipped(news.status):
        return before
    at_store = order.status_code
    if at_store == target or table.meaning(at_store) in (news.status, ErpStatus.CANCELLED):
        return before
    if target in own.known or target in elsewhere.known:
        return before
    if before:
        moves = table.is_later(before, target) or (back and table.is_later(target, before))
        return target if moves else before
    reached = (at_store, *elsewhere.known)
    return target if back or not any(table.is_later(target, one) for one in reached) else None


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
