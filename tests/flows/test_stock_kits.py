"""Kits have the number that their components suffice for; what the ERP sells no more has none (S5, P4)."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.flows.stock_erp import KIT, SKUS
from tests.flows.stock_shop import CANCELLED, PAID, SHOPS
from tests.flows.stock_world import StockWorld
from tomada.errors import RemoteContractChanged
from tomada.flows.stock.kits import KitBook
from tomada.ports.erp_options import ErpOptions, Kits, Posting
from tomada.ports.options import GuardOptions, StockOptions, StoreOptions

CUP, TEA, BOOK = SKUS
DAY = 24 * 3600
Make = Callable[..., StockWorld]


@pytest.fixture
def make(stock_world: StockWorld) -> Make:
    """Makes an account with 9 cups, 6 teas and a kit of two cups and a tea, which each of two stores sells."""

    def made(options: ErpOptions | None = None, *linked: str, **switches: object) -> StockWorld:
        world = stock_world
        world.setup(
            options or ErpOptions(stock_posting=Posting.ON_INVOICE), **{"post_on": "invoice", **switches}
        )
        world.erp.add_kit(KIT, {CUP: Decimal(2), TEA: Decimal(1)})
        for name in ("a", "b"):
            guard = GuardOptions(zero_at_least=100)
            world.add_store(name, StoreOptions(stock=StockOptions(confirmed=True), guard=guard), linked=False)
            SHOPS[name].numbers[f"p-{KIT}"] = 0
            world.link(name, *(linked or (*SKUS, KIT)))
        for sku, many in ((CUP, 9), (TEA, 6), (BOOK, 5)):
            world.erp.act("count_stock", sku=sku, stock=many)
        world.sync()
        world.clock.move(1)
        return world

    return made


def stock(world: StockWorld, **counts: int) -> None:
    for sku, many in counts.items():
        world.erp.act("count_stock", sku=sku.replace("_", "-"), stock=many)


def test_s5_a_kit_has_what_its_scarcest_component_suffices_for(make: Make) -> None:
    world = make()
    assert (world.numbers(KIT), world.numbers(CUP), world.numbers(TEA)) == ([4, 4], [9, 9], [6, 6])


def test_s5_a_change_of_a_component_republishes_every_kit_that_has_it(make: Make) -> None:
    world = make()
    stock(world, CAN_02=1)
    world.sync()
    assert (world.numbers(KIT), world.numbers(CUP)) == ([1, 1], [9, 9])
    stock(world, CAN_01=1)
    world.sync()
    assert world.numbers(KIT) == [0, 0]


def test_s5_a_sold_kit_takes_its_components_before_the_erp_has_it(make: Make) -> None:
    world = make()
    world.faults.add("create_order", "refused")
    SHOPS["a"].put("1", {KIT: 2}, PAID, paid=True)
    world.sync()
    assert world.sale_of("a", "1") is None
    assert (world.numbers(KIT), world.numbers(CUP), world.numbers(TEA)) == ([2, 2], [5, 5], [4, 4])
    world.clock.move(200)
    world.sync()
    assert world.sale_of("a", "1") is not None
    assert (world.numbers(KIT), world.numbers(CUP), world.numbers(TEA)) == ([2, 2], [5, 5], [4, 4])
    SHOPS["a"].put("1", {KIT: 2}, CANCELLED, paid=True)
    for _ in range(2):
        world.clock.move(200)
        world.sync()
    assert (world.numbers(KIT), world.numbers(CUP), world.numbers(TEA)) == ([4, 4], [9, 9], [6, 6])


def test_s5_a_sold_component_takes_from_the_kit(make: Make) -> None:
    world = make(None, reservation=False)
    SHOPS["b"].put("1", {CUP: 4}, PAID, paid=True)
    world.sync()
    assert (world.numbers(KIT), world.numbers(CUP), world.numbers(TEA)) == ([2, 2], [5, 5], [6, 6])


def test_s5_a_posted_kit_counts_once_every_component_was_read_after_it(make: Make) -> None:
    """The kit's own balance is read first, and says nothing of its components."""
    world = make(None, reservation=False, stock_feed=False)
    SHOPS["a"].put("1", {KIT: 2}, PAID, paid=True)
    world.sync()
    sale = world.sale_of("a", "1")
    assert sale
    world.clock.move(200)
    for product in world.erp.account_.products.values():
        if product.sku in (CUP, TEA):
            world.erp.unreadable.add(str(product.id))
    world.erp.act("set_status", order=sale.id, status="faturado")
    world.sync()
    assert (world.numbers(KIT), world.numbers(CUP), world.numbers(TEA)) == ([2, 2], [5, 5], [4, 4])
    world.erp.unreadable.clear()
    world.clock.move(4000)
    world.sync()
    assert (world.numbers(KIT), world.numbers(CUP), world.numbers(TEA)) == ([2, 2], [5, 5], [4, 4])
    with world.database.read() as tx:
        assert not tx.ledger.by_product(1)


def test_s5_a_component_whose_balance_cannot_be_read_is_tried_once_an_hour(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no product that a store has linked, and keeps what was missed from being closed no longer than others."""
    world = make(ErpOptions(stock_posting=Posting.ON_INVOICE, sweep_minutes=0), KIT, stock_feed=False)
    cup = next(str(one.id) for one in world.erp.account_.products.values() if one.sku == CUP)
    world.erp.unreadable.add(cup)
    asked: list[str] = []
    read = world.erp.read_stock
    monkeypatch.setattr(world.erp, "read_stock", lambda one: asked.append(one) or read(one))
    for _ in range(3):
        world.clock.move(60)
        world.sync()
    assert (asked.count(cup), world.numbers(KIT)) == (1, [4, 4])
    with world.database.read() as tx:
        assert {hold.key for hold in tx.holds.select()} == {kit_id(world)}, "the kit says why it stands still"
    world.clock.move(3600)
    world.sync()
    assert asked.count(cup) == 2
    world.erp.unreadable.clear()
    for _ in range(2):
        world.clock.move(3700)
        world.sync()
    with world.database.read() as tx:
        assert tx.holds.select() == []


@pytest.mark.parametrize("feed", [True, False])
def test_s5_components_that_no_store_sells_by_themselves_are_read(make: Make, *, feed: bool) -> None:
    world = make(ErpOptions(stock_posting=Posting.ON_INVOICE, sweep_minutes=0), KIT, stock_feed=feed)
    assert world.numbers(KIT) == [4, 4]
    stock(world, CAN_02=3)
    world.clock.move(10)
    world.sync()
    assert world.numbers(KIT) == [3, 3]


def test_s5_a_changed_composition_is_seen_within_a_day_and_at_once_where_the_erp_tells_it(make: Make) -> None:
    world = make()
    world.erp.compose(KIT, {CUP: Decimal(3)})
    world.sync()
    assert world.numbers(KIT) == [4, 4]
    world.clock.move(DAY)
    world.sync()
    assert world.numbers(KIT) == [3, 3]
    world.erp.compose(KIT, {TEA: Decimal("0.5")})
    with world.database.begin() as tx:
        tx.makeups.mark_changed(1, [kit_id(world)])
    world.sync()
    assert world.numbers(KIT) == [12, 12]


def test_s5_finished_kits_have_a_balance_of_their_own_where_the_account_says_so(make: Make) -> None:
    world = make(ErpOptions(stock_posting=Posting.ON_INVOICE, kits=Kits.OWN))
    assert world.numbers(KIT) == [0, 0]
    world.erp.act("count_stock", sku=KIT, stock=7)
    world.faults.add("create_order", "refused")
    SHOPS["a"].put("1", {KIT: 2}, PAID, paid=True)
    world.sync()
    assert (world.numbers(KIT), world.numbers(CUP)) == ([5, 5], [9, 9])


def test_s1_what_a_store_keeps_back_it_keeps_back_of_kits(make: Make) -> None:
    world = make()
    with world.database.begin() as tx:
        store = tx.stores.by_name("b")
        assert store
        rule = store.options.stock.model_copy(update={"safety_pieces": 1, "share_percent": 50})
        store.options = store.options.model_copy(update={"stock": rule})
        tx.stores.save(store)
    world.sync()
    assert (world.numbers(KIT), world.numbers(CUP)) == ([4, 1], [9, 4])


def test_s4_a_store_that_leaves_out_its_own_kits_is_not_known_to_leave_out_their_components() -> None:
    """Else it would sell components that are in its kits already."""
    book = KitBook({"kit": {"cup": Decimal(2)}}, {"cup": ["kit"]})
    assert [book.takers("cup"), book.takers("kit"), book.takers("tea")] == [["cup", "kit"], [], ["tea"]]
    assert book.shelves(["kit", "cup", "tea"]) == ["cup", "tea"]


@pytest.mark.parametrize("takes_itself", [True, False])
def test_s4_numbers_of_a_store_that_takes_its_kits_off_itself(make: Make, *, takes_itself: bool) -> None:
    world = make(None, reservation=False)
    for shop in SHOPS.values():
        shop.takes_itself = takes_itself
    SHOPS["a"].put("1", {KIT: 1}, PAID, paid=True)
    world.sync()
    assert world.numbers(CUP) == [7, 7]
    assert world.numbers(KIT) == ([4, 3] if takes_itself else [3, 3])


@pytest.mark.parametrize("action", ["deactivate_product", "delete_product"])
def test_p4_what_the_erp_sells_no_more_has_none_and_comes_back(make: Make, action: str) -> None:
    world = make()
    world.erp.act(action, sku=CUP)
    world.clock.move(DAY)
    world.sync()
    assert (world.numbers(CUP), world.numbers(KIT)) == ([0, 0], [4, 4])
    assert {link for name in world.names for link in links_of(world, name)} == {*SKUS, KIT}
    if action == "deactivate_product":
        world.erp.act("activate_product", sku=CUP)
        world.clock.move(DAY)
        world.sync()
        assert world.numbers(CUP) == [9, 9]


def test_p4_a_kit_that_is_sold_no_more_has_none_and_leaves_its_components_alone(make: Make) -> None:
    world = make()
    world.erp.act("deactivate_product", sku=KIT)
    world.clock.move(DAY)
    world.sync()
    assert (world.numbers(KIT), world.numbers(CUP), world.numbers(TEA)) == ([0, 0], [9, 9], [6, 6])


def test_s5_few_are_read_whole_at_once_first_what_orders_wait_for_then_what_there_is_none_of(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    world = make(ErpOptions(stock_posting=Posting.ON_INVOICE, product_reads=0))
    skus = {str(product.id): product.sku for product in world.erp.account_.products.values()}
    read = world.erp.read_product
    monkeypatch.setattr(world.erp, "read_product", lambda one: asked.append(skus[one]) or read(one))
    assert world.numbers(KIT) == [0, 0]
    SHOPS["a"].put("1", {BOOK: 1}, PAID, paid=True)
    with world.database.begin() as tx:
        account = tx.erps.get(1)
        account.options = account.options.model_copy(update={"product_reads": 2})
        tx.erps.save(account)
    world.sync()
    assert (asked, world.numbers(KIT)) == ([BOOK, KIT], [4, 4])
    world.sync()
    world.sync()
    assert asked[2:] == [CUP, TEA]


def test_s5_what_cannot_be_read_whole_stays_as_it_was_and_keeps_nothing_waiting(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make()
    read = world.erp.read_product
    tried: list[str] = []

    def unreadable(product_id: str) -> object:
        tried.append(product_id)
        if product_id == kit_id(world):
            raise RemoteContractChanged("fake.odd", "The kit is no kit.")
        return read(product_id)

    monkeypatch.setattr(world.erp, "read_product", unreadable)
    world.clock.move(DAY)
    world.sync()
    world.sync()
    assert tried.count(kit_id(world)) == 1
    assert len(tried) == 4
    assert world.numbers(KIT) == [4, 4]


def kit_id(world: StockWorld) -> str:
    (kit,) = [product for product in world.erp.account_.products.values() if product.sku == KIT]
    return str(kit.id)


def links_of(world: StockWorld, name: str) -> list[str]:
    with world.database.read() as tx:
        store = tx.stores.by_name(name)
        assert store
        return [link.sku for link in tx.links.all(store.id)]
