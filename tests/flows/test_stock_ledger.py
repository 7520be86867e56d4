"""The ledger: when an order begins and ends to take pieces, and what the ERP has come to count (S2)."""

from collections.abc import Callable, Iterator

import pytest

from tests.flows.stock_erp import SKUS
from tests.flows.stock_shop import CANCELLED, PAID, PENDING, SHOPS
from tests.flows.stock_world import StockWorld
from tomada.domain.order import OrderStatus
from tomada.errors import TransientError
from tomada.flows.holds.problems import answer_key
from tomada.flows.stock.ledger import AT_ONCE
from tomada.host.gateway import StoreGateway
from tomada.ports.erp_options import ErpOptions, Posting, Reserving
from tomada.ports.options import InStoreBalance, StockOptions, StockRule, StoreOptions
from tomada.ports.records import MappingRecord, OrderRecord, OrderState
from tomada.ports.stock import LedgerRecord
from tomada.spi import Checkpoint, OrderEvent, OrderQuery, ReservationState

CUP, TEA = SKUS[0], SKUS[1]
Make = Callable[..., StockWorld]


@pytest.fixture
def make(stock_world: StockWorld) -> Make:
    """Makes an account with two stores and eight cups."""

    def made(
        posting: Posting = Posting.ON_INVOICE, rule: StockRule = StockRule.PHYSICAL, **stock: object
    ) -> StockWorld:
        stock_world.setup(ErpOptions(stock_posting=posting), post_on=_post_on(posting))
        options = StoreOptions(stock=StockOptions.model_validate({"rule": rule, "confirmed": True, **stock}))
        for name in ("a", "b"):
            stock_world.add_store(name, options)
        stock_world.erp.act("count_stock", sku=CUP, stock=8)
        stock_world.sync()
        return stock_world

    return made


def _post_on(posting: Posting) -> str:
    return "sent" if posting is Posting.UNKNOWN else posting.value


def place(world: StockWorld, quantity: int = 3, remote_id: str = "1", status: OrderStatus = PAID) -> None:
    SHOPS["a"].put(remote_id, {CUP: quantity}, status, paid=status is PAID)


def entries(world: StockWorld, remote_id: str = "1") -> list[LedgerRecord]:
    with world.database.read() as tx:
        order = tx.orders.find(1, [remote_id])[remote_id]
        return tx.ledger.of_orders([order.id]).get(order.id, [])


def change(world: StockWorld, remote_id: str = "1", **fields: object) -> None:
    """Change an order's record as a person's command does."""
    with world.database.begin() as tx:
        order: OrderRecord = tx.orders.find(1, [remote_id])[remote_id]
        for name, value in fields.items():
            setattr(order, name, value)
        tx.orders.save([order])


def map_status(world: StockWorld, value: str) -> None:
    with world.database.begin() as tx:
        tx.mappings.set(MappingRecord(1, "status", PAID.code, value, "", "test", world.clock.now()))


@pytest.mark.parametrize(
    ("posting", "status", "posted"),
    [
        (Posting.ON_SAVE, "aberto", True),
        (Posting.ON_APPROVAL, "aberto", False),
        (Posting.ON_APPROVAL, "aprovado", True),
        (Posting.ON_INVOICE, "preparando_envio", False),
        (Posting.ON_INVOICE, "pronto_envio", True),
        (Posting.ON_SENT, "pronto_envio", False),
        (Posting.ON_SENT, "nao_entregue", True),
        (Posting.UNKNOWN, "pronto_envio", False),
        (Posting.UNKNOWN, "enviado", True),
    ],
)
def test_s2_an_entry_ends_at_the_accounts_trigger(
    make: Make, posting: Posting, status: str, posted: bool
) -> None:
    world = make(posting)
    place(world, status=PENDING)
    world.sync()
    sale = world.sale_of("a", "1")
    assert sale
    world.erp.act("set_status", order=sale.id, status=status)
    world.clock.move(1)
    world.sync()
    assert [bool(entry.posted_at and entry.ended_at) for entry in entries(world)] == [posted]
    assert world.numbers() == [5, 5]


def test_s2_a_status_that_nobody_knows_posts_nothing(make: Make) -> None:
    world = make()
    place(world)
    world.sync()
    change(world, erp_status="rascunho")
    with world.database.begin() as tx:
        news = tx.erp_news.find([1])[1]
        news.status = ""
        tx.erp_news.save([news])
    sale = world.sale_of("a", "1")
    assert sale
    sale.updated = sale.updated.replace(year=2020)
    world.sync()
    assert [entry.posted_at for entry in entries(world)] == [None]
    assert world.numbers() == [5, 5]


def test_s2_cancelled_at_the_store_ends_at_once(make: Make) -> None:
    world = make()
    place(world)
    world.sync()
    place(world, status=CANCELLED)
    world.sync()
    assert [entry.state for entry in entries(world)] == [ReservationState.RELEASED]
    assert world.numbers() == [8, 8]
    place(world)
    world.sync(flows=("orders",))
    assert [(entry.state, entry.ended_at) for entry in entries(world)] == [(ReservationState.HELD, None)]


def test_s2_cancelled_in_the_erp_ends_and_opened_again_takes_again(make: Make) -> None:
    world = make(rule=StockRule.AVAILABLE)
    place(world)
    world.sync()
    sale = world.sale_of("a", "1")
    assert sale
    for status, shown in (("cancelado", 8), ("aberto", 5), ("cancelado", 8)):
        world.erp.act("set_status", order=sale.id, status=status)
        world.clock.move(1)
        world.sync()
        assert world.numbers() == [shown, shown]


def test_s2_a_line_that_is_gone_is_free_and_a_new_one_takes(make: Make) -> None:
    world = make(rule=StockRule.AVAILABLE)
    world.erp.act("count_stock", sku=TEA, stock=8)
    place(world)
    world.sync()
    SHOPS["a"].put("1", {TEA: 2}, PAID, paid=True)
    world.clock.move(1)
    world.sync()
    ended = {entry.line_id: entry.ended_at is not None for entry in entries(world)}
    assert ended == {CUP: True, TEA: False}
    assert world.numbers(TEA) == [6, 6]  # though the ERP's order has no tea (O6)
    assert world.numbers(CUP) == [5, 5]  # which it still reserves


def test_o6_pieces_that_came_after_the_import_are_taken_though_the_erp_reserves_the_others(
    make: Make,
) -> None:
    world = make(rule=StockRule.AVAILABLE)
    place(world, 3)
    world.sync(flows=("orders",))
    place(world, 5)
    world.sync()
    assert world.numbers() == [3, 3]
    place(world, 1)
    world.sync()
    assert world.numbers() == [5, 5]


@pytest.mark.parametrize("rule", [StockRule.PHYSICAL, StockRule.AVAILABLE])
def test_s2_an_order_takes_what_the_erp_has_for_it_whatever_is_linked_later(
    make: Make, rule: StockRule
) -> None:
    world = make(rule=rule)
    world.erp.act("count_stock", sku=TEA, stock=8)
    place(world)
    world.sync()
    world.link_to("a", CUP, "901")
    world.clock.move(1)
    world.sync()
    assert [entry.erp_product_id for entry in entries(world)] == ["900"]
    assert [SHOPS[name].numbers[f"p-{CUP}"] for name in "ab"] == [8, 5]  # at a it is the tea that is sold now
    assert world.numbers(TEA) == [8, 8]
    sale = world.sale_of("a", "1")
    assert sale
    world.erp.act("set_status", order=sale.id, status="faturado")
    for _ in range(2):
        world.clock.move(1)
        world.sync()
    assert [SHOPS[name].numbers[f"p-{CUP}"] for name in "ab"] == [8, 5]


def test_s2_an_order_that_the_erp_does_not_have_yet_takes_what_is_linked_now(make: Make) -> None:
    world = make()
    world.erp.act("count_stock", sku=TEA, stock=8)
    world.faults.add("create_order", "refused")
    place(world)
    world.sync()
    assert world.numbers() == [5, 5]
    world.link_to("a", CUP, "901")
    world.faults.add("create_order", "refused")
    world.sync()
    assert [SHOPS[name].numbers[f"p-{CUP}"] for name in "ab"] == [5, 8]
    assert world.numbers(TEA) == [5, 5]


def test_o6_a_line_that_became_another_product_takes_that_one(make: Make) -> None:
    world = make(rule=StockRule.AVAILABLE)
    world.erp.act("count_stock", sku=TEA, stock=8)
    place(world)
    world.sync()
    version, order = SHOPS["a"].orders["1"]
    line = order.items[0].model_copy(update={"product_id": f"p-{TEA}", "sku": TEA})
    SHOPS["a"].orders["1"] = (version + 1, order.model_copy(update={"items": (line,)}))
    world.clock.move(1)
    world.sync()
    assert world.numbers(TEA) == [5, 5]
    assert world.numbers(CUP) == [5, 5]  # which the ERP still reserves


def test_s2_an_order_that_stays_out_after_all_gives_its_pieces_back(make: Make) -> None:
    """Its version and status did not change since the ledger was written."""
    world = make()
    map_status(world, "cancelado")
    place(world)
    world.sync()
    assert world.order_state("1") == (OrderState.IGNORED, "cancelled_before_import")
    assert [entry.state for entry in entries(world)] == [ReservationState.RELEASED]
    assert world.numbers() == [8, 8]
    map_status(world, "aprovado")
    change(world, dirty=True)
    world.sync()
    assert world.order_state("1") == (OrderState.CREATED, "")
    assert world.numbers() == [5, 5]


def test_s2_a_held_order_takes_until_a_person_drops_it(make: Make) -> None:
    world = make()
    map_status(world, "leave")
    with world.database.begin() as tx:
        tx.links.remove(1, f"p-{CUP}", "")
    world.erp.account_.products[900].sku = "OTHER"
    place(world)
    world.sync()
    assert world.order_state("1")[1] == "unlinked"
    assert world.numbers() == [5, 8]  # nobody knows yet what it takes
    world.link_to("a", CUP, "900")
    world.sync(flows=("stock",))
    assert world.numbers() == [5, 5]
    change(world, override={answer_key("drop"): "yes"}, dirty=True)
    with world.database.begin() as tx:
        tx.links.remove(1, f"p-{CUP}", "")
    world.link_to("a", CUP, "900")
    world.sync()
    assert world.order_state("1") == (OrderState.IGNORED, "dropped")
    assert world.numbers() == [8, 8]


def test_o4_an_order_from_before_activation_takes_nothing(make: Make) -> None:
    world = make()
    place(world)
    version, order = SHOPS["a"].orders["1"]
    old = order.model_copy(update={"placed_at": order.placed_at.replace(year=2020)})
    SHOPS["a"].orders["1"] = (version, old)
    world.sync()
    assert entries(world) == []
    change(world, override={answer_key("import"): "yes"}, dirty=True)
    world.sync()
    assert world.numbers() == [5, 5]


def test_s2_a_damaged_order_takes_once_it_can_be_read_though_its_version_is_the_same(make: Make) -> None:
    world = make()
    place(world)
    world.sync()
    change(world, state=OrderState.HELD, reason="damaged")
    world.sync()
    assert [entry.state for entry in entries(world)] == [ReservationState.RELEASED]
    change(world, state=OrderState.CREATED, reason="")
    world.sync()
    assert world.numbers() == [5, 5]


@pytest.mark.parametrize(
    ("chosen", "says", "expected"),
    [
        (InStoreBalance.PLATFORM, True, [8, 5]),
        (InStoreBalance.PLATFORM, False, [5, 5]),
        (InStoreBalance.YES, False, [8, 5]),
        (InStoreBalance.NO, True, [5, 5]),
    ],
)
def test_s4_who_takes_the_stores_own_orders_off(
    make: Make, chosen: InStoreBalance, says: bool, expected: list[int]
) -> None:
    world = make(in_store_balance=chosen)
    SHOPS["a"].takes_itself = says
    place(world)
    world.sync()
    published = [SHOPS[name].pushed[-1][1] for name in world.names]
    assert published == expected


def test_s2_an_entry_is_committed_with_the_order_that_it_is_of(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever dies after the order's commit leaves no moment in which another store may sell its pieces."""
    world = make()
    place(world)
    monkeypatch.setattr("tomada.flows.orders.flow.write_ledger", lambda _ctx: None)
    world.sync(flows=("orders",))
    assert [entry.quantity for entry in entries(world)] == [3]
    place(world, 5)
    world.sync(flows=("orders",))
    assert [entry.quantity for entry in entries(world)] == [5]


def test_s2_what_the_plugin_cannot_tell_keeps_no_order_from_being_read(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make()

    def fails(_gateway: StoreGateway, _orders: object) -> None:
        raise TransientError("fake.down", "The fake store is down.")

    place(world)
    with monkeypatch.context() as patched:
        patched.setattr(StoreGateway, "stock_reserve", fails)
        assert isinstance(world.sync(flows=("orders",))["a", "orders"].error, TransientError)
    assert world.order_state("1") == (OrderState.CREATED, "")
    assert entries(world) == []
    world.sync()
    assert world.numbers() == [5, 5]


def test_s2_more_orders_than_are_read_at_once_are_all_written(make: Make) -> None:
    world = make()
    world.erp.act("count_stock", sku=CUP, stock=100)
    for number in range(AT_ONCE + 5):
        place(world, 1, str(number + 1))
    world.sync()
    assert world.numbers() == [45, 45]


@pytest.mark.parametrize("chosen", [Reserving.YES, Reserving.NO])
def test_s2_a_person_says_whether_the_account_reserves(stock_world: StockWorld, chosen: Reserving) -> None:
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE, reserves=chosen), reservation=False)
    stock_world.add_store("a")
    stock_world.erp.act("count_stock", sku=CUP, stock=8)
    place(stock_world)
    stock_world.sync()
    assert stock_world.numbers() == [8 if chosen is Reserving.YES else 5]


def test_s6_a_reservation_module_that_was_taken_out_is_noticed(make: Make) -> None:
    world = make(rule=StockRule.AVAILABLE)
    place(world, 1)
    world.sync()
    assert world.numbers() == [7, 7]
    world.erp.act("configure", reservation=False)
    place(world, 2, "2")
    world.sync()
    world.clock.move(1)
    world.erp.act("move_stock", sku=CUP, way="in", quantity=1)
    world.sync()
    assert world.numbers() == [6, 6]


def test_a_platform_that_says_nothing_of_reservations_has_no_ledger(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make()
    offers = StoreGateway.offers
    monkeypatch.setattr(
        StoreGateway, "offers", lambda self, hook: hook != "stock_reserve" and offers(self, hook)
    )
    place(world)
    world.sync()
    assert entries(world) == []


@pytest.mark.parametrize("times", [1, 2, 3])
def test_s2_while_sales_of_a_store_are_not_counted_no_other_store_is_told_more(
    make: Make, times: int
) -> None:
    """Taking in fails with the snapshots, and with the stages before and after the orders go to the ERP."""
    world = make()
    place(world)
    for _ in range(times):
        world.faults.add("stock_reserve", "refused")
    world.erp.act("count_stock", sku=CUP, stock=10)
    world.erp.act("count_stock", sku=TEA, stock=4)
    world.clock.move(1)
    results = world.sync()
    uncounted = times == 3
    assert isinstance(results["a", "orders"].error, TransientError) == (times > 1)
    error = results["b", "stock"].error
    assert (error.code if error else "") == ("stock.uncounted" if uncounted else "")
    assert [world.numbers(), world.numbers(TEA)] == ([[5, 8], [0, 0]] if uncounted else [[7, 7], [4, 4]])
    world.clock.move(1)
    assert all(result.error is None for result in world.sync().values())
    assert [world.numbers(), world.numbers(TEA)] == [[7, 7], [4, 4]]


def test_s2_while_sales_are_not_counted_what_falls_is_told(make: Make) -> None:
    world = make()
    place(world)
    for _ in range(3):
        world.faults.add("stock_reserve", "refused")
    world.erp.act("count_stock", sku=CUP, stock=2)
    world.clock.move(1)
    assert world.sync()["b", "stock"].error is None
    assert world.numbers() == [2, 2]


def test_s2_an_order_that_was_read_before_the_store_went_down_is_counted(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make()
    place(world)
    fetch = StoreGateway.orders_fetch

    def broken_off(self: StoreGateway, query: OrderQuery) -> Iterator[OrderEvent]:
        for event in fetch(self, query):
            if isinstance(event, Checkpoint):
                raise TransientError("fake.down", "The store went down.")
            yield event

    with monkeypatch.context() as patched:
        patched.setattr(StoreGateway, "orders_fetch", broken_off)
        assert world.sync()["a", "orders"].error
    assert world.numbers()[1] == 5
