"""Is an order of the ERP ours? The number alone proves nothing: all stores of an account share it (O1)."""

from dataclasses import dataclass, field

from tomada.domain.documents import normalise_document
from tomada.domain.erp import ErpOrder
from tomada.domain.order import Order
from tomada.flows.booking import book
from tomada.flows.context import FlowContext
from tomada.flows.drafts import mark_of


@dataclass(slots=True)
class Hits:
    """ERP orders with our number: ``ours`` beyond doubt, and those that fit in ``part``."""

    ours: list[ErpOrder] = field(default_factory=list)
    part: list[ErpOrder] = field(default_factory=list)

    @property
    def ids(self) -> str:
        """The ERP numbers of all hits, for a message."""
        return ", ".join(hit.number for hit in [*self.ours, *self.part])


def search(ctx: FlowContext, order: Order) -> Hits:
    """Search the ERP for an order: ours shows one of the two marks, the same document and the same total.

    An order that bears the mark of another store of the account is that store's. One without any mark fits in
    part if its document or its total is the same.
    """
    with ctx.database.read() as tx:
        others = {
            store.label
            for store in tx.stores.all()
            if store.erp_id == ctx.account.id and store.id != ctx.store.id
        }
    hits = Hits()
    for row in ctx.erp.find_orders(order.remote_id):
        found = ctx.erp.read_order(row.erp_id)
        if found is None:
            continue
        marked = (
            ctx.store.label in found.marks or mark_of(ctx.store.label, order.remote_id) in found.internal_note
        )
        same_total = found.total == book(order, with_freight=ctx.store.options.orders.freight).total
        same_document = normalise_document(found.document) == normalise_document(order.customer.document)
        if marked and same_total and same_document:
            hits.ours.append(found)
        elif marked or (not _marked_by(found, others) and (same_total or same_document)):
            hits.part.append(found)
    return hits


def _marked_by(found: ErpOrder, labels: set[str]) -> bool:
    noted = found.internal_note.removeprefix("tomada:").rpartition(":")[0]
    return bool(labels.intersection(found.marks)) or noted in labels
