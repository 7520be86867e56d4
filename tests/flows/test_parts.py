"""Parts that a store split off an order: what they take from stock at every step (O8, S2)."""

import pytest

from tests.flows.stock_erp import SKUS
from tests.flows.stock_shop import CANCELLED, PAID, SHOPS
from tests.flows.stock_world import StockWorld
from tomada.flows.holds.settle import Settling, settle
from tomada.ports.erp_options import ErpOptions, Posting, Reserving
from tomada.ports.options import StockOptions, StockRule, StoreOptions
from tomada.ports.records import HoldRecord

CUP = SKUS[0]
RULES = [(StockRule.PHYSICAL, False), (StockRule.AVAILABLE, True), (StockRule.AVAILABLE, False)]


@pytest.fixture(params=RULES, ids=["physical", "reserving", "not reserving"])
def world(request: pytest.FixtureRequest, stock_world: StockWorld) -> StockWorld:
    """Two stores that show eight cups."""
    rule, reserves = request.param
    stock_world.setup(
        ErpOptions(stock_posting=Posting.ON_INVOICE, reserves=Reserving.YES if reserves else Reserving.NO),
        post_on="invoice",
        reservation=reserves,
    )
    for name in ("a", "b"):
        stock_world.add_store(name, StoreOptions(stock=StockOptions(rule=rule, confirmed=True)))
    stock_world.erp.act("count_stock", sku=CUP, stock=8)
    stock_world.sync()
    return stock_world


def sell(world: StockWorld) -> None:
    """Sell five cups, which the ERP has when this returns."""
    SHOPS["a"].put("1", {CUP: 5}, PAID, paid=True)
    syncs(world, 3)


def split(world: StockWorld) -> None:
    """Two of the cups are shipped by another centre."""
    SHOPS["a"].put("1", {CUP: 3}, PAID, paid=True, split_into=("2",))
    SHOPS["a"].put("2", {CUP: 2}, PAID, paid=True, split_from="1")


def syncs(world: StockWorld, left: int) -> None:
    """Sync as often as anything may still move; at the end of each both stores show what is left."""
    for _ in range(3):
        world.clock.move(5)
        world.sync()
        assert world.numbers() == [left, left]


def holds(world: StockWorld) -> dict[str, HoldRecord]:
    with world.database.read() as tx:
        return {hold.code: hold for hold in tx.holds.select(1)}


def answer(world: StockWorld, code: str, value: str) -> None:
    with world.database.begin() as tx:
        settle(tx, [(holds(world)[code], value)], Settling(False, "maria", world.clock.now()))


def sold_in_erp(world: StockWorld) -> int:
    return sum(
        int(line.quantity)
        for order in world.erp.account_.orders.values()
        for line in order.lines
        if order.situation != "cancelado"
    )


def test_o8_parts_are_counted_once_while_they_wait_and_once_when_they_came_in(world: StockWorld) -> None:
    sell(world)
    split(world)
    syncs(world, 3)
    assert set(holds(world)) == {"changed", "split"}
    assert sold_in_erp(world) == 5
    [order] = world.erp.account_.orders.values()
    world.erp.act("edit_items", order=order.id, quantities={CUP: 3})
    answer(world, "changed", "done")
    syncs(world, 3)
    assert (holds(world), sold_in_erp(world)) == ({}, 5)


def test_o8_parts_that_stay_in_the_erp_s_order_are_counted_with_it(world: StockWorld) -> None:
    sell(world)
    split(world)
    syncs(world, 3)
    answer(world, "changed", "ignore")
    answer(world, "split", "drop")
    syncs(world, 3)
    assert (holds(world), sold_in_erp(world)) == ({}, 5)
    world.erp.act("invoice", order=next(iter(world.erp.account_.orders)))
    syncs(world, 3)


def test_o8_a_person_may_let_a_part_in_while_the_change_still_waits(
    world: StockWorld,
) -> None:
    sell(world)
    split(world)
    syncs(world, 3)
    answer(world, "split", "create")
    world.sync()
    assert sold_in_erp(world) == 7
    assert set(holds(world)) == {"changed"}


def test_o8_when_the_original_is_cancelled_its_parts_come_in(world: StockWorld) -> None:
    sell(world)
    split(world)
    syncs(world, 3)
    SHOPS["a"].put("1", {CUP: 3}, CANCELLED, paid=True, split_into=("2",))
    for _ in range(3):
        world.clock.move(4000)
        world.sync()
    assert sold_in_erp(world) == 2
    assert world.numbers() == [6, 6]


def test_o8_an_original_that_does_not_name_its_part_yet_keeps_it_back(world: StockWorld) -> None:
    SHOPS["a"].put("1", {CUP: 5}, PAID, paid=True)
    SHOPS["a"].put("2", {CUP: 2}, PAID, paid=True, split_from="1")
    world.sync()
    assert set(holds(world)) == {"split"}
    assert sold_in_erp(world) == 5
    syncs(world, 3)
