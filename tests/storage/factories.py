"""Records for the tests of the storage."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tomada.ports.erp_options import ErpOptions
from tomada.ports.options import StoreOptions
from tomada.ports.records import (
    Action,
    AuditRecord,
    ConfirmationRecord,
    ErpRecord,
    HoldRecord,
    IntentRecord,
    IntentState,
    LinkRecord,
    OrderRecord,
    RunRecord,
    RunState,
    StoreRecord,
    StoreState,
)
from tomada.ports.stock import LedgerRecord, StockRecord
from tomada.spi import ReservationState

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def make_erp(name: str) -> ErpRecord:
    return ErpRecord(0, name, "tiny-v2", "https://api.example/", ErpOptions())


def make_store(name: str, erp_id: int, **fields: Any) -> StoreRecord:
    values = {
        "state": StoreState.ACTIVE,
        "options": StoreOptions(),
        "settings": {"address": "https://a.example"},
    }
    return StoreRecord(
        **{"id": 0, "name": name, "label": name, "platform": "p", "erp_id": erp_id, **values, **fields}
    )


def make_order(store_id: int, remote_id: str, **fields: Any) -> OrderRecord:
    values: dict[str, Any] = {
        "id": 0,
        "store_id": store_id,
        "remote_id": remote_id,
        "number": f"n-{remote_id}",
        "version": "1",
        "settled": True,
        "placed_at": NOON,
        "modified_at": NOON,
        "seen_at": NOON,
        "status_code": "10",
        "status_name": "A ENVIAR",
        "status_type": "open",
        "paid": True,
        "total": Decimal("92.00"),
        "payload": f'{{"id": "{remote_id}"}}',
        "document_hash": "d" * 64,
        "email_hash": "",
        "receipt": None,
    }
    return OrderRecord(**{**values, **fields})


def make_intent(order_id: int, state: IntentState = IntentState.PLANNED, **fields: Any) -> IntentRecord:
    return IntentRecord(0, order_id, Action.CREATE, state, **fields)


def make_hold(store_id: int, order_id: int | None, code: str = "unmapped", **fields: Any) -> HoldRecord:
    values = {"remote_id": "1", "rule": "D1", "kind": "shipping", "key": "PAC", "details": {"code": "PAC"}}
    values |= {"opened_at": NOON, "run_id": None}
    return HoldRecord(
        **{"id": 0, "store_id": store_id, "order_id": order_id, "code": code, **values, **fields}
    )


def make_link(store_id: int, product_id: str, variant_id: str = "", **fields: Any) -> LinkRecord:
    values = {"sku": f"S{product_id}{variant_id}", "erp_product_id": "9", "erp_sku": "E", "how": "sku"}
    return LinkRecord(store_id, product_id, variant_id, **{**values, "made_at": NOON, **fields})


def make_entry(store_id: int, order_id: int, **fields: Any) -> LedgerRecord:
    values = {"line_id": "1", "product_id": "1", "variant_id": "", "quantity": Decimal(2)}
    values |= {
        "state": ReservationState.HELD,
        "in_store_balance": False,
        "began_at": NOON,
        "changed_at": NOON,
    }
    return LedgerRecord(**{"id": 0, "store_id": store_id, "order_id": order_id, **values, **fields})


def make_stock(erp_id: int, product_id: str, **fields: Any) -> StockRecord:
    values = {"sku": "", "on_hand": Decimal(1), "reserved": Decimal(0), "deposits": {}, "read_at": NOON}
    return StockRecord(**{"erp_id": erp_id, "product_id": product_id, **values, **fields})


def make_run(store_id: int, **fields: Any) -> RunRecord:
    values = {"flow": "orders", "actor": "ana", "started_at": NOON, "state": RunState.RUNNING}
    return RunRecord(**{"id": 0, "store_id": store_id, **values, **fields})


def make_receipt(store_id: int, receipt: str, **fields: Any) -> ConfirmationRecord:
    values = {"items": [("1", "imported", ""), ("2", "held", "unmapped")], "final": False, "done": False}
    return ConfirmationRecord(**{"id": 0, "store_id": store_id, "receipt": receipt, **values, **fields})


def make_audit(store_id: int | None, remote_id: str, event: str, **details: str) -> AuditRecord:
    return AuditRecord(NOON, "ana", event, store_id, remote_id, "O2", details)
