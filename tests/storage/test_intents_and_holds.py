"""Intents and holds: at most one open of each, and what is found of them."""

from dataclasses import replace

import pytest

from tests.storage.conftest import MakeStore
from tests.storage.factories import later, make_hold, make_intent, make_order
from tomada.errors import InternalError
from tomada.ports.records import Action, HoldRecord, IntentRecord, IntentState, OrderRecord, StoreRecord
from tomada.storage.database import SqlDatabase


@pytest.fixture
def orders(database: SqlDatabase, store: StoreRecord) -> list[OrderRecord]:
    """Three orders of the store."""
    found = [make_order(store.id, str(number)) for number in range(3)]
    with database.begin() as tx:
        tx.orders.save(found)
    return found


def save_intents(database: SqlDatabase, *records: IntentRecord) -> None:
    with database.begin() as tx:
        tx.intents.save(records)


def save_holds(database: SqlDatabase, *records: HoldRecord) -> None:
    with database.begin() as tx:
        tx.holds.save(records)


def test_o2_open_intents_are_found_with_every_field(database: SqlDatabase, orders: list[OrderRecord]) -> None:
    sent = IntentRecord(
        0, orders[0].id, Action.SET_STATUS, IntentState.UNKNOWN, "enviado", 2, later(1), later(2)
    )
    save_intents(
        database,
        sent,
        make_intent(orders[1].id, IntentState.DONE),
        make_intent(orders[1].id, IntentState.DROPPED),
        make_intent(orders[2].id, IntentState.SENT),
    )
    with database.read() as tx:
        found = tx.intents.open([order.id for order in orders])
        assert tx.intents.open([]) == {}
    assert found[orders[0].id] == sent
    assert set(found) == {orders[0].id, orders[2].id}


@pytest.mark.parametrize("state", [IntentState.PLANNED, IntentState.SENT, IntentState.UNKNOWN])
def test_o2_an_order_has_at_most_one_open_intent(
    database: SqlDatabase, orders: list[OrderRecord], state: IntentState
) -> None:
    first = make_intent(orders[0].id, state)
    save_intents(database, first)
    with pytest.raises(InternalError):
        save_intents(database, make_intent(orders[0].id))
    save_intents(database, replace(first, state=IntentState.DONE))
    second = make_intent(orders[0].id)
    save_intents(database, second)
    with database.read() as tx:
        assert tx.intents.open([orders[0].id]) == {orders[0].id: second}


def test_d3_holds_come_back_oldest_first(
    database: SqlDatabase, store: StoreRecord, orders: list[OrderRecord]
) -> None:
    first = make_hold(store.id, orders[0].id, run_id=4)
    second = make_hold(store.id, orders[0].id, "money", kind="", key="")
    closed = make_hold(store.id, orders[1].id, closed_at=later(1), settled_as="ignore")
    loose = make_hold(store.id, None, "catalogue")
    save_holds(database, first, second, closed, loose)
    with database.read() as tx:
        assert tx.holds.get_many([closed.id, loose.id + 1]) == {closed.id: closed}
        assert tx.holds.open_of([order.id for order in orders]) == {orders[0].id: [first, second]}
        assert tx.holds.open_of([]) == {}
        assert tx.holds.select() == tx.holds.select(store.id) == [first, second, loose]
        assert tx.holds.select(open_only=False) == [first, second, closed, loose]
        assert tx.holds.select(store.id + 1) == []


def test_d3_the_same_hold_is_open_once_and_may_come_back(
    database: SqlDatabase, store: StoreRecord, orders: list[OrderRecord]
) -> None:
    first = make_hold(store.id, orders[0].id)
    save_holds(database, first)
    with pytest.raises(InternalError):
        save_holds(database, make_hold(store.id, orders[0].id))
    save_holds(database, replace(first, closed_at=later(1)), make_hold(store.id, orders[0].id, key="SEDEX"))
    save_holds(database, make_hold(store.id, orders[0].id))
    with database.read() as tx:
        assert [hold.key for hold in tx.holds.select()] == ["SEDEX", "PAC"]


def test_d1_who_waits_for_exactly_this_key(
    database: SqlDatabase, add_store: MakeStore, store: StoreRecord, orders: list[OrderRecord]
) -> None:
    other = add_store("outra")
    pac, sedex = make_hold(store.id, orders[0].id), make_hold(store.id, orders[1].id, key="SEDEX")
    closed = make_hold(store.id, orders[2].id, closed_at=later(1))
    status = make_hold(store.id, orders[2].id, kind="status")
    save_holds(database, sedex, pac, closed, status, make_hold(other.id, None))
    with database.read() as tx:
        assert tx.holds.waiting_for(store.id, "shipping", "PAC") == [pac]
        assert tx.holds.waiting_for(store.id, "shipping", "*") == [sedex, pac]
        assert tx.holds.waiting_for(store.id, "shipping", "pac") == []
