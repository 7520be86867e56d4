"""Ingest of our orders' own story in the ERP: their status, parcel and invoice, read once per account."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tomada.domain.erp import ErpOrder, ErpOrderRow
from tomada.domain.status import ErpStatus, rank
from tomada.flows.context import FlowContext
from tomada.ports.news import ErpNewsRecord
from tomada.ports.records import StoreRecord

ORDERS = "orders"
OVERLAP = timedelta(minutes=15)
"""How far behind the last reading the next begins: the ERP's clock and ours differ."""
AT_ONCE = 50
PAUSE = timedelta(minutes=5)
"""How long an order without a note is left alone although the ERP lists it as changed: it does so in each reading
that overlaps the change."""


def read_erp_orders(ctx: FlowContext, stores: Sequence[StoreRecord]) -> None:
    """Commit the status and tracking of our orders that changed since the last reading.

    An order with a parcel or an invoice is read whole, as the list shows neither the day nor the invoice. So is one
    that should have an invoice and had none: it may have been attached since.
    """
    with ctx.database.read() as tx:
        feed = tx.feeds.get(ctx.account.id, ORDERS)
    began = ctx.now()
    since = feed.since or min((store.since for store in stores if store.since), default=began)
    rows = list({row.erp_id: row for row in ctx.erp.orders_changed(since - OVERLAP)}.values())
    for start in range(0, len(rows), AT_ONCE):
        _commit(ctx, rows[start : start + AT_ONCE], began)
    with ctx.database.begin() as tx:
        feed = tx.feeds.get(ctx.account.id, ORDERS)
        feed.since = began
        tx.feeds.save(feed)


def _commit(ctx: FlowContext, rows: Sequence[ErpOrderRow], began: datetime) -> None:
    by_id = {row.erp_id: row for row in rows}
    with ctx.database.read() as tx:
        ours = tx.orders.by_erp_ids(ctx.account.id, list(by_id))
        known = tx.erp_news.find([order.id for order in ours.values()])
    changed, woken = [], []
    for erp_id, order in ours.items():
        row, news = by_id[erp_id], known.get(order.id) or ErpNewsRecord(order.id, "", began)
        told = (row.status.value if row.status else "", row.tracking_code, row.tracking_url)
        if (news.status, news.tracking_code, news.tracking_url) == told:
            if _looked_for_note(ctx, row, news, began):
                changed.append(news)
            continue
        if ErpStatus.CANCELLED in (news.status, told[0]) and order.erp_status != ErpStatus.CANCELLED:
            woken.append(order)  # somebody else cancelled it there, or took that back
        news.status, news.tracking_code, news.tracking_url = told
        news.seen_at = began
        news.tracking_due = news.invoice_due = True
        news.invoice_look_at = None
        if _has_more(row):
            _read_whole(ctx, news, erp_id)
        changed.append(news)
    with ctx.database.begin() as tx:
        tx.erp_news.save(changed)
        for order in woken:  # somebody may have to say what becomes of it at the store (O7)
            tx.orders.wake(order.store_id, [order.id])
    ctx.counts["erp_orders_changed"] += len(changed)


def _looked_for_note(ctx: FlowContext, row: ErpOrderRow, news: ErpNewsRecord, began: datetime) -> bool:
    """Look again for the note of an order whose list entry says nothing new, and tell whether that was done."""
    if row.status in (None, ErpStatus.CANCELLED) or not _has_more(row):
        return False
    if news.invoice_due and news.invoice_look_at:
        news.invoice_look_at = None
        return True
    if news.invoice_id or news.invoice_due or (news.invoice_look_at and news.invoice_look_at > began):
        return False
    found = ctx.erp.read_order(row.erp_id)
    news.invoice_id = found.invoice_id if found else ""
    news.invoice_due = bool(news.invoice_id)
    news.invoice_look_at = None if news.invoice_due else began + PAUSE
    return True


def _has_more(row: ErpOrderRow) -> bool:
    """Tell whether there may be a parcel or an invoice; a cancelled order may have had one."""
    if row.tracking_code or row.status is None or row.status is ErpStatus.CANCELLED:
        return True
    return rank(row.status) >= rank(ErpStatus.INVOICED)


def news_of(ctx: FlowContext, order_id: int, found: ErpOrder) -> ErpNewsRecord:
    """Return the news of an order that the ERP had before we knew it: no list of changes may tell it any more."""
    news = ErpNewsRecord(order_id, found.status.value if found.status else "", ctx.now())
    _take(news, found)
    return news


def _read_whole(ctx: FlowContext, news: ErpNewsRecord, erp_id: str) -> None:
    found = ctx.erp.read_order(erp_id)
    if found is None:
        return
    _take(news, found)


def _take(news: ErpNewsRecord, found: ErpOrder) -> None:
    news.tracking_code, news.tracking_url = found.tracking_code, found.tracking_url
    news.carrier, news.invoice_id = found.carrier, found.invoice_id
    news.shipped_on = found.shipped_on.isoformat() if found.shipped_on else ""
