"""What goes out to a store, whatever becomes of it there (S1, S7, G1, T2)."""

from collections.abc import Iterator

import pytest

from tests.flows.stock_erp import SKUS, Killed
from tests.flows.stock_shop import PAID, SHOPS
from tests.flows.stock_world import StockWorld
from tomada.domain.stock import Balance
from tomada.errors import GuardRail, RemoteContractChanged, TransientError
from tomada.flows.context import FlowContext
from tomada.flows.stock import plan as stock_plan
from tomada.flows.stock.flow import send_stock
from tomada.flows.stock.plan import StockPlan
from tomada.host.gateway import StoreGateway
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.options import GuardOptions, StockOptions, StockRule, StoreOptions
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import RunState
from tomada.ports.runner import FlowResult
from tomada.spi import ListingEvent, ListingQuery

CUP = SKUS[0]
KEY = f"p-{CUP}/"
SETTLED = 91


@pytest.fixture
def shop(stock_world: StockWorld) -> StockWorld:
    """One store whose balances are as in the ERP."""
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a")
    for sku in SKUS:
        stock_world.erp.act("count_stock", sku=sku, stock=8)
    stock_world.sync()
    assert stock_world.numbers() == [8]
    return stock_world


def stock_run(world: StockWorld, **options: bool) -> FlowResult:
    world.clock.move(1)
    return world.sync(flows=("stock",), **options)["a", "stock"]


def publication(world: StockWorld, key: str = KEY) -> PublicationRecord:
    with world.database.read() as tx:
        return tx.publications.find(1, "stock", [key])[key]


def sent(world: StockWorld) -> list[tuple[str, int]]:
    return SHOPS["a"].pushed


@pytest.mark.parametrize("fault", ["lost", "dropped"])
def test_s1_a_push_without_answer_blocks_its_item_for_settle_time(shop: StockWorld, fault: str) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    shop.faults.add("stock_push", fault)
    result = stock_run(shop)
    assert (result.state, result.counts["waiting"]) == (RunState.PARTIAL, 1)
    shop.erp.act("count_stock", sku=CUP, stock=8)
    before = len(sent(shop))
    assert stock_run(shop).counts["waiting"] == 1
    assert len(sent(shop)) == before
    shop.clock.move(SETTLED)
    assert stock_run(shop).counts["sent"] == 1  # though 8 is what was accepted last
    assert (shop.numbers(), publication(shop).state) == ([8], PublicationState.SETTLED)


def test_s1_a_retry_leaves_an_earlier_unanswered_send_unknown(shop: StockWorld) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    shop.faults.add("stock_push", "lost")
    stock_run(shop)
    assert shop.numbers() == [3]
    shop.erp.act("count_stock", sku=CUP, stock=8)
    shop.clock.move(SETTLED)
    shop.faults.add("stock_push", "retry")
    assert isinstance(stock_run(shop).error, TransientError)
    assert publication(shop).state is PublicationState.UNKNOWN
    assert stock_run(shop).counts["sent"] == 1
    assert shop.numbers() == [8]


def test_a_killed_run_leaves_its_intent_and_the_next_waits_for_late_effects(shop: StockWorld) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    real = SHOPS["a"].faults.take

    def die(name: str) -> str:
        if name == "stock_push":
            raise Killed
        return real(name)

    shop.faults.take = die
    with pytest.raises(Killed):
        stock_run(shop)
    shop.faults.take = real
    assert publication(shop).state is PublicationState.SENT
    assert stock_run(shop).counts["waiting"] == 1
    shop.clock.move(SETTLED)
    stock_run(shop)
    assert shop.numbers() == [3]


def test_a_retry_is_sent_again_and_the_others_go_on(shop: StockWorld) -> None:
    for sku in SKUS:
        shop.erp.act("count_stock", sku=sku, stock=3)
    shop.faults.add("stock_push", "retry")
    result = stock_run(shop)
    assert (result.counts["retry"], result.counts["sent"]) == (1, 2)
    assert result.state is RunState.PARTIAL
    assert stock_run(shop).counts["sent"] == 1
    assert shop.numbers() == [3]


def test_a_conflict_is_planned_once_more_and_then_refused(shop: StockWorld) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    shop.faults.add("stock_push", "conflict")
    assert stock_run(shop).counts["retry"] == 1
    shop.faults.add("stock_push", "conflict")
    assert stock_run(shop).counts["rejected"] == 1
    found = publication(shop)
    assert (found.state, found.code) == (PublicationState.REJECTED, "fake.refused")


def test_a_refused_value_is_not_sent_again_until_it_changes(shop: StockWorld) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    shop.faults.add("stock_push", "rejected")
    assert stock_run(shop).counts["rejected"] == 1
    assert stock_run(shop).counts["rejected_before"] == 1
    shop.erp.act("count_stock", sku=CUP, stock=8)
    assert stock_run(shop).counts["sent"] == 1
    assert publication(shop).code == ""


def test_a_refused_value_is_sent_again_once_when_an_order_moved_the_stores_number(shop: StockWorld) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    shop.faults.add("stock_push", "rejected")
    stock_run(shop)
    SHOPS["a"].put("1", {CUP: 1}, PAID, paid=True)
    shop.erp.act("count_stock", sku=CUP, stock=4)
    shop.clock.move(60)
    shop.faults.add("stock_push", "rejected")
    assert shop.sync()["a", "stock"].counts["rejected"] == 1
    assert shop.sync()["a", "stock"].counts["rejected_before"] == 1


def test_a_submitted_value_waits_for_its_outcome(shop: StockWorld) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    shop.faults.add("stock_push", "submitted")
    assert (stock_run(shop).counts["submitted"], publication(shop).ticket) == (1, "T1")
    assert stock_run(shop).counts["submitted"] == 1


def test_an_unchanged_value_is_settled_and_leaves_no_audit(shop: StockWorld) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    shop.faults.add("stock_push", "unchanged")
    assert "sent" not in stock_run(shop).counts
    assert Balance.model_validate_json(publication(shop).value).quantity == 3
    with shop.database.read() as tx:
        assert [row.event for row in tx.audit.story(1, "")] == ["stock.accepted"] * 3


def test_an_item_without_outcome_is_unknown(shop: StockWorld) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    shop.faults.add("stock_push", "missing")
    stock_run(shop)
    assert publication(shop).state is PublicationState.UNKNOWN
    shop.clock.move(SETTLED)
    stock_run(shop)
    assert shop.numbers() == [3]


def test_more_items_than_one_batch_are_sent_and_a_failed_batch_keeps_what_was_accepted(
    stock_world: StockWorld,
) -> None:
    skus = [f"BULK-{number:02}" for number in range(41)]
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE, sweep_reads=100))
    stock_world.erp.act(
        "add_products", products=[{"sku": sku, "name": sku, "price": "1", "stock": 2} for sku in skus]
    )
    stock_world.add_store("a", linked=False)
    SHOPS["a"].numbers = {f"p-{sku}": 0 for sku in skus}
    stock_world.link("a", *skus)
    for _ in range(20):
        stock_world.faults.add("stock_push", "")
    stock_world.faults.add("stock_push", "dropped")
    first = stock_run(stock_world)
    assert (first.counts["sent"], first.counts["waiting"]) == (20, 20)
    second = stock_run(stock_world)
    assert (second.counts["sent"], second.counts["waiting"], second.counts["unchanged"]) == (1, 20, 20)
    stock_world.clock.move(SETTLED)
    assert stock_run(stock_world).counts["sent"] == 20
    assert set(SHOPS["a"].numbers.values()) == {2}


def test_s7_the_first_plan_learns_the_stores_numbers_and_sends_differences_after_a_yes(
    stock_world: StockWorld,
) -> None:
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a", StoreOptions())
    SHOPS["a"].numbers |= {f"p-{SKUS[1]}": 8, f"p-{SKUS[2]}": -1}
    for sku in SKUS[:2]:
        stock_world.erp.act("count_stock", sku=sku, stock=8)
    for _ in range(2):
        assert stock_run(stock_world).counts["unconfirmed"] == 2
    assert sent(stock_world) == []
    assert stock_run(stock_world, confirmed=True).counts["sent"] == 2
    assert sorted(sent(stock_world)) == [(f"p-{SKUS[0]}", 8), (f"p-{SKUS[2]}", 0)]
    with stock_world.database.read() as tx:
        assert tx.stores.get(1).options.stock.confirmed
        assert [row.rule for row in tx.audit.story(1, "")].count("S7") == 1
    assert stock_run(stock_world).counts.get("unconfirmed", 0) == 0


def test_s7_a_store_is_asked_once_for_its_numbers_also_for_those_that_it_does_not_tell(
    stock_world: StockWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a", StoreOptions())
    del SHOPS["a"].numbers[f"p-{SKUS[2]}"]
    asked: list[tuple[str, ...]] = []
    fetch = StoreGateway.listings_fetch

    def noted(gateway: StoreGateway, query: ListingQuery) -> Iterator[ListingEvent]:
        asked.append(query.products)
        return fetch(gateway, query)

    monkeypatch.setattr(StoreGateway, "listings_fetch", noted)
    for _ in range(3):
        stock_run(stock_world)
    assert asked == [tuple(f"p-{sku}" for sku in SKUS)]
    told = publication(stock_world)
    assert (told.value, told.sent_at) == (Balance(quantity=0).model_dump_json(), None)
    assert told.ended_at
    assert publication(stock_world, f"p-{SKUS[2]}/").value == ""


def test_s7_a_number_that_an_order_moved_since_it_was_read_from_the_store_is_sent(
    stock_world: StockWorld,
) -> None:
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a", StoreOptions())
    stock_world.erp.act("count_stock", sku=CUP, stock=8)
    SHOPS["a"].numbers[f"p-{CUP}"] = 5
    stock_run(stock_world)
    SHOPS["a"].put("1", {CUP: 3}, PAID, paid=True)
    stock_world.sync(confirmed=True)
    assert stock_world.numbers() == [5]
    assert (f"p-{CUP}", 5) in sent(stock_world)  # though 5 is what the store had said


def test_what_goes_to_zero_goes_first_and_pages_lose_nothing(
    shop: StockWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_plan, "PAGE", 1)
    for sku, pieces in zip(SKUS, (3, 0, 5), strict=True):
        shop.erp.act("count_stock", sku=sku, stock=pieces)
    before = len(sent(shop))
    assert stock_run(shop).counts["sent"] == 3
    assert sent(shop)[before:] == [(f"p-{SKUS[1]}", 0), (f"p-{SKUS[0]}", 3), (f"p-{SKUS[2]}", 5)]
    assert stock_run(shop).counts["unchanged"] == 3


def test_s1_a_store_that_is_not_kept_up_to_date_hears_nothing(stock_world: StockWorld) -> None:
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a", StoreOptions(stock=StockOptions(rule=StockRule.OFF, confirmed=True)))
    stock_world.erp.act("count_stock", sku=CUP, stock=8)
    assert stock_run(stock_world).state is RunState.DONE
    assert sent(stock_world) == []


@pytest.mark.parametrize(("at_least", "percent", "stops"), [(2, 50, True), (3, 50, False), (2, 100, False)])
def test_g1_too_many_zeros_need_a_second_look(
    shop: StockWorld, at_least: int, percent: int, stops: bool
) -> None:
    with shop.database.begin() as tx:
        store = tx.stores.get(1)
        guard = GuardOptions(zero_at_least=at_least, zero_percent=percent)
        store.options = store.options.model_copy(update={"guard": guard})
        tx.stores.save(store)
    before = len(sent(shop))
    for sku in SKUS:
        shop.erp.act("count_stock", sku=sku, stock=0)
    result = stock_run(shop)
    assert isinstance(result.error, GuardRail) is stops
    assert len(sent(shop)) == before + (0 if stops else 3)
    if stops:
        assert stock_run(shop, confirmed=True).counts["sent"] == 3


def send_by_hand(world: StockWorld, keys: list[str] | None, *, confirmed: bool = False) -> StockPlan:
    with world.database.read() as tx:
        store, account = tx.stores.get(1), tx.erps.get(1)
    with world.gateway(store) as gateway:
        ctx = FlowContext(
            store, account, world.database, gateway, world.erp, world.clock, "test", None, lambda _note: None
        )
        ctx.confirmed = confirmed
        return send_stock(ctx, keys)


def test_s1_a_person_sends_the_number_whatever_was_sent_before(shop: StockWorld) -> None:
    before = len(sent(shop))
    SHOPS["a"].numbers[f"p-{CUP}"] = 77
    assert stock_run(shop).counts["unchanged"] == 3
    plan = send_by_hand(shop, [KEY])
    assert plan.due == [(f"p-{CUP}", "")]
    assert sent(shop)[before:] == [(f"p-{CUP}", 8)]
    assert shop.numbers() == [8]


def test_s1_a_balance_sent_by_hand_is_read_anew_first(shop: StockWorld) -> None:
    shop.erp.act("count_stock", sku=CUP, stock=3)
    shop.erp.account_.changed_stock.clear()  # no feed tells it
    assert stock_run(shop).counts["unchanged"] == 3
    send_by_hand(shop, [KEY])
    assert shop.numbers() == [3]


def test_s1_what_cannot_be_read_anew_is_not_sent(shop: StockWorld) -> None:
    before = len(sent(shop))
    shop.erp.unreadable.add("900")
    with pytest.raises(RemoteContractChanged):
        send_by_hand(shop, [KEY])
    assert len(sent(shop)) == before


@pytest.mark.parametrize("keys", [None, [KEY]])
def test_s7_sending_by_hand_does_not_go_past_the_first_yes(
    stock_world: StockWorld, keys: list[str] | None
) -> None:
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a", StoreOptions())
    stock_world.erp.act("count_stock", sku=CUP, stock=8)
    with pytest.raises(GuardRail):
        send_by_hand(stock_world, keys)
    assert sent(stock_world) == []
    send_by_hand(stock_world, keys, confirmed=True)
    assert (f"p-{CUP}", 8) in sent(stock_world)
    with stock_world.database.read() as tx:
        assert tx.stores.get(1).options.stock.confirmed is (keys is None)


def test_g1_sending_by_hand_needs_a_second_look_at_many_zeros(shop: StockWorld) -> None:
    with shop.database.begin() as tx:
        store = tx.stores.get(1)
        guard = GuardOptions(zero_at_least=2, zero_percent=50)
        store.options = store.options.model_copy(update={"guard": guard})
        tx.stores.save(store)
    before = len(sent(shop))
    for sku in SKUS:
        shop.erp.act("count_stock", sku=sku, stock=0)
    with pytest.raises(GuardRail):
        send_by_hand(shop, None)
    assert len(sent(shop)) == before
    send_by_hand(shop, None, confirmed=True)
    assert len(sent(shop)) == before + 3


def test_a1_without_the_erp_only_what_is_sold_is_published(shop: StockWorld) -> None:
    shop.add_store("b")
    shop.sync()
    assert shop.numbers() == [8, 8]
    SHOPS["a"].put("1", {CUP: 8}, PAID, paid=True)
    with shop.database.begin() as tx:  # a balance that nobody told the stores
        stock = tx.stocks.find(1, ["901"])["901"]
        stock.on_hand += 5
        tx.stocks.save([stock])
    for name in ("orders_changed", "orders_changed"):
        shop.faults.add(name, "refused")
    results = shop.sync()
    assert {results[name, "stock"].state for name in ("a", "b")} == {RunState.PARTIAL}
    assert shop.numbers() == [0, 0]
    assert shop.numbers(SKUS[1]) == [8, 8]
    shop.sync()
    assert shop.numbers() == [0, 0]
