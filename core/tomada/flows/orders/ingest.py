"""Ingest of orders: read what changed at the store and commit it. Confirms and writes nothing at a remote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tomada.domain.order import Order, OrderStatusChange
from tomada.errors import TomadaError
from tomada.flows.context import FlowContext
from tomada.flows.holds.order_holds import HoldBook
from tomada.flows.holds.problems import Problem, is_dropped
from tomada.flows.mapping.codes import codes_of
from tomada.flows.stock.ledger import Reservations, note_behind, reservations, write_entries
from tomada.ports.records import CodeRecord, ConfirmationRecord, OrderRecord, OrderState
from tomada.ports.storage import Transaction
from tomada.spi import Checkpoint, Fetched, Known, OrderEvent, OrderQuery, Rejected

FLOW = "orders"
BATCH_ITEMS = 50
BATCH_TIME = timedelta(seconds=2)


@dataclass(slots=True)
class _Batch:
    """What was read and is not committed yet."""

    started_at: datetime
    items: list[Fetched | Rejected] = field(default_factory=list)


def ingest_orders(ctx: FlowContext) -> None:
    """Read new and changed orders and commit them with their checkpoints; nothing where the store has none to read.

    A commit happens at a checkpoint, or every 50 items or 2 s; no transaction is open while the store is asked.
    """
    if not ctx.gateway.offers("orders_fetch"):
        return  # what is committed goes on
    with ctx.database.read() as tx:
        cursor = tx.progress.cursor(ctx.store.id, FLOW)
        committed = tx.orders.known(ctx.store.id)
        codes = {(c.kind, c.code, c.label, c.type) for c in tx.mappings.codes(ctx.store.id)}

    def known(remote_id: str) -> Known | None:
        found = committed.get(remote_id)
        return Known(*found) if found else None

    assert ctx.store.since is not None, "only an activated store is read"
    parts = _commit_events(ctx, ctx.gateway.orders_fetch(OrderQuery(ctx.store.since, cursor, known)), codes)
    if parts and ctx.gateway.offers("orders_read"):
        _read_originals(ctx, parts)


def _read_originals(ctx: FlowContext, parts: Mapping[str, str]) -> None:
    """Read anew what parts (id → id of the original) were split off, unless it says so already (O8).

    It may have been read before the split, or lie outside of what is listed.
    """
    with ctx.database.read() as tx:
        known = tx.orders.find(ctx.store.id, sorted(set(parts.values())))
    stale = {original for part, original in parts.items() if part not in _split_into(known.get(original))}
    if stale:
        read_orders(ctx, sorted(stale))


def _split_into(record: OrderRecord | None) -> tuple[str, ...]:
    if record is None or record.reason == "damaged":
        return ()
    return Order.model_validate_json(record.payload).split_into


def read_orders(ctx: FlowContext, remote_ids: list[str]) -> None:
    """Read the named orders complete and commit them, whatever is known of them."""
    _commit_events(ctx, ctx.gateway.orders_read(remote_ids), set())


def _commit_events(
    ctx: FlowContext, events: Iterable[OrderEvent], codes: set[tuple[str, str, str, str]]
) -> dict[str, str]:
    """Commit what is read; what stops the reading takes nothing away that was read before it.

    Returns which of the orders are parts: id → id of the order that they were split off.
    """
    batch = _Batch(ctx.now())
    parts: dict[str, str] = {}
    reading = iter(events)
    while True:
        try:
            event = next(reading, None)
        except TomadaError:
            _commit(ctx, batch, codes, None)
            raise
        if event is None:
            break
        if isinstance(event, Checkpoint):
            _commit(ctx, batch, codes, event.cursor)
            batch = _Batch(ctx.now())
            continue
        batch.items.append(event)
        if isinstance(event, Fetched) and isinstance(event.value, Order) and event.value.split_from:
            parts[event.value.remote_id] = event.value.split_from
        ctx.counts["seen"] += 1
        ctx.progress("read", ctx.counts["seen"])
        if len(batch.items) >= BATCH_ITEMS or ctx.now() - batch.started_at >= BATCH_TIME:
            _commit(ctx, batch, codes, None)
            batch = _Batch(ctx.now())
    _commit(ctx, batch, codes, None)
    return parts


def _commit(
    ctx: FlowContext, batch: _Batch, codes: set[tuple[str, str, str, str]], cursor: str | None
) -> None:
    """Commit a batch; at a checkpoint with its cursor and what the plugin wants to remember."""
    if not batch.items and cursor is None:
        return
    said = _reservations(ctx, batch.items)
    with ctx.database.begin() as tx:
        touched = _save_items(ctx, tx, batch.items)
        write_entries(ctx, tx, [order for order in touched if order.remote_id in said], said)
        if ctx.gateway.offers("stock_reserve") and any(order.remote_id not in said for order in touched):
            note_behind(ctx, tx)
        _save_codes(ctx, tx, batch.items, codes)
        if cursor is not None:
            tx.progress.set_cursor(ctx.store.id, FLOW, cursor)
            tx.progress.set_state(ctx.store.id, ctx.gateway.pending_state())


def _reservations(ctx: FlowContext, items: list[Fetched | Rejected]) -> Reservations:
    """Return what the orders that were read whole take: the ledger begins with the snapshot (S2).

    Of the others, and of what the plugin cannot tell, the ledger is written as a stage of its own.
    """
    whole = {_remote_id(item): item for item in items}
    orders = [
        item.value for item in whole.values() if isinstance(item, Fetched) and isinstance(item.value, Order)
    ]
    if not orders or not ctx.gateway.offers("stock_reserve"):
        return {}
    try:
        return reservations(ctx, orders)
    except TomadaError:
        return {}


def _save_items(ctx: FlowContext, tx: Transaction, items: list[Fetched | Rejected]) -> list[OrderRecord]:
    records = tx.orders.find(ctx.store.id, list({_remote_id(item) for item in items}))
    known = set(records)
    touched: dict[str, OrderRecord] = {}
    for item in items:
        remote_id = _remote_id(item)
        record = records.get(remote_id)
        updated = _rejected(ctx, item, record) if isinstance(item, Rejected) else _fetched(ctx, item, record)
        if updated is None:
            ctx.counts["unchanged"] += 1
        else:
            records[remote_id] = touched[remote_id] = updated
    tx.orders.save(touched.values())
    _hold_damaged(ctx, tx, [item for item in items if _remote_id(item) in touched], touched, known)
    _save_receipts(ctx, tx, items)
    return list(touched.values())


def _remote_id(item: Fetched | Rejected) -> str:
    return item.remote_id if isinstance(item, Rejected) else item.value.remote_id


def _fetched(ctx: FlowContext, item: Fetched, record: OrderRecord | None) -> OrderRecord | None:
    """Return the record with the new snapshot in it, or None when nothing is new."""
    if record and record.version == item.version and record.settled and record.reason != "damaged":
        return None
    if isinstance(item.value, OrderStatusChange):
        return _status_changed(item, item.value, record)
    order = item.value
    record = record or _new_record(ctx, order.remote_id)
    payload = order.model_dump_json()
    record.number = order.number
    record.version, record.settled = item.version, item.settled
    record.placed_at, record.modified_at = order.placed_at, item.modified_at
    _set_status(record, order)
    record.total = order.money.total
    record.dispatch_by = order.channel.dispatch_by
    record.dirty = record.dirty or payload != record.payload
    record.payload = payload
    record.document_hash = ctx.database.hash(order.customer.document)
    record.email_hash = ctx.database.hash(order.customer.email.lower())
    record.receipt = item.receipt or record.receipt
    if record.reason == "damaged":
        record.dirty = True
        record.state, record.reason, record.details = OrderState.NEW, "", {}
    return record


def _status_changed(
    item: Fetched, change: OrderStatusChange, record: OrderRecord | None
) -> OrderRecord | None:
    if record is None or record.reason == "damaged":
        return None
    order = Order.model_validate_json(record.payload)
    order = order.model_copy(
        update={"status": change.status, "paid": change.paid, "modified_at": change.modified_at}
    )
    record.payload = order.model_dump_json()
    record.version, record.settled = item.version, item.settled
    record.modified_at = item.modified_at
    _set_status(record, order)
    record.dirty = True
    return record


def _set_status(record: OrderRecord, order: Order) -> None:
    record.status_code, record.status_name = order.status.code, order.status.name
    record.status_type = order.status.type or ""
    record.paid = order.paid


def _new_record(ctx: FlowContext, remote_id: str) -> OrderRecord:
    now = ctx.now()
    return OrderRecord(
        id=0,
        store_id=ctx.store.id,
        remote_id=remote_id,
        number=remote_id,
        version="",
        settled=True,
        placed_at=None,
        modified_at=now,
        seen_at=now,
        status_code="",
        status_name="",
        status_type="",
        paid=False,
        total=None,
        payload="",
        document_hash="",
        email_hash="",
        receipt=None,
    )


def _rejected(ctx: FlowContext, item: Rejected, record: OrderRecord | None) -> OrderRecord | None:
    """Keep what could not be read; an order that is in the ERP already keeps its last good snapshot."""
    if record and item.version and record.version == item.version and not record.dirty:
        return None
    record = record or _new_record(ctx, item.remote_id)
    record.version, record.settled = item.version, True
    record.receipt = item.receipt or record.receipt
    if record.erp_id:
        return record
    record.payload = item.raw
    record.state = OrderState.IGNORED if is_dropped(record) else OrderState.HELD
    record.reason = "damaged"
    record.details = {"code": item.code, "field": item.field, "message": item.message}
    record.dirty = False
    return record


def _hold_damaged(
    ctx: FlowContext,
    tx: Transaction,
    items: list[Fetched | Rejected],
    touched: dict[str, OrderRecord],
    known: set[str],
) -> None:
    """Open the holds of what could not be read, and close those of known orders that can be read again."""
    last = {
        _remote_id(item): item
        for item in items
        if isinstance(item, Rejected) or (isinstance(item.value, Order) and _remote_id(item) in known)
    }
    if not last:
        return
    book = HoldBook(ctx, tx, [touched[remote_id] for remote_id in last])
    for remote_id, item in last.items():
        record = touched[remote_id]
        if not isinstance(item, Rejected):
            book.close(record, "damaged")
        elif record.state is not OrderState.IGNORED:
            details = {"code": item.code, "field": item.field, "message": item.message}
            book.open(record, Problem("damaged", "D3", details=details))
    book.save()


def _save_codes(
    ctx: FlowContext, tx: Transaction, items: list[Fetched | Rejected], codes: set[tuple[str, str, str, str]]
) -> None:
    """Remember the codes that orders show: where a remote has no list, they are the list."""
    fresh: dict[tuple[str, str], CodeRecord] = {}
    for item in items:
        if isinstance(item, Rejected) or isinstance(item.value, OrderStatusChange):
            continue
        for kind, code, label, type_ in codes_of(item.value):
            if (kind, code, label, type_) not in codes:
                codes.add((kind, code, label, type_))
                fresh[kind, code] = CodeRecord(ctx.store.id, kind, code, label, type_)
    if fresh:
        tx.mappings.saw(fresh.values())


def _save_receipts(ctx: FlowContext, tx: Transaction, items: list[Fetched | Rejected]) -> None:
    receipts = list({item.receipt for item in items if item.receipt})
    if not receipts:
        return
    records = tx.confirmations.find(ctx.store.id, receipts)
    known = {receipt: {key for key, _, _ in record.items} for receipt, record in records.items()}
    for item in items:
        if not item.receipt:
            continue
        record = records.setdefault(
            item.receipt, ConfirmationRecord(0, ctx.store.id, item.receipt, [], final=False, done=False)
        )
        record.done = record.final = False
        keys = known.setdefault(item.receipt, set())
        if _remote_id(item) not in keys:
            keys.add(_remote_id(item))
            record.items.append((_remote_id(item), "", ""))
    tx.confirmations.save(records.values())
