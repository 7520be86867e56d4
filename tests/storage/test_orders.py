"""Orders: ids, upserts, what is due, counts, and the order of results."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.storage.conftest import MakeStore
from tests.storage.factories import NOON, later, make_order
from tomada.errors import InternalError
from tomada.ports.records import OrderRecord, OrderState, StoreRecord
from tomada.storage.database import SqlDatabase


def save(database: SqlDatabase, *records: OrderRecord) -> None:
    with database.begin() as tx:
        tx.orders.save(records)


def test_save_sets_the_id_of_each_new_order_and_every_field_comes_back(
    database: SqlDatabase, store: StoreRecord
) -> None:
    full = make_order(
        store.id,
        "a",
        settled=False,
        placed_at=None,
        total=None,
        receipt="r1",
        email_hash="e" * 64,
        state=OrderState.HELD,
        reason="unmapped",
        details={"código": "é"},
        dirty=False,
        due_at=later(5),
        erp_id="1001",
        erp_number="77",
        fingerprint="f" * 64,
        erp_status="aberto",
        override={"shipping:PAC": "S"},
    )
    records = [full, make_order(store.id, "b"), make_order(store.id, "c")]
    save(database, *records)
    assert len({record.id for record in records} - {0}) == 3
    with database.read() as tx:
        assert tx.orders.find(store.id, ["a", "b", "c", "unknown"]) == {r.remote_id: r for r in records}
        assert tx.orders.get(full.id) == full


def test_save_inserts_and_updates_in_one_go(database: SqlDatabase, store: StoreRecord) -> None:
    old, untouched = make_order(store.id, "old"), make_order(store.id, "untouched")
    save(database, old, untouched)
    changed = replace(old, version="2", total=Decimal("1.50"), state=OrderState.CREATED)
    new = make_order(store.id, "new")
    save(database, new, changed)
    with database.read() as tx:
        found = tx.orders.find(store.id, ["old", "new", "untouched"])
    assert found == {"old": changed, "new": new, "untouched": untouched}
    assert changed.id == old.id


def test_o1_one_order_per_store_and_remote_id(database: SqlDatabase, add_store: MakeStore) -> None:
    one, other = add_store("a"), add_store("b")
    save(database, make_order(one.id, "7"), make_order(other.id, "7"))
    with pytest.raises(InternalError):
        save(database, make_order(one.id, "8"), make_order(one.id, "7"))
    with database.read() as tx:
        assert tx.orders.find(one.id, ["8"]) == {}
        assert tx.orders.find(one.id, ["7"])["7"].id != tx.orders.find(other.id, ["7"])["7"].id


def test_nothing_to_save_and_nothing_to_find(database: SqlDatabase, store: StoreRecord) -> None:
    with database.begin() as tx:
        tx.orders.save([])
        tx.orders.wake(store.id, [])
        assert tx.orders.find(store.id, []) == {}
        assert tx.orders.due(store.id, NOON, 10) == []
        assert tx.orders.count(store.id) == {}
        assert tx.orders.known(store.id) == {}


def test_due_orders_are_dirty_or_their_time_has_come(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    save(
        database,
        make_order(store.id, "rests", dirty=False),
        make_order(store.id, "dirty", dirty=True),
        make_order(store.id, "now", dirty=False, due_at=NOON),
        make_order(store.id, "later", dirty=False, due_at=later(0.001)),
        make_order(store.id, "both", dirty=True, due_at=later(-1)),
        make_order(other.id, "foreign", dirty=True),
    )
    with database.read() as tx:
        assert [record.remote_id for record in tx.orders.due(store.id, NOON, 10)] == ["dirty", "now", "both"]


def test_due_orders_come_in_pages_by_id_and_each_once(database: SqlDatabase, store: StoreRecord) -> None:
    save(database, *(make_order(store.id, str(number), dirty=number % 3 != 0) for number in range(30)))
    seen: list[int] = []
    with database.read() as tx:
        while page := tx.orders.due(store.id, NOON, 7, seen[-1] if seen else 0):
            assert len(page) <= 7
            seen += [record.id for record in page]
        every = tx.orders.due(store.id, NOON, 100)
    assert seen == [record.id for record in every] == sorted(seen)
    assert len(seen) == 20


def test_waking_touches_only_these_orders_of_this_store(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    mine = [make_order(store.id, name, dirty=False) for name in "ab"]
    foreign = make_order(other.id, "a", dirty=False)
    save(database, *mine, foreign)
    with database.begin() as tx:
        tx.orders.wake(store.id, [mine[1].id, foreign.id])
    with database.read() as tx:
        assert [record.remote_id for record in tx.orders.due(store.id, NOON, 10)] == ["b"]
        assert tx.orders.due(other.id, NOON, 10) == []


def test_o5_known_are_the_settled_versions_of_one_store(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    save(
        database,
        make_order(store.id, "1", version="v1", status_code="10"),
        make_order(store.id, "2", version="v2", settled=False),
        make_order(other.id, "3"),
    )
    with database.read() as tx:
        assert tx.orders.known(store.id) == {"1": ("v1", "10")}


def test_damaged_are_those_that_were_woken(database: SqlDatabase, store: StoreRecord) -> None:
    save(
        database,
        make_order(store.id, "woken", reason="damaged", dirty=True),
        make_order(store.id, "resting", reason="damaged", dirty=False),
        make_order(store.id, "other", reason="unmapped", dirty=True),
    )
    with database.read() as tx:
        assert tx.orders.damaged(store.id) == ["woken"]


def test_select_goes_by_when_an_order_was_placed_not_by_when_it_was_read(
    database: SqlDatabase, store: StoreRecord
) -> None:
    save(
        database,
        make_order(store.id, "read first", placed_at=later(30)),
        make_order(store.id, "older", placed_at=later(10)),
        make_order(store.id, "damaged", placed_at=None, seen_at=later(20)),
    )
    with database.read() as tx:
        assert [record.remote_id for record in tx.orders.select()] == ["read first", "damaged", "older"]


def test_select_gives_the_newest_first_and_filters(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    save(
        database,
        make_order(store.id, "1", state=OrderState.CREATED, erp_id="1001", erp_number="55"),
        make_order(store.id, "2", state=OrderState.HELD, number="n-55"),
        make_order(other.id, "3", state=OrderState.HELD),
    )
    with database.read() as tx:

        def ids(*args: object, **filters: object) -> list[str]:
            return [record.remote_id for record in tx.orders.select(*args, **filters)]

        assert ids() == ["3", "2", "1"]
        assert ids(store.id) == ["2", "1"]
        assert ids(limit=2) == ["3", "2"]
        assert ids(states=[OrderState.HELD]) == ["3", "2"]
        assert ids(states=[OrderState.HELD, OrderState.CREATED], store_id=store.id) == ["2", "1"]
        assert [ids(text=text) for text in ("1", "n-55", "1001", "55", "5")] == [
            ["1"],
            ["2"],
            ["1"],
            ["1"],
            [],
        ]


def test_count_by_state_and_reason(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    save(
        database,
        *(make_order(store.id, f"h{n}", state=OrderState.HELD, reason="unmapped") for n in range(3)),
        make_order(store.id, "m", state=OrderState.HELD, reason="money"),
        make_order(store.id, "c", state=OrderState.CREATED),
        make_order(other.id, "x", state=OrderState.CREATED),
    )
    with database.read() as tx:
        assert tx.orders.count(store.id) == {
            ("held", "unmapped"): 3,
            ("held", "money"): 1,
            ("created", ""): 1,
        }
