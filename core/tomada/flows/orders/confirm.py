"""Tell a store that waits for it that its orders are ours: last, durable and repeatable (O3)."""

from collections.abc import Iterator

from tomada.flows.context import FlowContext
from tomada.ports.records import ConfirmationRecord, OrderRecord, OrderState
from tomada.spi import Confirmation, Confirmed, Disposition

AT_ONCE = 50

_DISPOSITIONS = {
    OrderState.CREATED: Disposition.IMPORTED,
    OrderState.IGNORED: Disposition.IGNORED,
    OrderState.HELD: Disposition.HELD,
    OrderState.NEW: Disposition.HELD,
    OrderState.WAITING: Disposition.HELD,
    OrderState.MANUAL: Disposition.HELD,
}


def confirm_receipts(ctx: FlowContext) -> None:
    """Confirm every receipt whose items are committed, and again what became of held ones."""
    if not ctx.gateway.offers("orders_confirm"):
        return
    with ctx.database.read() as tx:
        records = tx.confirmations.pending(ctx.store.id, limit=0)
    due = [record for record in records if _brought_up_to_date(ctx, record)]
    for start in range(0, len(due), AT_ONCE):
        _confirm(ctx, due[start : start + AT_ONCE])


def _brought_up_to_date(ctx: FlowContext, record: ConfirmationRecord) -> bool:
    """Fill in what became of each item; False when the store was told exactly this already."""
    with ctx.database.read() as tx:
        orders = tx.orders.find(ctx.store.id, [key for key, _, _ in record.items])
    items = [(key, *_outcome(orders.get(key))) for key, _, _ in record.items]
    final = all(disposition != Disposition.HELD for _, disposition, _ in items)
    if record.done and items == record.items:
        return False
    record.items, record.final, record.done = items, final, False
    return True


def _outcome(order: OrderRecord | None) -> tuple[str, str]:
    if order is None:  # a change of status of an order that never came in
        return Disposition.IGNORED, "unknown"
    if order.reason == "damaged" and order.state is OrderState.HELD:
        return Disposition.REJECTED, "damaged"
    return _DISPOSITIONS[order.state], order.reason


def _confirm(ctx: FlowContext, records: list[ConfirmationRecord]) -> None:
    by_receipt = {record.receipt: record for record in records}
    confirmations = [Confirmation(record.receipt, _items(record), record.final) for record in records]
    for receipt in ctx.gateway.orders_confirm(confirmations):
        record = by_receipt[receipt]
        record.done = True
        audit = [ctx.audit("order.confirmed", key, "O3", disposition=told) for key, told, _ in record.items]
        with ctx.database.begin() as tx:
            tx.confirmations.save([record])
            tx.progress.set_state(ctx.store.id, ctx.gateway.pending_state())
            tx.audit.add(audit)
        ctx.counts["confirmed"] += 1


def _items(record: ConfirmationRecord) -> Iterator[Confirmed]:
    for key, disposition, code in record.items:
        yield Confirmed(key, Disposition(disposition), code)
