"""Orders of which the ERP has news that their store may have to hear: what ``tracking`` and ``invoices`` go through."""

from collections.abc import Sequence

from tomada.flows.context import FlowContext
from tomada.ports.news import ErpNewsRecord
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import OrderRecord

AT_ONCE = 100

DueOrder = tuple[ErpNewsRecord, OrderRecord, PublicationRecord | None]


def due_orders(ctx: FlowContext, flow: str) -> list[DueOrder]:
    """Return what a flow has to look at, each with what the store was told of it; nothing old is announced (O10)."""
    found: list[DueOrder] = []
    after = 0
    while True:
        with ctx.database.read() as tx:
            news = tx.erp_news.due(ctx.store.id, flow, AT_ONCE, after)
            orders = tx.orders.get_many([one.order_id for one in news])
            told = tx.publications.find(ctx.store.id, flow, [order.remote_id for order in orders.values()])
        if not news:
            return found
        after = news[-1].order_id
        for one in news:
            order = orders[one.order_id]
            if not (ctx.store.since and order.placed_at and order.placed_at < ctx.store.since):
                found.append((one, order, told.get(order.remote_id)))


def looked_at(ctx: FlowContext, flow: str, remote_ids: Sequence[str]) -> None:
    """Take the mark off every order that needs nothing more: told, refused for good, or nothing to tell."""
    over = (PublicationState.SETTLED, PublicationState.REJECTED)
    with ctx.database.begin() as tx:
        orders = tx.orders.find(ctx.store.id, remote_ids)
        told = tx.publications.find(ctx.store.id, flow, remote_ids)
        done = [
            order.id
            for remote_id, order in orders.items()
            if remote_id not in told or told[remote_id].state in over
        ]
        tx.erp_news.looked_at(flow, done)
