"""What became of an order is saved without what it is."""

from dataclasses import replace
from decimal import Decimal

from tests.storage.factories import later, make_order
from tomada.ports.records import OrderState, StoreRecord
from tomada.storage.database import SqlDatabase


def test_save_outcome_saves_what_became_of_an_order_and_leaves_what_it_is(
    database: SqlDatabase, store: StoreRecord
) -> None:
    order, untouched = make_order(store.id, "a"), make_order(store.id, "b")
    with database.begin() as tx:
        tx.orders.save([order, untouched])
    became = {
        "state": OrderState.HELD,
        "reason": "unmapped",
        "details": {"código": "é"},
        "dirty": False,
        "due_at": later(5),
        "erp_id": "1001",
        "erp_number": "77",
        "erp_status": "aberto",
        "fingerprint": "f" * 64,
        "override": {"shipping:PAC": "S"},
    }
    stale = replace(order, payload="{}", version="0", total=Decimal("0.01"), status_code="old", **became)
    with database.begin() as tx:
        tx.orders.save_outcome([stale])
        tx.orders.save_outcome([])
    with database.read() as tx:
        assert tx.orders.find(store.id, ["a", "b"]) == {"a": replace(order, **became), "b": untouched}
