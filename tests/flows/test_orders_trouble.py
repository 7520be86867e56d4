"""A remote that stumbles over one order, or is down, costs the others nothing (A1, DESIGN 6.3)."""

from typing import Any

import pytest

from tests.fakes.platforms import put
from tests.flows.conftest import World
from tests.flows.factories import START, make_item, make_order
from tests.flows.test_orders_reading import ScriptedGateway, context
from tests.flows.test_orders_statuses import SHIPPED, answer, change, erp_row, imported, open_holds
from tomada.domain.order import OrderStatusChange
from tomada.errors import AuthenticationError, QuotaExceeded, TransientError
from tomada.flows.orders.confirm import confirm_receipts
from tomada.flows.orders.ingest import ingest_orders
from tomada.ports.records import OrderState, RunState
from tomada.spi import Checkpoint, Confirmation, Fetched, Rejected


def placed(world: World, number: int, **odd: Any) -> None:
    """Orders 0, 1, 2 …; the first one is odd."""
    world.add_store("loja")
    put(world.remote("loja"), make_order("0", **odd))
    for each in range(1, number):
        put(world.remote("loja"), make_order(str(each)))


@pytest.mark.parametrize("on", ["find_products", "find_contacts", "find_orders"])
def test_order_that_the_erps_search_refuses_is_held_and_its_neighbours_go_on(world: World, on: str) -> None:
    placed(world, 3, items=(make_item("ODD"),))
    with world.erp.remote.open() as document:
        document["products"].append({"id": "77", "sku": "ODD", "active": True})
    about = {"find_products": "ODD", "find_contacts": "11144477735", "find_orders": "0"}[on]
    times = {"find_contacts": 2}.get(on, 99)  # of all together, then of the first one alone
    world.erp.remote.fault(on, "reject", times=times, about=about)
    result = world.sync("loja")
    assert (result.counts["created"], result.counts["rejected"], result.error) == (2, 1, None)
    assert [(hold.code, hold.remote_id) for hold in open_holds(world)] == [("erp_refused", "0")]
    with world.erp.remote.open() as document:
        document["faults"] = []
    answer(world, "retry")
    assert world.sync("loja").counts["created"] == 1


def test_order_that_the_erps_search_fails_for_waits_alone(world: World) -> None:
    placed(world, 3, items=(make_item("ODD"),))
    world.erp.remote.fault("find_products", "before", times=99, about="ODD")
    result = world.sync("loja")
    assert (result.counts["created"], result.counts["retry"]) == (2, 1)
    assert open_holds(world) == []
    assert isinstance(result.error, TransientError)


def test_q1_quota_that_is_used_up_ends_the_run_at_once(world: World) -> None:
    placed(world, 3)
    world.erp.remote.fault("find_products", "quota")
    result = world.sync("loja")
    assert isinstance(result.error, QuotaExceeded)
    assert world.erp.remote.log() == ["find_products"]


def test_refused_look_at_an_unanswered_create_leaves_it_unanswered(world: World) -> None:
    placed(world, 2)
    world.erp.remote.fault("create_order", "after", about='"ecommerce_number": "0"')
    world.sync("loja")
    world.clock.move(91)
    world.erp.remote.fault("find_orders", "reject")
    put(world.remote("loja"), make_order("5"))
    result = world.sync("loja")
    assert (result.counts["retry"], result.counts["waiting"], result.counts["created"]) == (1, 1, 1)
    assert world.sync("loja").counts["adopted"] == 1
    assert len(world.erp.orders()) == 3


def test_failing_looks_at_unanswered_creates_tell_that_the_erp_is_down(world: World) -> None:
    placed(world, 5)
    world.erp.remote.fault("create_order", "after", times=5)
    world.sync("loja")
    world.clock.move(91)
    world.erp.remote.fault("find_orders", "before", times=9)
    asked = len(world.erp.remote.log())
    assert world.sync("loja").state is RunState.PARTIAL
    assert len(world.erp.remote.log()) - asked == 3


def test_failures_with_answers_between_them_do_not_stop_the_run(world: World) -> None:
    placed(world, 5)
    world.erp.remote.fault("create_order", "after", times=5)
    world.sync("loja")
    world.clock.move(91)
    for number in ("0", "1", "3", "4"):
        world.erp.remote.fault("find_orders", "before", about=f'"{number}"')
    result = world.sync("loja")
    assert (result.counts["retry"], result.counts["adopted"]) == (4, 1)


def test_erp_order_that_cannot_be_read_is_held_until_retried(world: World) -> None:
    order = imported(world)
    world.erp.remote.fault("read_order", "reject")
    assert change(world, order, status=SHIPPED)["rejected"] == 1
    [hold] = open_holds(world)
    assert (hold.code, hold.details["target"]) == ("status_refused", "enviado")
    answer(world, "retry")
    world.sync("loja")
    assert erp_row(world)["status"] == "enviado"


def test_refused_status_can_be_left_as_it_is(world: World) -> None:
    order = imported(world)
    with world.erp.remote.open() as document:
        document["refuse"] = "Não pode"
    change(world, order, status=SHIPPED)
    answer(world, "ignore")
    world.sync("loja")
    assert open_holds(world) == []
    assert erp_row(world)["status"] == "aprovado"


def test_status_that_could_not_be_sent_is_sent_by_the_next_run(world: World) -> None:
    order = imported(world)
    world.erp.remote.fault("set_order_status", "before")
    assert change(world, order, status=SHIPPED)["retry"] == 1
    assert world.sync("loja").counts["status_set"] == 1
    assert erp_row(world)["status"] == "enviado"


def test_status_that_never_arrived_is_sent_again_after_settle_time(world: World) -> None:
    order = imported(world)
    world.erp.remote.fault("set_order_status", "late", seconds=10**9)
    change(world, order, status=SHIPPED)
    world.clock.move(91)
    assert world.sync("loja").counts["status_set"] == 1
    assert erp_row(world)["status"] == "enviado"


def test_order_that_is_gone_while_its_status_is_unanswered_is_held(world: World) -> None:
    order = imported(world)
    world.erp.remote.fault("set_order_status", "late", seconds=10**9)
    change(world, order, status=SHIPPED)
    with world.erp.remote.open() as document:
        document["orders"].clear()
    world.clock.move(91)
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["erp_missing"]


def test_a1_store_that_cannot_be_read_does_not_keep_its_orders_from_going_on(world: World) -> None:
    placed(world, 2)
    world.erp.remote.fault("find_products", "before", times=9)
    world.sync("loja")
    with world.erp.remote.open() as document:
        document["faults"] = []
    world.remote("loja").fault("list", "before")
    result = world.sync("loja")
    assert (result.counts["created"], result.state) == (2, RunState.PARTIAL)


def test_a1_dead_token_of_one_store_costs_no_other_store_anything(world: World) -> None:
    placed(world, 1)
    world.add_store("outra")
    put(world.remote("outra"), make_order("0"))
    world.gateway = lambda store: (_ for _ in ()).throw(
        AuthenticationError("fake.token", "The token is dead.")
    )
    dead = world.sync("loja")
    assert (dead.state, dead.error and dead.error.exit_code) == (RunState.FAILED, 3)
    del world.gateway
    assert world.sync("outra").counts["created"] == 1
    assert world.sync("loja").counts["created"] == 1


class ConfirmingGateway(ScriptedGateway):
    """Keeps what it was told."""

    def __init__(self, *events: Any) -> None:
        super().__init__(*events)
        self.told: dict[str, list[tuple[str, str]]] = {}
        self.calls = 0

    def orders_confirm(self, confirmations: list[Confirmation]) -> Any:
        self.calls += 1
        for one in confirmations:
            self.told[one.receipt] = [(item.key, str(item.disposition)) for item in one.items]
            yield one.receipt


def test_o3_a_change_of_an_order_that_nobody_has_seen_whole_is_confirmed_as_no_order_until_it_comes(
    world: World,
) -> None:
    world.add_store("loja")
    change = OrderStatusChange(remote_id="1", status=make_order().status, paid=True, modified_at=START)
    whole = Fetched(make_order("2"), "1", START, receipt="r")
    gateway = ConfirmingGateway(Fetched(change, "1", START, receipt="r"), whole, Checkpoint("c"))
    ctx = context(world, gateway)
    ingest_orders(ctx)
    confirm_receipts(ctx)
    assert sorted(gateway.told["r"]) == [("1", "ignored"), ("2", "held")]
    gateway.events = (Fetched(make_order("1"), "1", START, receipt="r"),)
    ingest_orders(ctx)
    confirm_receipts(ctx)
    assert sorted(gateway.told["r"]) == [("1", "held"), ("2", "held")]


def test_o3_damaged_order_is_confirmed_as_rejected_and_told_once(world: World) -> None:
    world.add_store("loja")
    bad = Rejected("1", "bad", "Unreadable.", "total", "{}", "1", "r1")
    gateway = ConfirmingGateway(bad, Fetched(make_order("2"), "1", START))
    ctx = context(world, gateway)
    ingest_orders(ctx)
    confirm_receipts(ctx)
    confirm_receipts(ctx)
    assert (gateway.told, gateway.calls) == ({"r1": [("1", "rejected")]}, 1)


def test_o3_many_receipts_are_confirmed_a_few_at_a_time(world: World) -> None:
    world.add_store("loja")
    events = [Fetched(make_order(str(n)), "1", START, receipt=f"r{n}") for n in range(51)]
    gateway = ConfirmingGateway(*events)
    ctx = context(world, gateway)
    ingest_orders(ctx)
    confirm_receipts(ctx)
    assert (len(gateway.told), gateway.calls) == (51, 2)


def test_order_of_two_hundred_items_is_one_order(world: World) -> None:
    world.add_store("loja")
    items = tuple(make_item(f"SKU-{n}", "0.40", "1", line_id=str(n), product_id=str(n)) for n in range(200))
    with world.erp.remote.open() as document:
        document["products"] = [{"id": f"9{n}", "sku": f"SKU-{n}", "active": True} for n in range(200)]
    put(world.remote("loja"), make_order("1", items=items))
    assert world.sync("loja").counts["created"] == 1
    assert len(world.erp.orders()[0]["items"]) == 200
    assert world.order("loja", "1").state is OrderState.CREATED
    assert world.erp.remote.log().count("find_products") == 1
