"""Repositories of stock and of what goes out, on both databases."""

from datetime import timedelta

from tests.storage.conftest import MakeStore
from tests.storage.factories import NOON, make_entry, make_link, make_order, make_stock
from tomada.ports.news import ErpNewsRecord
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import StoreRecord
from tomada.ports.stock import MakeupRecord
from tomada.spi import ReservationState
from tomada.storage.database import SqlDatabase

LATER = NOON + timedelta(hours=1)


def test_links_are_read_in_pages_by_their_ids(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    ids = [("1", ""), ("1", "x"), ("1", "y"), ("10", ""), ("2", ""), ("2", "b")]
    with database.begin() as tx:
        tx.links.set([make_link(store.id, *one) for one in reversed(ids)])
        tx.links.set([make_link(other.id, "1", "z")])
    for limit in (1, 2, 4, 6, 7):
        found, after = [], ("", "")
        with database.read() as tx:
            while page := tx.links.page(store.id, after, limit):
                assert len(page) <= limit
                found += [(link.product_id, link.variant_id) for link in page]
                after = found[-1]
        assert found == ids


def test_publications_are_known_by_their_keys(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    with database.begin() as tx:
        tx.publications.save([PublicationRecord(store.id, "stock", key) for key in ("1/", "2/")])
        tx.publications.save(
            [PublicationRecord(store.id, "products", "3"), PublicationRecord(other.id, "stock", "4/")]
        )
        assert tx.publications.keys(store.id, "stock") == {"1/", "2/"}


def test_s2_open_entries_are_found_by_the_linked_product(database: SqlDatabase, store: StoreRecord) -> None:
    orders = [make_order(store.id, name) for name in "123"]
    with database.begin() as tx:
        tx.orders.save(orders)
        tx.links.set(
            [make_link(store.id, "1", erp_product_id="91"), make_link(store.id, "2", erp_product_id="92")]
        )
        entries = [
            make_entry(store.id, orders[0].id, product_id="1"),
            make_entry(store.id, orders[1].id, product_id="2"),
            make_entry(store.id, orders[2].id, product_id="2", ended_at=NOON),
        ]
        tx.ledger.save(entries)
        assert tx.ledger.by_product(store.erp_id) == {"91": [entries[0]], "92": [entries[1]]}
        assert tx.ledger.by_product(store.erp_id, ["92", "93"]) == {"92": [entries[1]]}
        assert tx.ledger.by_product(store.erp_id, []) == {}
        assert tx.ledger.by_product(store.erp_id + 1) == {}
        entries[0].erp_product_id = "93"  # what the ERP's order has, though the link says another
        tx.ledger.save(entries)
        assert tx.ledger.by_product(store.erp_id) == {"93": [entries[0]], "92": [entries[1]]}
        assert tx.ledger.by_product(store.erp_id, ["91", "93"]) == {"93": [entries[0]]}


def test_s2_what_the_erp_counts_is_asked_of_open_entries_and_of_those_that_may_come_back(
    database: SqlDatabase, store: StoreRecord
) -> None:
    names = ("open", "not there", "cancelled there", "given up there", "cancelled here", "posted")
    orders = [make_order(store.id, name, erp_id="" if name == "not there" else name) for name in names]
    with database.begin() as tx:
        tx.orders.save(orders)
        tx.links.set([make_link(store.id, "1", erp_product_id="91")])
        tx.erp_news.save(
            [
                ErpNewsRecord(
                    order.id, "cancelado" if order.remote_id == "cancelled there" else "aberto", NOON
                )
                for order in orders
            ]
        )
        ended = {"ended_at": NOON}
        more = (
            {},
            {},
            ended,
            ended,
            ended | {"state": ReservationState.RELEASED},
            ended | {"posted_at": NOON},
        )
        entries = [make_entry(store.id, order.id, **one) for order, one in zip(orders, more, strict=True)]
        tx.ledger.save(entries)
        found = {(entry.order_id, status, linked) for entry, status, linked in tx.ledger.in_erp(store.erp_id)}
        assert found == {(orders[0].id, "aberto", "91"), (orders[3].id, "aberto", "91")}
        assert tx.ledger.in_erp(store.erp_id + 1) == []


def test_s2_products_whose_orders_ended_or_changed_in_the_erp_are_found(
    database: SqlDatabase, store: StoreRecord
) -> None:
    orders = [make_order(store.id, name) for name in "1234"]
    with database.begin() as tx:
        tx.orders.save(orders)
        tx.links.set([make_link(store.id, name, erp_product_id=f"9{name}") for name in "123"])
        tx.ledger.save(
            [
                make_entry(store.id, orders[0].id, product_id="1", ended_at=LATER),
                make_entry(store.id, orders[1].id, product_id="2"),
                make_entry(store.id, orders[2].id, product_id="3", ended_at=NOON - timedelta(hours=1)),
                make_entry(store.id, orders[3].id, product_id="4", ended_at=LATER),
                make_entry(store.id, orders[3].id, product_id="3", line_id="2", erp_product_id="97"),
            ]
        )
        tx.erp_news.save([ErpNewsRecord(orders[at].id, "aberto", NOON) for at in (0, 1, 3)])
        assert tx.ledger.touched(store.erp_id, NOON) == {"91": LATER, "92": NOON, "97": NOON}
        assert tx.ledger.touched(store.erp_id, LATER) == {"91": LATER}
        assert tx.ledger.touched(store.erp_id + 1, NOON) == {}


def test_s1_the_last_move_of_each_product_is_known(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    orders = [make_order(store.id, "1"), make_order(store.id, "2"), make_order(other.id, "1")]
    with database.begin() as tx:
        tx.orders.save(orders)
        tx.ledger.save(
            [
                make_entry(store.id, orders[0].id, changed_at=LATER, ended_at=LATER),
                make_entry(store.id, orders[1].id),
                make_entry(store.id, orders[1].id, line_id="2", variant_id="b"),
                make_entry(store.id, orders[1].id, line_id="3", product_id="3", changed_at=LATER),
                make_entry(other.id, orders[2].id, changed_at=LATER + timedelta(hours=1)),
            ]
        )
        assert tx.ledger.moved(store.id, {"1", "2"}) == {("1", ""): LATER, ("1", "b"): NOON}
        assert tx.ledger.moved(store.id, set()) == {}


def test_s6_what_was_never_read_and_what_was_read_longest_ago(
    database: SqlDatabase, add_store: MakeStore
) -> None:
    store, other = add_store("a"), add_store("b")
    erp = store.erp_id
    with database.begin() as tx:
        tx.links.set(
            [
                make_link(store.id, "1", erp_product_id="1"),
                make_link(other.id, "1", erp_product_id="1"),
                make_link(other.id, "2", erp_product_id="2"),
                make_link(store.id, "3", erp_product_id="3"),
                make_link(store.id, "4", erp_product_id="4", how="parent"),
            ]
        )
        assert tx.stocks.never_read(erp, 5) == ["1", "2", "3"]
        assert tx.stocks.never_read(erp, 2) == ["1", "2"]
        assert tx.stocks.never_read(erp + 1, 5) == []
        reads = {"1": LATER, "2": NOON, "4": NOON, "5": NOON}
        tx.stocks.save([make_stock(erp, product_id, read_at=at) for product_id, at in reads.items()])
        assert tx.stocks.never_read(erp, 5) == ["3"]
        assert tx.stocks.read_before(erp, LATER, 5) == ["2", "1"]
        assert tx.stocks.read_before(erp, LATER, 1) == ["2"]
        assert tx.stocks.read_before(erp, NOON, 5) == ["2"]


def test_s5_makeups_whole_kits_and_those_that_are_due(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    erp = store.erp_id
    kit = MakeupRecord(erp, "1", True, {"3": "2", "7": "0.5"}, LATER)
    plain = MakeupRecord(erp, "2", False, {}, NOON)
    unlinked = MakeupRecord(erp, "9", True, {"3": "1"}, NOON)
    with database.begin() as tx:
        tx.links.set(
            [
                make_link(store.id, "1", erp_product_id="1"),
                make_link(other.id, "1", erp_product_id="1"),
                make_link(other.id, "2", erp_product_id="2"),
                make_link(store.id, "3", erp_product_id="3"),
                make_link(store.id, "4", erp_product_id="4", how="parent"),
            ]
        )
        assert tx.makeups.never_read(erp) == ["1", "2", "3"]
        assert tx.makeups.never_read(erp + 1) == []
        tx.makeups.save([unlinked, kit, plain])
        assert tx.makeups.find(erp, ["1", "2", "3"]) == {"1": kit, "2": plain}
        assert tx.makeups.kits(erp) == [kit, unlinked]
        assert tx.makeups.kits(erp + 1) == []
        assert tx.makeups.never_read(erp) == ["3"]
        assert tx.makeups.read_before(erp, LATER, 5) == ["2", "1"]
        assert tx.makeups.read_before(erp, LATER, 1) == ["2"]
        assert tx.makeups.read_before(erp, NOON, 5) == ["2"]
        tx.makeups.mark_changed(erp, ["1", "8"])
        assert tx.makeups.read_before(erp, NOON, 5) == ["1", "2"]
        tx.makeups.save([kit])
        tx.makeups.mark_changed(erp + 1, None)
        assert tx.makeups.read_before(erp, NOON, 5) == ["2"]
        tx.makeups.mark_changed(erp, None)
        assert [one.changed for one in tx.makeups.find(erp, ["1", "2", "9"]).values()] == [True] * 3


def test_s6_what_cannot_be_read_is_remembered_until_it_can(database: SqlDatabase, store: StoreRecord) -> None:
    erp = store.erp_id
    with database.begin() as tx:
        tx.links.set([make_link(store.id, name, erp_product_id=name) for name in "12"])
        for name in "123":
            tx.stocks.failed(erp, name, NOON)
        tx.stocks.failed(erp, "1", LATER)
        assert tx.stocks.unreadable(erp) == {"1": LATER, "2": NOON}
        tx.stocks.save([make_stock(erp, "1")])
        assert tx.stocks.unreadable(erp) == {"2": NOON}
        assert tx.stocks.unreadable(erp + 1) == {}


def test_p4_skus_of_several_products_are_found(database: SqlDatabase, store: StoreRecord) -> None:
    erp = store.erp_id
    skus = {"1": "A", "2": "A", "3": "B", "4": "", "5": "", "6": "C", "7": "C"}
    with database.begin() as tx:
        tx.stocks.save(
            [
                make_stock(erp, product_id, sku=sku, missing=product_id == "7")
                for product_id, sku in skus.items()
            ]
        )
        assert tx.stocks.repeated_skus(erp) == ["A"]
        assert tx.stocks.repeated_skus(erp + 1) == []
        found = tx.stocks.by_sku(erp, ["A", "C", "D"])
        assert {sku: [one.product_id for one in stocks] for sku, stocks in found.items()} == {
            "A": ["1", "2"],
            "C": ["6"],
        }
