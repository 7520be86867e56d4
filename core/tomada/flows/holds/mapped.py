"""A mapping that a person sets, and the orders that it frees: exactly those, at once (D1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from tomada.flows.holds.causes import is_answered
from tomada.flows.holds.item_holds import OUTGOING
from tomada.flows.mapping.mappings import ALL_OTHERS, MappingTable
from tomada.ports.records import AuditRecord, CodeRecord, HoldRecord, MappingRecord
from tomada.ports.storage import Transaction

MARKETPLACE = "marketplace"
OF_CODES = ("unmapped", MARKETPLACE)
"""Holds that hang on a code of the store."""


@dataclass(frozen=True, slots=True)
class Woken:
    """Orders, by the store's ids, that waited for a mapping: with the next sync they go on, or wait for more."""

    going: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


def set_mappings(tx: Transaction, store_id: int, records: Iterable[MappingRecord]) -> Woken:
    """Save checked mappings of one store and wake the orders that waited for one of them."""
    records = list(records)
    for record in records:
        tx.mappings.set(record)
        details = {"kind": record.kind, "code": record.code, "value": record.value}
        tx.audit.add([AuditRecord(record.set_at, record.set_by, "mapping.set", store_id, "", "D1", details)])
    table, codes = _table(tx, store_id)
    new = {(record.kind, record.code) for record in records}
    holds = [
        hold
        for kind in sorted({record.kind for record in records})
        for hold in tx.holds.waiting_for(store_id, kind, ALL_OTHERS)
        if (kind, table.set_by(kind, hold.key, hold.details.get("label", ""))) in new
    ]
    orders = {hold.order_id: hold.remote_id for hold in holds if hold.order_id is not None}
    tx.orders.wake(store_id, sorted(orders))
    open_holds = tx.holds.open_of(list(orders))
    stay = {
        order_id
        for order_id in orders
        if any(_keeps(hold, table, codes) for hold in open_holds.get(order_id, []))
    }
    return Woken(_numbers(orders, orders.keys() - stay), _numbers(orders, stay))


def has_value(hold: HoldRecord, table: MappingTable, codes: dict[tuple[str, str], CodeRecord]) -> bool:
    """Tell whether the code that a hold hangs on has a value by now; a marketplace's, one that a person gave."""
    if hold.code == MARKETPLACE:
        return bool(table.set_by(hold.kind, hold.key, hold.details.get("label", "")))
    seen = codes.get((hold.kind, hold.key))
    held = CodeRecord(
        hold.store_id, hold.kind, hold.key, hold.details.get("label", ""), seen.type if seen else ""
    )
    return table.of_code(held) is not None


def _keeps(hold: HoldRecord, table: MappingTable, codes: dict[tuple[str, str], CodeRecord]) -> bool:
    """Tell whether a hold still keeps its order out."""
    if hold.code in OUTGOING or is_answered(hold):
        return False
    return hold.code not in OF_CODES or not has_value(hold, table, codes)


def _numbers(orders: dict[int, str], ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted((orders[id_] for id_ in ids), key=lambda number: (len(number), number)))


def _table(tx: Transaction, store_id: int) -> tuple[MappingTable, dict[tuple[str, str], CodeRecord]]:
    codes = {(one.kind, one.code): one for one in tx.mappings.codes(store_id)}
    table = MappingTable(tx.stores.get(store_id), tx.mappings.all(store_id), codes.values())
    return table, codes
