"""A SKU that several products of the ERP have: the balance stays at the last good value, and is held (P4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from tests.flows.stock_erp import SKUS
from tests.flows.stock_shop import SHOPS
from tests.flows.stock_world import StockWorld
from tomada.flows.context import FlowContext
from tomada.flows.holds.item_holds import RETRY, asked_again, reconcile_holds
from tomada.flows.holds.problems import Problem
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.records import HoldRecord
from tomada_sandbox.tiny.goods import Product

CUP, TEA, _BOOK = SKUS
TWIN = 990


@pytest.fixture
def world(stock_world: StockWorld) -> StockWorld:
    """Two stores with eight cups; then another product gets the cup's SKU and a balance, and the cup another one."""
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a")
    stock_world.add_store("b")
    for sku in SKUS:
        stock_world.erp.act("count_stock", sku=sku, stock=8)
    stock_world.sync()
    account = stock_world.erp.account_
    account.add_product(Product(TWIN, CUP, CUP, Decimal(40), stock_world.clock.now()))
    account.changed_stock[TWIN] = stock_world.clock.now()
    stock_world.erp.act("count_stock", sku=CUP, stock=3)
    stock_world.erp.act("count_stock", sku=TEA, stock=5)
    stock_world.clock.move(1)
    return stock_world


def holds(world: StockWorld, store: int = 1) -> list[HoldRecord]:
    with world.database.read() as tx:
        return [hold for hold in tx.holds.select(store) if hold.code == "stock_duplicate"]


def answer(world: StockWorld, store: int, value: str) -> None:
    """Answer the store's hold, as a person does."""
    (hold,) = holds(world, store)
    with world.database.begin() as tx:
        hold.settled_as = value
        tx.holds.save([hold])


@contextmanager
def opened(world: StockWorld) -> Iterator[FlowContext]:
    """The flow ``products`` of the first store."""
    with world.database.read() as tx:
        store, account = tx.stores.get(1), tx.erps.get(1)
    with world.gateway(store) as gateway:
        yield FlowContext(
            store, account, world.database, gateway, world.erp, world.clock, "test", None, print, "products"
        )


def asked_after(world: StockWorld, monkeypatch: pytest.MonkeyPatch, seconds: float) -> int:
    """How often the ERP is asked who has a SKU in a sync some time later."""
    names: list[str] = []
    take = world.faults.take
    world.clock.move(seconds)
    with monkeypatch.context() as patched:
        patched.setattr(world.faults, "take", lambda name: (names.append(name), take(name))[1])
        world.sync()
    return names.count("products_by_sku")


def test_p4_a_repeated_sku_freezes_its_balance_alone_and_is_held_at_every_store(world: StockWorld) -> None:
    result = world.sync()["a", "stock"]
    assert result.counts["newly_held"] == 1
    assert (world.numbers(CUP), world.numbers(TEA)) == ([8, 8], [5, 5])
    for store in (1, 2):
        (hold,) = holds(world, store)
        assert (hold.rule, hold.key, hold.details) == ("P4", CUP, {"sku": CUP, "count": "2"})
    assert "newly_held" not in world.sync()["a", "stock"].counts


@pytest.mark.parametrize("situation", ["I", "E"])
def test_p4_it_goes_on_by_itself_once_the_sku_is_one_products_alone(
    world: StockWorld, monkeypatch: pytest.MonkeyPatch, situation: str
) -> None:
    world.sync()
    assert asked_after(world, monkeypatch, 60) == 0
    world.erp.account_.products[TWIN].situation = situation
    assert asked_after(world, monkeypatch, 3601) == 2  # once for each store
    assert (holds(world), world.numbers(CUP)) == ([], [3, 3])
    assert asked_after(world, monkeypatch, 3601) == 0


def test_p4_a_person_may_look_again_at_once_or_leave_it_as_it_is(world: StockWorld) -> None:
    world.sync()
    world.erp.account_.products[TWIN].sku = "OTHER"
    answer(world, 1, RETRY)
    answer(world, 2, "ignore")
    world.sync()
    assert (holds(world), holds(world, 2)) == ([], [])
    assert world.numbers(CUP) == [3, 3]


def test_p4_who_leaves_it_gets_the_balance_of_the_linked_product_and_is_asked_once(world: StockWorld) -> None:
    """The flow ``products`` holds the same SKU where it is to be created, by a hold of its own (P1)."""
    world.sync()
    answer(world, 1, "ignore")
    for _ in range(2):
        world.clock.move(3601)
        world.sync()
    assert (holds(world), len(holds(world, 2)), world.numbers(CUP)) == ([], 1, [3, 8])
    with opened(world) as ctx:
        details = {"sku": CUP, "count": "2", "ref": TWIN}
        twins = {CUP: Problem("product_duplicate", "P1", "product", CUP, details)}
        reconcile_holds(ctx, ("link_first", "product_duplicate"), [CUP], twins)
        assert asked_again(ctx) == []
        reconcile_holds(ctx, ("link_first", "product_duplicate"), [CUP], {})
    world.clock.move(3601)
    world.sync()
    assert (holds(world), len(holds(world, 2)), world.numbers(CUP)) == ([], 1, [3, 8])


def test_p4_what_an_inactive_twin_still_shows_raises_no_hold(world: StockWorld) -> None:
    world.erp.account_.products[TWIN].situation = "I"
    world.sync()
    assert (holds(world), world.numbers(CUP)) == ([], [3, 3])
    with world.database.read() as tx:
        assert tx.stocks.repeated_skus(1) == []


def test_p4_nothing_is_sent_by_a_first_yes_either(world: StockWorld) -> None:
    before = len(SHOPS["a"].pushed)
    world.sync(confirmed=True)
    assert {product for product, _number in SHOPS["a"].pushed[before:]} == {f"p-{TEA}"}


def test_p4_the_hold_closes_when_the_linked_product_is_the_one_that_gets_another_sku(
    world: StockWorld,
) -> None:
    world.sync()
    cup = world.erp.account_.products[900]
    cup.sku = "CUP-NEW"
    world.erp.account_.changed_stock[cup.id] = world.clock.now()
    world.clock.move(1)
    world.sync()
    assert (holds(world), holds(world, 2), world.numbers(CUP)) == ([], [], [3, 3])


def test_p4_what_stock_holds_is_no_product_that_the_flow_products_was_asked_for(world: StockWorld) -> None:
    world.sync()
    with opened(world) as ctx:
        assert asked_again(ctx) == []
