"""Large stores: more values than a statement takes, and no query that reads a whole table."""

from typing import Any

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, event

from tests.storage.conftest import MakeStore
from tests.storage.factories import (
    NOON,
    make_entry,
    make_hold,
    make_intent,
    make_link,
    make_order,
    make_receipt,
)
from tomada.ports.news import ErpNewsRecord
from tomada.ports.records import ContactRecord, StoreRecord
from tomada.ports.storage import Transaction
from tomada.storage.database import SqlDatabase
from tomada.storage.tables import METADATA

MANY = 33_000
"""SQLite takes 32,766 parameters, PostgreSQL 65,535; both are asked in the same pieces."""
_WITH_INDEX = (PrimaryKeyConstraint, UniqueConstraint)


def test_more_values_than_a_statement_takes(database: SqlDatabase, store: StoreRecord) -> None:
    texts = [str(number) for number in range(MANY)]
    order, receipt = make_order(store.id, texts[-1], dirty=False), make_receipt(store.id, texts[-1])
    link, contact = make_link(store.id, texts[-1]), ContactRecord(store.erp_id, texts[-1], 1, "9", NOON)
    with database.begin() as tx:
        tx.orders.save([order])
        intent, hold = make_intent(order.id), make_hold(store.id, order.id)
        tx.intents.save([intent])
        tx.holds.save([hold])
        tx.confirmations.save([receipt])
        tx.links.set([link])
        tx.contacts.save([contact])
        entry, news = make_entry(store.id, order.id), ErpNewsRecord(order.id, "aberto", NOON)
        tx.ledger.save([entry])
        tx.erp_news.save([news])
        tx.progress.set_state(store.id, {texts[-1]: "v"})
    ids = range(order.id - MANY + 1, order.id + 1)
    with database.begin() as tx:
        assert tx.orders.find(store.id, texts) == {order.remote_id: order}
        tx.orders.wake(store.id, ids)
        assert [record.id for record in tx.orders.due(store.id, NOON, 5)] == [order.id]
        assert tx.intents.open(ids) == {order.id: intent}
        assert tx.holds.open_of(ids) == {order.id: [hold]}
        assert tx.confirmations.find(store.id, texts) == {receipt.receipt: receipt}
        assert tx.links.find(store.id, [(text, "") for text in texts]) == {(link.product_id, ""): link}
        assert tx.contacts.find(store.erp_id, texts) == {contact.document_hash: contact}
        assert tx.links.of_products(store.id, texts) == [link]
        assert tx.ledger.of_orders(ids) == {order.id: [entry]}
        assert tx.erp_news.find(ids) == {order.id: news}
        tx.contacts.forget(store.erp_id, texts)
        tx.progress.set_state(store.id, dict.fromkeys(texts))
        assert tx.contacts.find(store.erp_id, texts) == {}
        assert tx.progress.state(store.id) == {}


def test_many_new_records_get_their_ids_in_order(database: SqlDatabase, store: StoreRecord) -> None:
    records = [make_order(store.id, str(number)) for number in range(3000)]
    with database.begin() as tx:
        tx.orders.save(records)
        found = tx.orders.find(store.id, [record.remote_id for record in records])
    assert found == {record.remote_id: record for record in records}
    assert [record.id for record in records] == sorted({record.id for record in records})


def ask_everything(tx: Transaction, store_id: int) -> None:
    """Each query that a sync asks again and again."""
    tx.orders.find(store_id, ["1", "2"])
    tx.orders.known(store_id)
    tx.orders.due(store_id, NOON, 50)
    tx.orders.damaged(store_id)
    tx.orders.count(store_id)
    tx.intents.open([1, 2])
    tx.holds.open_of([1, 2])
    tx.holds.select(store_id)
    tx.holds.waiting_for(store_id, "shipping", "PAC")
    tx.mappings.all(store_id)
    tx.mappings.codes(store_id)
    tx.links.find(store_id, [("1", ""), ("2", "a")])
    tx.contacts.find(1, ["a", "b"])
    tx.progress.cursor(store_id, "orders")
    tx.progress.state(store_id)
    tx.confirmations.pending(store_id, 0)
    tx.confirmations.find(store_id, ["1", "2"])
    tx.runs.select(store_id, 10)
    tx.audit.story(store_id, "1")
    tx.links.of_products(store_id, ["1", "2"])
    tx.publications.find(store_id, "stock", ["1", "2"])
    tx.publications.dirty(store_id, "products")
    tx.publications.under_way(store_id, "stock")
    tx.links.page(store_id, ("1", ""), 50)
    tx.publications.keys(store_id, "stock")
    tx.stocks.find(1, ["1", "2"])
    tx.stocks.never_read(1, 50)
    tx.stocks.read_before(1, NOON, 50)
    tx.stocks.unreadable(1)
    tx.stocks.by_sku(1, ["S", "T"])
    tx.stocks.repeated_skus(1)
    tx.stocks.any_reserved(1)
    tx.stocks.unreadable(1, ["1", "2"])
    tx.makeups.find(1, ["1", "2"])
    tx.makeups.kits(1)
    tx.makeups.never_read(1)
    tx.makeups.read_before(1, NOON, 50)
    tx.ledger.by_product(1)
    tx.ledger.by_product(1, ["1", "2"])
    tx.ledger.moved(store_id, {"1", "2"})
    tx.ledger.in_erp(1)
    tx.ledger.touched(1, NOON)
    tx.ledger.of_orders([1, 2])
    tx.erp_news.find([1, 2])
    tx.erp_news.due(store_id, "tracking", NOON, 50)
    tx.feeds.get(1, "stock")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_no_query_of_a_sync_reads_a_whole_table(database: SqlDatabase, add_store: MakeStore) -> None:
    store = add_store("a")
    asked: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", listen)
    with database.read() as tx:
        ask_everything(tx, store.id)
    event.remove(database.engine, "before_cursor_execute", listen)
    assert len(asked) == 48
    plans = {}
    with database.engine.connect() as connection:
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans[statement] = [str(row[-1]) for row in rows]
    tables = set(METADATA.tables)
    whole = {
        s: p for s, p in plans.items() if any(step.split()[:2] in [["SCAN", t] for t in tables] for step in p)
    }
    assert whole == {}


def test_orders_can_be_deleted_without_reading_all_that_could_hang_on_them() -> None:
    """A foreign key without an index makes deleting n orders cost n times all intents."""
    for table in METADATA.tables.values():
        whole = [index.columns for index in table.indexes if not index.unique]
        whole += [one.columns for one in table.constraints if isinstance(one, _WITH_INDEX)]
        leading = [next(iter(columns)) for columns in whole if len(columns)]
        for key in table.foreign_keys:
            if key.column.table.name == "orders":
                assert key.parent in leading, f"{table.name}.{key.parent.name} has no index"
