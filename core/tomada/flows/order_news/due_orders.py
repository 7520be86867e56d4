"""Orders of which the ERP has news that their store may have to hear: what ``tracking`` and ``invoices`` go through."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tomada.flows.context import FlowContext
from tomada.ports.news import ErpNewsRecord
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import OrderRecord
from tomada.ports.storage import Transaction

AT_ONCE = 100

DueOrder = tuple[ErpNewsRecord, OrderRecord, PublicationRecord | None]


def due_orders(ctx: FlowContext, flow: str) -> list[DueOrder]:
    """Return what a flow has to look at, each with what the store was told of it; nothing old is announced (O10)."""
    found: list[DueOrder] = []
    after = 0
    while True:
        with ctx.database.read() as tx:
            news = tx.erp_news.due(ctx.store.id, flow, ctx.now(), AT_ONCE, after)
            orders = tx.orders.get_many([one.order_id for one in news])
            told = tx.publications.find(ctx.store.id, flow, [order.remote_id for order in orders.values()])
        if not news:
            return found
        after = news[-1].order_id
        found += [(one, orders[one.order_id], told.get(orders[one.order_id].remote_id)) for one in news]


def looked_at(ctx: FlowContext, flow: str, seen: Mapping[str, datetime]) -> None:
    """Take the mark off every order that needs nothing more: told, refused for good, or nothing to tell.

    ``seen``: the store's order id → when the news that was looked at was read. Where another process has read
    newer ones meanwhile, the mark stays.
    """
    over = (PublicationState.SETTLED, PublicationState.REJECTED)
    with ctx.database.begin() as tx:
        orders = tx.orders.find(ctx.store.id, list(seen))
        told = tx.publications.find(ctx.store.id, flow, list(seen))
        news = tx.erp_news.find([order.id for order in orders.values()])
        done = [
            order.id
            for remote_id, order in orders.items()
            if (remote_id not in told or told[remote_id].state in over)
            and news[order.id].seen_at == seen[remote_id]
        ]
        tx.erp_news.looked_at(flow, done)


def look_again(tx: Transaction, order_ids: Sequence[int]) -> None:
    """Let the flow ``invoices`` look at these orders in its next run."""
    news = tx.erp_news.find(order_ids)
    for one in news.values():
        one.invoice_due, one.invoice_look_at = True, None
    tx.erp_news.save(news.values())
