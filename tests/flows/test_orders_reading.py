"""Reading: what is committed when, and what a restart finds (O3, O5, DESIGN 2)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.fakes.platforms import put
from tests.flows.conftest import World
from tests.flows.factories import START, make_order
from tomada.domain.customer import Address
from tomada.errors import TransientError
from tomada.flows.context import FlowContext
from tomada.flows.orders.flow import plan_orders
from tomada.flows.orders.ingest import ingest_orders, read_orders
from tomada.ports.records import OrderState
from tomada.spi import Checkpoint, Fetched, OrderEvent, OrderQuery, Rejected


class ScriptedGateway:
    """A gateway that yields what a test wants."""

    def __init__(self, *events: OrderEvent | BaseException) -> None:
        self.events = events
        self.states: list[dict[str, str | None]] = []

    def offers(self, hook: str) -> bool:
        return hook != "stock_reserve"

    def orders_fetch(self, _query: OrderQuery) -> Iterator[OrderEvent]:
        for event in self.events:
            if isinstance(event, BaseException):
                raise event
            yield event

    orders_read = orders_fetch

    def pending_state(self) -> dict[str, str | None]:
        return {"sweep": "done"}


def context(world: World, gateway: object) -> FlowContext:
    with world.database.read() as tx:
        store = tx.stores.by_name("loja") or world.add_store("loja")
        account = tx.erps.get(1)
    return FlowContext(
        store,
        account,
        world.database,
        gateway,
        world.erp,
        world.clock,
        "test",
        1,
        lambda _note: None,
    )


def fetched(remote_id: str, version: str = "1", settled: bool = True, **fields: object) -> Fetched:
    return Fetched(make_order(remote_id, **fields), version, START, settled=settled)


def cursor(world: World) -> tuple[str | None, dict[str, str]]:
    with world.database.read() as tx:
        return tx.progress.cursor(1, "orders"), tx.progress.state(1)


@pytest.fixture
def shop(world: World) -> World:
    world.add_store("loja")
    return world


def test_checkpoint_is_committed_with_its_items_and_the_plugins_state(shop: World) -> None:
    gateway = ScriptedGateway(fetched("1"), Checkpoint("c1"), fetched("2"), TransientError("x", "x"))
    with pytest.raises(TransientError):
        ingest_orders(context(shop, gateway))
    assert cursor(shop) == ("c1", {"sweep": "done"})
    with shop.database.read() as tx:
        assert set(tx.orders.known(1)) == {"1", "2"}  # what was read before it stopped is kept


def test_batches_are_committed_every_fifty_items_or_two_seconds(shop: World) -> None:
    events = [fetched(str(number)) for number in range(120)]
    with pytest.raises(KeyboardInterrupt):
        ingest_orders(context(shop, ScriptedGateway(*events, KeyboardInterrupt())))
    with shop.database.read() as tx:
        assert len(tx.orders.known(1)) == 100
    assert cursor(shop) == (None, {})


def test_slow_reading_is_committed_every_two_seconds(shop: World) -> None:
    ctx = context(shop, ScriptedGateway(fetched("1"), fetched("2"), KeyboardInterrupt()))
    ctx.listener = lambda _note: shop.clock.move(2)
    with pytest.raises(KeyboardInterrupt):
        ingest_orders(ctx)
    with shop.database.read() as tx:
        assert set(tx.orders.known(1)) == {"1", "2"}


def test_version_that_is_too_young_is_not_taken_as_known(shop: World) -> None:
    ingest_orders(context(shop, ScriptedGateway(fetched("1", settled=False))))
    with shop.database.read() as tx:
        assert dict(tx.orders.known(1)) == {}
    ctx = context(shop, ScriptedGateway(fetched("1", notes="new")))
    ingest_orders(ctx)
    with shop.database.read() as tx:
        assert dict(tx.orders.known(1)) == {"1": ("1", "1")}
        assert tx.orders.find(1, ["1"])["1"].dirty


def test_same_order_twice_in_one_page_is_one_order(shop: World) -> None:
    ingest_orders(context(shop, ScriptedGateway(fetched("1"), fetched("1"), fetched("1", "2", paid=False))))
    with shop.database.read() as tx:
        [record] = tx.orders.select(1)
    assert (record.version, record.paid) == ("2", False)


def test_damaged_later_version_leaves_the_erp_order_and_its_snapshot(shop: World) -> None:
    put(shop.remote("loja"), make_order("1"))
    shop.sync("loja")
    damaged = Rejected("1", "bad_decimal", "Unreadable.", "total", "{}", version="9")
    ingest_orders(context(shop, ScriptedGateway(damaged)))
    record = shop.order("loja", "1")
    assert (record.state, record.version) == (OrderState.CREATED, "9")
    assert "CAN-01" in record.payload
    with shop.database.read() as tx:
        assert [hold.code for hold in tx.holds.select()] == ["damaged"]


def test_status_change_of_an_unknown_order_waits_for_the_whole_order(shop: World) -> None:
    from tomada.domain.order import OrderStatusChange

    order = make_order("1")
    change = OrderStatusChange(remote_id="1", status=order.status, paid=True, modified_at=START)
    read_orders(context(shop, ScriptedGateway(Fetched(change, "1", START))), ["1"])
    with shop.database.read() as tx:
        assert tx.orders.select(1) == []


def test_plan_decides_and_writes_nothing(shop: World) -> None:
    elsewhere = Address(recipient="Outra", street="Rua B", city="Santos", state="SP", zip_code="11000000")
    ingest_orders(context(shop, ScriptedGateway(fetched("1", delivery=elsewhere), fetched("2", items=()))))
    ctx = context(shop, ScriptedGateway())
    planned = {record.remote_id: decision for record, decision in plan_orders(ctx)}
    assert {remote_id: decision.kind for remote_id, decision in planned.items()} == {
        "1": "create",
        "2": "ignore",
    }
    draft = planned["1"].draft
    assert draft is not None
    assert draft.delivery == elsewhere
    assert shop.erp.orders() == []
    assert shop.order("loja", "1").state is OrderState.NEW
    with shop.database.read() as tx:
        assert tx.links.all(1) == []


def test_c1_a_document_that_a_plan_searched_for_is_not_searched_for_again(shop: World) -> None:
    put(shop.remote("loja"), make_order("1"))
    ingest_orders(context(shop, ScriptedGateway(fetched("1"))))
    for _ in range(2):
        assert [decision.kind for _record, decision in plan_orders(context(shop, ScriptedGateway()))] == [
            "create"
        ]
    assert shop.sync("loja").counts["created"] == 1
    assert shop.erp.remote.log().count("find_contacts") == 1


def test_delivery_to_the_registered_address_is_not_told_apart(shop: World) -> None:
    same = make_order().customer.address.model_copy(update={"recipient": "Fulana de Tal", "phone": "11"})
    ingest_orders(context(shop, ScriptedGateway(fetched("1", delivery=same))))
    [(_, decision)] = plan_orders(context(shop, ScriptedGateway()))
    assert decision.draft is not None
    assert decision.draft.delivery is None


def test_two_syncs_of_one_store_at_once_run_once(shop: World) -> None:
    from tomada.ports.records import RunState

    with shop.database.lock("run:1:orders"):
        skipped = shop.sync("loja")
    assert skipped.state is RunState.SKIPPED
    assert shop.sync("loja").state is RunState.DONE


def test_run_that_was_killed_is_told_so_by_the_next(shop: World) -> None:
    from tomada.ports.records import RunRecord, RunState

    with shop.database.begin() as tx:
        run = tx.runs.save(RunRecord(0, 1, "orders", "x", START, RunState.RUNNING))
        for _ in range(60):  # however many found it running meanwhile
            tx.runs.save(RunRecord(0, 1, "orders", "x", START, RunState.SKIPPED))
    shop.sync("loja")
    with shop.database.read() as tx:
        buried = tx.runs.get(run.id)
    assert buried is not None
    assert (buried.state, buried.error) == (RunState.FAILED, "run.killed")


def test_bug_of_ours_ends_the_run_and_is_shown_as_one(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shop.remote("loja"), make_order("1"))
    monkeypatch.setattr(shop.erp, "find_contacts", lambda _document: 1 / 0)
    result = shop.sync("loja")
    assert result.error is not None
    assert (result.error.code, result.error.exit_code) == ("internal", 5)


def test_orders_placed_long_ago_stay_out_when_they_change(shop: World) -> None:
    put(shop.remote("loja"), make_order("1", placed_at=START - timedelta(days=9)))
    shop.sync("loja")
    assert shop.order("loja", "1").reason == "before_since"


def test_damaged_version_that_comes_again_is_held_once(shop: World) -> None:
    bad = Rejected("1", "bad", "Unreadable.", "total", "{}", version="1", receipt="r")
    ctx = context(shop, ScriptedGateway(bad))
    ingest_orders(ctx)
    ingest_orders(ctx)
    assert (ctx.counts["newly_held"], ctx.counts["unchanged"]) == (1, 1)


def test_codes_of_an_order_without_shipping_are_remembered(shop: World) -> None:
    ingest_orders(context(shop, ScriptedGateway(fetched("1", shipping=None))))
    with shop.database.read() as tx:
        assert {code.kind for code in tx.mappings.codes(1)} == {"status", "channel", "payment"}
