"""Is an order of the ERP ours? The number alone proves nothing: all stores of an account share it (O1)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tomada.domain.documents import normalise_document
from tomada.domain.erp import ErpOrder
from tomada.domain.order import Order
from tomada.flows.context import FlowContext
from tomada.flows.orders.booking import book
from tomada.flows.orders.buyer import document_of
from tomada.flows.orders.drafts import mark_of
from tomada.flows.orders.recreate import replaced
from tomada.ports.records import OrderRecord


@dataclass(slots=True)
class Hits:
    """ERP orders with our number: ``ours`` beyond doubt, and those that fit in ``part``."""

    ours: list[ErpOrder] = field(default_factory=list)
    part: list[ErpOrder] = field(default_factory=list)

    @property
    def all(self) -> list[ErpOrder]:
        """Every hit that may be ours."""
        return [*self.ours, *self.part]

    @property
    def ids(self) -> str:
        """The ERP numbers of all hits, for a message."""
        return ", ".join(hit.number for hit in self.all)


def search(ctx: FlowContext, record: OrderRecord, order: Order) -> Hits:
    """Search the ERP for an order: ours shows one of the two marks, the same document and the same total.

    An order that bears the mark of another store of the account is that store's. One without any mark fits in
    part if its document or its total is the same.
    """
    hits = Hits()
    rows = ctx.erp.find_orders(order.remote_id)
    if not rows:
        return hits
    others = _other_labels(ctx)
    total = book(order, with_freight=ctx.store.options.orders.freight).total
    let_go = replaced(record)
    for row in (row for row in rows if row.erp_id not in let_go):
        found = ctx.erp.read_order(row.erp_id)
        if found is None:
            continue
        marked = _is_marked(found, ctx.store.label, order.remote_id)
        same_total = found.total == total
        same_document = normalise_document(found.document) == document_of(record, order)
        if marked and same_total and same_document:
            hits.ours.append(found)
        elif marked or (not _of_another(found, others, order) and (same_total or same_document)):
            hits.part.append(found)
    return hits


def _other_labels(ctx: FlowContext) -> set[str]:
    with ctx.database.read() as tx:
        stores = tx.stores.all()
    return {store.label for store in stores if store.erp_id == ctx.account.id and store.id != ctx.store.id}


def _is_marked(found: ErpOrder, label: str, remote_id: str) -> bool:
    """Tell whether an order bears one of the two marks; people may have written around the note's."""
    return label in found.marks or mark_of(label, remote_id) in found.internal_note.split()


def _of_another(found: ErpOrder, labels: Iterable[str], order: Order) -> bool:
    return any(_is_marked(found, label, order.remote_id) for label in labels)
