"""What changed in the ERP is read once per account, and what a feed lost or never tells is read one by one (S6, S7)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.flows.stock_erp import SKUS
from tests.flows.stock_shop import CANCELLED, PAID, SHOPS
from tests.flows.stock_world import StockWorld
from tomada.errors import EffectUnknown, TransientError
from tomada.flows.erp_changes.ingest import STOCK
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.options import StockOptions, StockRule, StoreOptions
from tomada.ports.records import RunState
from tomada.ports.stock import FeedRecord, StockRecord

CUP, TEA, BOOK = SKUS
Make = Callable[..., StockWorld]


@pytest.fixture
def make(stock_world: StockWorld) -> Make:
    """Makes an account with stores whose balances are as in the ERP; its feed was read."""

    def made(
        *,
        sweep_reads: int = 30,
        sweep_minutes: float = 0,
        feed: bool = True,
        stores: int = 1,
        **switches: object,
    ) -> StockWorld:
        options = ErpOptions(stock_posting=Posting.ON_INVOICE, sweep_minutes=sweep_minutes)
        stock_world.setup(options, stock_feed=feed, **switches)
        for name in "abc"[:stores]:
            stock_world.add_store(name)
        for sku in SKUS:
            stock_world.erp.act("count_stock", sku=sku, stock=8)
        stock_world.sync()
        with stock_world.database.begin() as tx:
            account = tx.erps.get(1)
            account.options = options.model_copy(update={"sweep_reads": sweep_reads})
            tx.erps.save(account)
        stock_world.clock.move(1)
        return stock_world

    return made


@pytest.fixture
def asked(stock_world: StockWorld, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every request to the ERP and the stores."""
    names: list[str] = []
    take = stock_world.faults.take

    def noted(name: str) -> str:
        names.append(name)
        return take(name)

    monkeypatch.setattr(stock_world.faults, "take", noted)
    return names


def feed_of(world: StockWorld) -> FeedRecord:
    with world.database.read() as tx:
        return tx.feeds.get(1, STOCK)


def stock_of(world: StockWorld, product_id: str) -> StockRecord:
    with world.database.read() as tx:
        return tx.stocks.find(1, [product_id])[product_id]


def count(world: StockWorld, **stocks: int) -> None:
    """Count stock by the product's position: ``p0=5``."""
    for name, stock in stocks.items():
        world.erp.act("count_stock", sku=SKUS[int(name[1])], stock=stock)


def shown(world: StockWorld) -> list[int]:
    return [SHOPS["a"].numbers[f"p-{sku}"] for sku in SKUS]


def test_s7_all_stores_share_one_reading(make: Make, asked: list[str]) -> None:
    world = make(stores=3)
    asked.clear()
    world.sync()
    assert [asked.count(name) for name in ("orders_changed", "stock_changes", "read_stock")] == [1, 1, 0]


def test_s6_the_feed_is_read_page_by_page_to_its_end(make: Make, asked: list[str]) -> None:
    world = make()
    count(world, p0=1, p1=2, p2=3)
    asked.clear()
    result = world.sync()["a", "stock"]
    assert (asked.count("stock_changes"), result.counts["erp_balances_changed"]) == (3, 3)
    assert shown(world) == [1, 2, 3]
    assert feed_of(world).gap_at is None


@pytest.mark.parametrize("page", [0, 1, 2])
def test_s6_a_lost_page_leaves_a_gap_that_the_sweep_closes(make: Make, page: int) -> None:
    world = make()
    count(world, p0=1, p1=2, p2=3)
    for kind in [*[""] * page, "lost"]:
        world.faults.add("stock_changes", kind)
    result = world.sync()["a", "stock"]
    assert isinstance(result.error, EffectUnknown)
    assert feed_of(world).gap_at is None
    assert world.sync()["a", "stock"].state is RunState.DONE
    assert shown(world) == [1, 2, 3]


def test_s6_a_gap_is_kept_until_everything_was_read_after_it(make: Make) -> None:
    world = make(sweep_reads=1)
    count(world, p0=1, p1=2)
    world.faults.add("stock_changes", "lost")
    gaps = []
    for _ in range(4):
        world.sync()
        world.clock.move(1)
        gaps.append(feed_of(world).gap_at is not None)
    assert gaps == [True, True, False, False]
    assert shown(world) == [1, 2, 8]


def test_s6_a_second_lost_page_hides_what_was_read_since_the_first(make: Make) -> None:
    world = make(sweep_reads=1)
    world.faults.add("stock_changes", "lost")
    world.sync()
    count(world, p0=1, p1=2, p2=3)
    world.clock.move(1)
    world.faults.add("stock_changes", "lost")
    world.faults.add("stock_changes", "lost")
    for _ in range(5):
        world.sync()
        world.clock.move(1)
    assert shown(world) == [1, 2, 3]


def test_s6_a_refused_page_took_nothing_and_leaves_no_gap(make: Make, asked: list[str]) -> None:
    world = make()
    count(world, p0=1)
    world.faults.add("stock_changes", "refused")
    assert isinstance(world.sync()["a", "stock"].error, TransientError)
    assert feed_of(world).gap_at is None
    asked.clear()
    world.sync()
    assert (shown(world)[0], asked.count("read_stock")) == (1, 0)


def test_s6_a_row_that_tells_no_balance_is_asked_for(make: Make) -> None:
    world = make()
    count(world, p0=1)
    world.faults.add("stock_changes", "torn")
    assert world.sync()["a", "stock"].counts["erp_balances_read"] == 1
    assert shown(world)[0] == 1


def test_s6_without_the_feed_everything_is_read_longest_ago_first(make: Make, asked: list[str]) -> None:
    world = make(feed=False, sweep_reads=1)
    count(world, p0=1, p1=2, p2=3)
    rounds = []
    for _ in range(3):
        asked.clear()
        world.sync()
        world.clock.move(1)
        rounds.append(sum(number != 8 for number in shown(world)))
    assert rounds == [1, 2, 3]
    assert asked.count("stock_changes") == 0
    assert feed_of(world).present is False


def test_s6_a_missing_feed_is_asked_for_again_after_hours(make: Make, asked: list[str]) -> None:
    world = make(feed=False)
    world.erp.act("configure", stock_feed=True)
    world.sync()
    assert feed_of(world).present is False
    world.clock.move(timedelta(hours=7).total_seconds())
    world.sync()
    assert feed_of(world).present is True


def test_s6_a_round_ends_when_everything_was_read(make: Make) -> None:
    world = make(feed=False)
    before = feed_of(world).round_ended
    world.sync()
    after = feed_of(world).round_ended
    assert before is not None
    assert after is not None
    assert after > before


def test_s2_a_reservation_that_the_feed_does_not_tell_is_read_when_our_order_changes(make: Make) -> None:
    world = make()
    SHOPS["a"].put("1", {CUP: 3}, PAID, paid=True)
    assert world.sync()["a", "stock"].counts["erp_balances_read"] == 1
    assert stock_of(world, "900").reserved == 3
    SHOPS["a"].put("1", {CUP: 3}, CANCELLED, paid=True)
    world.clock.move(1)
    assert world.sync()["a", "stock"].counts["erp_balances_read"] == 1
    assert stock_of(world, "900").reserved == 0
    assert "erp_balances_read" not in world.sync()["a", "stock"].counts


def test_s2_a_posted_order_costs_one_reading_of_its_balance(make: Make, asked: list[str]) -> None:
    world = make(post_on="invoice")
    SHOPS["a"].put("1", {CUP: 3}, PAID, paid=True)
    world.sync()
    sale = world.sale_of("a", "1")
    assert sale
    world.erp.act("set_status", order=sale.id, status="faturado")
    asked.clear()
    for _ in range(3):
        world.clock.move(1)
        world.sync()
    assert asked.count("read_stock") <= 1
    assert shown(world)[0] == 5


def test_s2_what_orders_wait_for_is_not_forgotten_when_one_sync_cannot_read_it_all(make: Make) -> None:
    world = make(sweep_reads=1)
    for number, sku in enumerate(SKUS):
        SHOPS["a"].put(str(number), {sku: 3}, PAID, paid=True)
    for _ in range(4):
        world.sync()
        world.clock.move(1)
    for number, sku in enumerate(SKUS):
        SHOPS["a"].put(str(number), {sku: 3}, CANCELLED, paid=True)
    for _ in range(4):
        world.sync()
        world.clock.move(1000)  # beyond what is looked back anyway
    assert shown(world) == [8, 8, 8]


def test_s6_a_reservation_that_nothing_tells_is_found_within_a_day(make: Make) -> None:
    world = make()
    SHOPS["a"].put("1", {CUP: 1}, PAID, paid=True)
    world.sync()
    world.erp.act("reserve_stock", sku=TEA, quantity=2)
    world.sync()
    assert shown(world) == [7, 8, 8]
    world.clock.move(timedelta(hours=25).total_seconds())
    world.sync()
    assert shown(world) == [7, 6, 8]


def test_s6_a_balance_that_cannot_be_read_stops_no_other_and_keeps_its_gap(
    make: Make, asked: list[str]
) -> None:
    world = make()
    count(world, p0=1, p1=2)
    world.erp.unreadable.add("900")
    world.faults.add("stock_changes", "lost")
    world.sync()
    assert shown(world) == [8, 2, 8]
    for minutes in (1, 57):
        asked.clear()
        world.clock.move(minutes * 60)
        assert world.sync()["a", "stock"].error is None
        assert asked.count("read_stock") == 0
    world.clock.move(180)
    asked.clear()
    assert world.sync()["a", "stock"].counts["erp_balances_unreadable"] == 1
    assert asked.count("read_stock") == 1
    assert feed_of(world).gap_at is not None
    world.erp.unreadable.clear()
    world.clock.move(3601)
    world.sync()
    assert shown(world) == [1, 2, 8]
    assert feed_of(world).gap_at is None
    with world.database.read() as tx:
        assert tx.stocks.unreadable(1) == {}


def test_s2_what_an_order_waits_for_is_not_forgotten_while_it_cannot_be_read(make: Make) -> None:
    world = make()
    SHOPS["a"].put("1", {CUP: 3}, PAID, paid=True)
    world.sync()
    world.erp.unreadable.add("900")
    SHOPS["a"].put("1", {CUP: 3}, CANCELLED, paid=True)
    for _ in range(3):
        world.clock.move(1000)
        world.sync()
    assert shown(world)[0] == 5
    world.erp.unreadable.clear()
    world.clock.move(3601)
    world.sync()
    assert shown(world)[0] == 8


def test_s6_a_balance_that_can_never_be_read_is_held_and_keeps_nothing_else_waiting(make: Make) -> None:
    world = make()
    world.erp.unreadable.add("900")
    SHOPS["a"].put("1", {CUP: 1, TEA: 1}, PAID, paid=True)
    looked = []
    for _ in range(3):
        world.sync()
        world.clock.move(1000)
        with world.database.read() as tx:
            looked.append(tx.feeds.get(1, "awaited").since)
    assert looked == sorted(set(looked))
    assert shown(world) == [7, 7, 8]
    assert held(world) == [("900", {"sku": CUP, "ref": "900"})]
    world.erp.unreadable.clear()
    answered(world, "retry")
    world.sync()
    assert (held(world), shown(world)) == ([], [7, 7, 8])


def test_s6_a_balance_that_cannot_be_read_is_not_held_again_once_a_person_leaves_it(make: Make) -> None:
    world = make()
    world.erp.unreadable.add("900")
    SHOPS["a"].put("1", {CUP: 1}, PAID, paid=True)
    assert world.sync()["a", "stock"].counts["newly_held"] == 1
    answered(world, "ignore")
    for _ in range(2):
        world.clock.move(3601)
        world.sync()
        assert held(world) == []


def held(world: StockWorld) -> list[tuple[str, dict[str, str]]]:
    """The products of the first store whose balance is held as unreadable."""
    with world.database.read() as tx:
        return [(hold.key, hold.details) for hold in tx.holds.select(1) if hold.code == "stock_unreadable"]


def answered(world: StockWorld, value: str) -> None:
    """Answer what is held of the first store, as a person does."""
    with world.database.begin() as tx:
        holds = tx.holds.select(1)
        for hold in holds:
            hold.settled_as = value
        tx.holds.save(holds)


def test_s6_the_daily_round_goes_on_while_a_gap_is_open(make: Make) -> None:
    world = make()
    SHOPS["a"].put("1", {CUP: 1}, PAID, paid=True)
    world.sync()
    world.erp.unreadable.add("900")
    world.faults.add("stock_changes", "lost")
    world.sync()
    world.erp.act("reserve_stock", sku=TEA, quantity=2)
    world.clock.move(timedelta(hours=25).total_seconds())
    world.sync()
    assert feed_of(world).gap_at is not None
    assert shown(world) == [7, 6, 8]


def test_s6_without_the_feed_each_balance_is_read_again_at_its_own_pace(make: Make, asked: list[str]) -> None:
    world = make(feed=False, sweep_minutes=15)
    count(world, p0=1)
    reads = []
    for minutes in (1, 10, 5, 1, 16):
        world.clock.move(minutes * 60)
        asked.clear()
        world.sync()
        reads.append(asked.count("read_stock"))
    assert reads == [0, 0, 3, 0, 3]
    assert shown(world) == [1, 8, 8]


@pytest.mark.parametrize("feed", [True, False])
def test_q3_a_minute_without_news_costs_a_request_a_store_and_one_a_list(
    make: Make, asked: list[str], feed: bool
) -> None:
    """Whatever was once unreadable, lost, not told by the store or awaited by an order."""
    world = make(feed=feed, sweep_minutes=15, stores=3)
    SHOPS["a"].put("1", {CUP: 1}, PAID, paid=True)
    SHOPS["a"].put("2", {TEA: 1}, CANCELLED, paid=True)
    SHOPS["b"].put("1", {CUP: 1}, PAID, paid=True)
    world.link_to("c", CUP, "999")
    world.erp.unreadable.add("901")
    world.faults.add("stock_changes", "lost")
    for _ in range(2):
        world.sync()
        world.clock.move(60)
    for _ in range(3):
        world.clock.move(60)
        asked.clear()
        world.sync()
        assert sorted(asked) == [*["orders_changed"], *["orders_fetch"] * 3, *["stock_changes"] * feed]


def test_p4_a_product_that_is_gone_is_published_as_none(make: Make) -> None:
    world = make(feed=False)
    world.link_to("a", BOOK, "999")
    del world.erp.account_.products[901]
    world.sync()
    assert (stock_of(world, "901").missing, stock_of(world, "901").sku) == (True, TEA)
    assert (stock_of(world, "999").missing, stock_of(world, "999").sku) == (True, "")
    assert shown(world) == [8, 0, 0]


def test_a_second_process_works_with_what_is_committed(make: Make, asked: list[str]) -> None:
    world = make()
    count(world, p0=1)
    with world.database.lock("erp-1-changes") as locked:
        assert locked
        asked.clear()
        assert world.sync()["a", "stock"].state is RunState.DONE
    assert "stock_changes" not in asked
    assert shown(world)[0] == 8
    world.sync()
    assert shown(world)[0] == 1


def test_s6_physical_alone_needs_no_daily_round(stock_world: StockWorld, asked: list[str]) -> None:
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a", StoreOptions(stock=StockOptions(rule=StockRule.PHYSICAL, confirmed=True)))
    SHOPS["a"].put("1", {CUP: 1}, PAID, paid=True)
    stock_world.sync()
    stock_world.clock.move(timedelta(hours=25).total_seconds())
    asked.clear()
    stock_world.sync()
    assert asked.count("read_stock") == 0
