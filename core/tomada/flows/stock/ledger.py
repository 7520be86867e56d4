"""The ledger: what orders take from stock, from the moment they are first seen until the ERP counts it (S2)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tomada.domain.money import ZERO
from tomada.domain.order import Order
from tomada.domain.status import ErpStatus, rank
from tomada.flows.context import FlowContext
from tomada.flows.mapping.channels import is_fulfilled
from tomada.flows.orders.parts import SPLIT, has_all_pieces
from tomada.ports.erp_options import Posting
from tomada.ports.options import InStoreBalance
from tomada.ports.records import OrderRecord
from tomada.ports.stock import LedgerRecord
from tomada.ports.storage import Transaction
from tomada.spi import Reservation, ReservationState

AT_ONCE = 50
BEHIND = "ledger_behind"
"""The cursor of a store that is set while orders of it are committed and not yet in the ledger."""

Reservations = Mapping[str, Sequence[Reservation]]
"""The store's order id → what it takes, empty for nothing."""

RESTING = frozenset(
    {"damaged", "dropped", "before_since", "no_items", "cancelled_before_import", "channel_ignored", SPLIT}
)
"""Why an order stays out of the ERP without taking any piece, for now: of a part, the order has them that it was split
off."""

_POSTED_FROM = {
    Posting.ON_SAVE: rank(ErpStatus.OPEN),
    Posting.ON_APPROVAL: rank(ErpStatus.APPROVED),
    Posting.ON_INVOICE: rank(ErpStatus.INVOICED),
    Posting.ON_SENT: rank(ErpStatus.SHIPPED),
    Posting.UNKNOWN: rank(ErpStatus.SHIPPED),  # the latest: rather keep a piece back than sell it twice
}


def write_ledger(ctx: FlowContext) -> None:
    """Bring the ledger to what the plugin says of every order that has changed, or begins or ends to rest.

    Most of those that were read whole were written with their snapshots.
    """
    if not ctx.gateway.offers("stock_reserve"):
        _caught_up(ctx)
        return
    while True:
        with ctx.database.read() as tx:
            orders = tx.orders.unreserved(ctx.store.id, RESTING, AT_ONCE)
        if not orders:
            _caught_up(ctx)
            return
        said = reservations(
            ctx, [Order.model_validate_json(order.payload) for order in orders if _takes(ctx, order)]
        )
        with ctx.database.begin() as tx:
            write_entries(ctx, tx, orders, said)


def note_behind(ctx: FlowContext, tx: Transaction) -> None:
    """Say, with the commit of orders that are not in the ledger yet, that no store may be told more meanwhile."""
    tx.progress.set_cursor(ctx.store.id, BEHIND, ctx.now().isoformat())


def _caught_up(ctx: FlowContext) -> None:
    with ctx.database.read() as tx:
        behind = tx.progress.cursor(ctx.store.id, BEHIND)
    if behind:
        with ctx.database.begin() as tx:
            tx.progress.set_cursor(ctx.store.id, BEHIND, "")


def stores_behind(ctx: FlowContext) -> list[str]:
    """Return the names of the account's stores that have orders which the ledger does not have yet (S2)."""
    with ctx.database.read() as tx:
        stores = [store for store in tx.stores.all() if store.erp_id == ctx.account.id]
        return [store.name for store in stores if tx.progress.cursor(store.id, BEHIND)]


def reservations(ctx: FlowContext, orders: Sequence[Order]) -> Reservations:
    """Return what the plugin says that each of these orders takes; no transaction may be open."""
    said: dict[str, list[Reservation]] = {order.remote_id: [] for order in orders}
    for reservation in ctx.gateway.stock_reserve(orders):
        said.setdefault(reservation.order_id, []).append(reservation)
    return said


def write_entries(
    ctx: FlowContext, tx: Transaction, orders: Sequence[OrderRecord], said: Reservations
) -> None:
    """Bring the entries of these orders to what the plugin said of them."""
    entries = tx.ledger.of_orders([order.id for order in orders])
    changed = []
    for order in orders:
        if _keeps_pieces(ctx, order):
            continue
        taken = said.get(order.remote_id, []) if _takes(ctx, order) else []
        changed += _reconciled(ctx, order, entries.get(order.id, []), taken)
    tx.ledger.save(changed)
    tx.ledger.written_for(orders, RESTING)


def _keeps_pieces(ctx: FlowContext, order: OrderRecord) -> bool:
    """Tell whether an order takes what it took although the store split parts off it: the ERP has it whole (O8)."""
    if not order.fingerprint or not order.payload or order.reason == "damaged":
        return False
    return has_all_pieces(ctx, order, Order.model_validate_json(order.payload))


def _takes(ctx: FlowContext, order: OrderRecord) -> bool:
    if order.reason in RESTING or not order.payload:
        return False
    if is_fulfilled(ctx.store, order):
        return False
    since = ctx.store.since
    return order.placed_at is None or since is None or order.placed_at >= since or bool(order.erp_id)


def _reconciled(
    ctx: FlowContext, order: OrderRecord, entries: Sequence[LedgerRecord], said: Iterable[Reservation]
) -> list[LedgerRecord]:
    """Return the entries of an order as they are to be: a line that is no longer named is free again."""
    now = ctx.now()
    by_line = {entry.line_id: entry for entry in entries}
    result = []
    for reservation in said:
        entry = by_line.pop(reservation.line_id, None) or _new_entry(ctx, order, reservation, now)
        if order.erp_id and entries and entry.recorded_quantity is None:
            # What the ERP has is the order as it was before; a new line is not in it (O6).
            entry.recorded_quantity = entry.quantity if entry.id else ZERO
        was_released = entry.state is ReservationState.RELEASED
        before = (entry.quantity, was_released, entry.in_store_balance)
        entry.quantity, entry.state = reservation.quantity, reservation.state
        entry.in_store_balance = _in_store_balance(ctx, reservation)
        if before != (entry.quantity, entry.state is ReservationState.RELEASED, entry.in_store_balance):
            entry.changed_at = now  # not when it was shipped: that moves no number of the store
        ids = (reservation.ids.product_id, reservation.ids.variant_id)
        if ids != (entry.product_id, entry.variant_id):
            if entry.erp_product_id:  # which is what the ERP's order has, and not what the line is now (O6)
                entry.erp_product_id, entry.recorded_quantity = None, ZERO
            entry.product_id, entry.variant_id = ids
            entry.changed_at = now
        if reservation.state is ReservationState.RELEASED:
            entry.ended_at = entry.ended_at or now
        elif was_released:
            entry.ended_at = None
        result.append(entry)
    for entry in by_line.values():
        if entry.state is not ReservationState.RELEASED:
            entry.state, entry.changed_at = ReservationState.RELEASED, now
        entry.ended_at = entry.ended_at or now
        result.append(entry)
    return result


def _new_entry(ctx: FlowContext, order: OrderRecord, reservation: Reservation, now: datetime) -> LedgerRecord:
    return LedgerRecord(
        id=0,
        store_id=ctx.store.id,
        order_id=order.id,
        line_id=reservation.line_id,
        product_id=reservation.ids.product_id,
        variant_id=reservation.ids.variant_id,
        quantity=reservation.quantity,
        state=reservation.state,
        in_store_balance=False,
        began_at=now,
        changed_at=now,
    )


def _in_store_balance(ctx: FlowContext, reservation: Reservation) -> bool:
    chosen = ctx.store.options.stock.in_store_balance
    if chosen is InStoreBalance.PLATFORM:
        return reservation.in_store_balance
    return chosen is InStoreBalance.YES


def note_erp(ctx: FlowContext) -> None:
    """Note in the account's entries what the ERP has come to count: the order itself, then its posting.

    An order that is cancelled in the ERP takes nothing from then on, and takes again when that is taken back.
    """
    with ctx.database.read() as tx:
        found = tx.ledger.in_erp(ctx.account.id)
    changed = [entry for entry, status, linked in found if _noted(ctx, entry, status, linked)]
    if changed:
        with ctx.database.begin() as tx:
            tx.ledger.save(changed)


def _noted(ctx: FlowContext, entry: LedgerRecord, status: str, linked: str | None) -> bool:
    """Bring an entry to what the ERP's status says; False when nothing is new.

    From then on it takes the product that the ERP's order has, to whatever the store's product is linked later.
    """
    now = ctx.now()
    before = (entry.recorded_at, entry.posted_at, entry.ended_at, entry.erp_product_id)
    entry.erp_product_id = entry.erp_product_id or linked
    if status == ErpStatus.CANCELLED:
        entry.ended_at = entry.ended_at or now
    elif entry.ended_at is not None:
        entry.ended_at, entry.recorded_at = None, now  # the ERP reserves it anew
    if entry.recorded_at is None:
        entry.recorded_at = now
        if entry.recorded_quantity is None:
            entry.recorded_quantity = entry.quantity
    if _has_posted(ctx, status):
        entry.posted_at = entry.posted_at or now
    return before != (entry.recorded_at, entry.posted_at, entry.ended_at, entry.erp_product_id)


def _has_posted(ctx: FlowContext, status: str) -> bool:
    posting = ctx.account.options.stock_posting
    if posting is Posting.ON_SAVE:
        return True
    if status not in {known.value for known in ErpStatus} or status == ErpStatus.CANCELLED:
        return False
    return rank(ErpStatus(status)) >= _POSTED_FROM[posting]
