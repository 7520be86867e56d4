"""An order that the store changed, created anew in the ERP after its order there was cancelled: a person's answer (O6).

Once nothing would keep the new order out, the ERP order is cancelled by the way of every status, with its checks and
holds. Only when it is seen to be cancelled, or gone, is it let go of; then the order is new, and comes in as every new
one does. From before the cancelling until then the ledger counts nothing of the ERP's order, so its pieces are kept
from sale all the time, and the store hears nothing of that order.
"""

from collections.abc import Iterable

from tomada.domain.order import Order
from tomada.domain.status import ErpStatus, StoreStatusType
from tomada.flows.context import FlowContext
from tomada.flows.holds.problems import answer_key
from tomada.flows.holds.reasons import RECREATE
from tomada.ports.news import ErpNewsRecord
from tomada.ports.records import OrderRecord, OrderState
from tomada.ports.storage import Transaction
from tomada.spi import ReservationState

_REPLACED = "replaced"


def is_to_be_recreated(record: OrderRecord, order: Order) -> bool:
    """Tell whether a person wants the order anew; one that the store has cancelled since is not."""
    asked = record.override.get(answer_key("changed")) == RECREATE
    return asked and bool(record.erp_id) and order.status.type is not StoreStatusType.CANCELLED


def mark_recreating(ctx: FlowContext, record: OrderRecord, order: Order, *, restated: bool) -> None:
    """Mark an order whose ERP order is about to be cancelled for it, and take the mark off any other.

    An answer that the store's own cancelling has overtaken is forgotten: should the order come back, it is asked anew.
    """
    wanted = is_to_be_recreated(record, order)
    record.recreating_since = (record.recreating_since or ctx.now()) if wanted and restated else None
    if not wanted and record.override.get(answer_key("changed")) == RECREATE:
        record.override.pop(answer_key("changed"))


def take_again(tx: Transaction, records: Iterable[OrderRecord]) -> None:
    """Let orders take their pieces again that had left by the ERP's order, which gives them back."""
    entries = tx.ledger.of_orders([record.id for record in records])
    ended = [
        entry
        for found in entries.values()
        for entry in found
        if entry.ended_at and entry.state is not ReservationState.RELEASED
    ]
    for entry in ended:
        entry.ended_at = None
    tx.ledger.save(ended)


def replaced(record: OrderRecord) -> frozenset[str]:
    """Return the ids of the ERP's orders that this one was created anew for: none of them is it any more."""
    return frozenset(record.override.get(answer_key(_REPLACED), "").split())


def let_go(ctx: FlowContext, record: OrderRecord) -> None:
    """Make an order new whose ERP order is cancelled or gone; one that is still to be cancelled stays as it is."""
    found = ctx.erp.read_order(record.erp_id)
    if found is not None and found.status is not ErpStatus.CANCELLED:
        return
    audit = ctx.audit("order.let_go", record.remote_id, "O6", erp_number=record.erp_number)
    record.override[answer_key(_REPLACED)] = " ".join(sorted({*replaced(record), record.erp_id}))
    record.override.pop(answer_key("changed"), None)
    record.erp_id = record.erp_number = record.erp_status = record.fingerprint = ""
    record.state, record.reason, record.details = OrderState.NEW, "", {}
    record.recreating_since, record.dirty = None, True
    with ctx.database.begin() as tx:
        take_again(tx, [record])
        entries = tx.ledger.of_orders([record.id]).get(record.id, [])
        for entry in entries:
            entry.recorded_at = entry.recorded_quantity = entry.posted_at = entry.erp_product_id = None
        tx.ledger.save(entries)
        tx.ledger.write_again([record.id])
        tx.erp_news.save([ErpNewsRecord(record.id, "", ctx.now(), tracking_due=False, invoice_due=False)])
        tx.orders.save([record])
        tx.audit.add([audit])
