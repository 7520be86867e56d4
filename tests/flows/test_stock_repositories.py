"""Repositories of stock and publications, as far as the flows' tests do not see their edges."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.flows.factories import START
from tests.flows.stock_erp import SKUS
from tests.flows.stock_shop import PAID, SHOPS
from tests.flows.stock_world import StockWorld
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.stock import ListingRecord, StockRecord

MANY = 40_000
"""More keys than one query of SQLite takes parameters."""
LATER = START + timedelta(hours=1)


@pytest.fixture
def world(stock_world: StockWorld) -> StockWorld:
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a")
    return stock_world


def stock(product_id: str, read_at: object = START, on_hand: int = 1) -> StockRecord:
    return StockRecord(1, product_id, "", Decimal(on_hand), Decimal(0), {}, read_at)


def test_more_keys_than_a_query_takes_are_found_saved_and_forgotten(world: StockWorld) -> None:
    keys = [str(number) for number in range(MANY)]
    with world.database.begin() as tx:
        tx.stocks.save([stock(key) for key in keys[::100]])
        tx.publications.save([PublicationRecord(1, "stock", key) for key in keys[::100]])
    with world.database.begin() as tx:
        assert len(tx.stocks.find(1, keys)) == MANY // 100
        assert len(tx.publications.find(1, "stock", keys)) == MANY // 100
        tx.stocks.forget(1, keys[100:])
        assert list(tx.stocks.find(1, keys)) == ["0"]


def test_s2_an_earlier_read_never_replaces_a_later_one(world: StockWorld) -> None:
    with world.database.begin() as tx:
        tx.stocks.save([stock("1", LATER, 2), stock("1", START, 3)])
        tx.stocks.save([stock("1", START, 4)])
        assert tx.stocks.find(1, ["1"])["1"].on_hand == 2
        tx.stocks.save([stock("1", LATER, 5)])
        assert tx.stocks.find(1, ["1"])["1"].on_hand == 5


def test_s6_any_reserved_piece_shows_the_module(world: StockWorld) -> None:
    with world.database.begin() as tx:
        tx.stocks.save([replace(stock("1"), reserved=Decimal(-1)), stock("2")])
        assert not tx.stocks.any_reserved(1)
        tx.stocks.save([replace(stock("3"), reserved=Decimal("0.5"))])
        assert tx.stocks.any_reserved(1)
        assert not tx.stocks.any_reserved(2)


def test_publications_by_what_is_to_be_done_with_them(world: StockWorld) -> None:
    with world.database.begin() as tx:
        tx.publications.save(
            [
                PublicationRecord(1, "stock", state.value, value="v", state=state, dirty=state.value > "s")
                for state in PublicationState
            ]
        )
        tx.publications.save([PublicationRecord(1, "tracking", "other", dirty=True)])
        assert [one.key for one in tx.publications.under_way(1, "stock")] == ["sent", "submitted", "unknown"]
        assert [one.key for one in tx.publications.dirty(1, "stock")] == [
            "sent",
            "settled",
            "submitted",
            "unknown",
        ]
        assert {one.value for one in tx.publications.dirty(1, "stock")} == {"v"}


def test_listings_that_were_not_seen_again_are_forgotten(world: StockWorld) -> None:
    old = ListingRecord(1, "1", "", "S", "", "N", 3, Decimal("9.90"), True, START)
    with world.database.begin() as tx:
        tx.listings.save([old, replace(old, product_id="2", read_at=LATER, balance=None, price=None)])
        assert [one.product_id for one in tx.listings.all(1)] == ["1", "2"]
        tx.listings.forget(1, LATER)
        assert [(one.product_id, one.balance) for one in tx.listings.all(1)] == [("2", None)]


def test_erp_news_are_due_per_flow_and_in_parts(world: StockWorld) -> None:
    for number in range(3):
        SHOPS["a"].put(str(number), {SKUS[0]: 1}, PAID, paid=True)
    world.sync()
    with world.database.begin() as tx:
        first, second, third = tx.erp_news.due(1, "tracking", LATER, 10)
        second.tracking_due = third.invoice_due = False
        tx.erp_news.save([second, third])
        assert [one.order_id for one in tx.erp_news.due(1, "tracking", LATER, 10)] == [
            first.order_id,
            third.order_id,
        ]
        assert [one.order_id for one in tx.erp_news.due(1, "invoices", LATER, 1, first.order_id)] == [
            second.order_id
        ]
        assert tx.erp_news.due(2, "tracking", LATER, 10) == []
