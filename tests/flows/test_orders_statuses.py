"""Later changes of an order: statuses, cancelling, contents (T1, O6, O7)."""

from typing import Any

import pytest

from tests.fakes.platforms import put
from tests.flows.conftest import World
from tests.flows.factories import START, make_item, make_order
from tomada.domain.money import OrderMoney
from tomada.domain.order import Order, OrderStatus
from tomada.domain.status import StoreStatusType
from tomada.flows.holds.settle import Settling, check_answer, settle
from tomada.ports.erp_options import Posting
from tomada.ports.options import Enter, OrderOptions, StoreOptions
from tomada.ports.records import HoldRecord, OrderState

SHIPPED = OrderStatus(code="342", name="ENVIADO", type=StoreStatusType.OPEN)
CANCELLED = OrderStatus(code="53", name="CANCELADO", type=StoreStatusType.CANCELLED)
UNPAID = OrderStatus(code="39", name="AGUARDANDO PAGAMENTO", type=StoreStatusType.OPEN)


def imported(world: World, **options: Any) -> Order:
    """An order that is in the ERP."""
    world.add_store("loja", options=StoreOptions(orders=OrderOptions(**options)))
    order = make_order("1")
    put(world.remote("loja"), order)
    world.sync("loja")
    return order


def change(world: World, order: Order, **fields: Any) -> dict[str, int]:
    """Change the order at the store and sync."""
    put(world.remote("loja"), order.model_copy(update=fields))
    return world.sync("loja").counts


def erp_row(world: World, **fields: Any) -> dict[str, Any]:
    """Change the ERP order as a clerk would, and return it."""
    with world.erp.remote.open() as document:
        document["orders"]["1001"].update(fields)
    return world.erp.orders()[0]


def open_holds(world: World) -> list[HoldRecord]:
    with world.database.read() as tx:
        return tx.holds.select()


def answer(world: World, value: str, remember: bool = False) -> None:
    """Settle the only open hold."""
    [hold] = open_holds(world)
    with world.database.begin() as tx:
        checked = check_answer(hold, value, remember=remember)
        settle(tx, [(hold, checked)], Settling(remember, "maria", world.clock.now()))


def test_t1_clerk_who_is_ahead_is_not_taken_back(world: World) -> None:
    order = imported(world)
    erp_row(world, status="faturado")
    put(world.remote("loja"), order.model_copy(update={"status": UNPAID}))
    counts = world.sync("loja").counts
    assert counts.get("status_set", 0) == 0
    assert erp_row(world)["status"] == "faturado"


def test_t1_going_back_is_a_setting(world: World) -> None:
    order = imported(world, allow_status_back=True)
    assert change(world, order, status=UNPAID)["status_set"] == 1
    assert erp_row(world)["status"] == "aberto"


def test_t2_status_that_the_erp_has_already_is_an_echo(world: World) -> None:
    order = imported(world)
    erp_row(world, status="enviado")
    assert change(world, order, status=SHIPPED).get("status_set", 0) == 0
    assert "set_order_status" not in world.erp.remote.log()


def test_o7_cancelled_and_neither_posted_nor_invoiced(world: World) -> None:
    order = imported(world)
    change(world, order, status=CANCELLED)
    assert erp_row(world)["status"] == "cancelado"


@pytest.mark.parametrize(
    ("posting", "erp", "code"),
    [
        (Posting.ON_INVOICE, {"invoice_id": "5"}, "cancel_invoiced"),
        (Posting.ON_SENT, {"status": "faturado"}, "cancel_invoiced"),
        (Posting.ON_APPROVAL, {}, "cancel_posted"),
        (Posting.ON_SAVE, {"status": "aberto"}, "cancel_posted"),
        (Posting.UNKNOWN, {"status": "aberto"}, "cancel_posted"),
    ],
)
def test_o7_posted_or_invoiced_is_held_and_not_touched(
    world: World, posting: Posting, erp: dict[str, str], code: str
) -> None:
    world.set_options(stock_posting=posting)
    order = imported(world)
    before = erp_row(world, **erp)
    change(world, order, status=CANCELLED)
    assert [hold.code for hold in open_holds(world)] == [code]
    assert erp_row(world) == before
    answer(world, "done")
    world.sync("loja")
    assert open_holds(world) == []
    assert erp_row(world) == before


def test_o7_posted_order_is_cancelled_when_a_person_says_so(world: World) -> None:
    world.set_options(stock_posting=Posting.ON_APPROVAL)
    order = imported(world)
    change(world, order, status=CANCELLED)
    answer(world, "cancel")
    world.sync("loja")
    assert erp_row(world)["status"] == "cancelado"
    assert open_holds(world) == []


def test_o7_cancelled_in_the_erp_asks_whether_to_tell_the_store(world: World) -> None:
    order = imported(world)
    erp_row(world, status="cancelado")
    change(world, order, status=SHIPPED)
    assert [hold.code for hold in open_holds(world)] == ["erp_cancelled"]
    answer(world, "ignore")
    world.sync("loja")
    assert open_holds(world) == []
    assert erp_row(world)["status"] == "cancelado"


@pytest.mark.parametrize(
    ("erp", "code"), [({"status": "estranho"}, "erp_status_unknown"), (None, "erp_missing")]
)
def test_erp_order_that_is_gone_or_strange_is_held(
    world: World, erp: dict[str, str] | None, code: str
) -> None:
    order = imported(world)
    with world.erp.remote.open() as document:
        if erp is None:
            document["orders"].clear()
        else:
            document["orders"]["1001"].update(erp)
    change(world, order, status=SHIPPED)
    assert [hold.code for hold in open_holds(world)] == [code]
    answer(world, "ignore")
    world.sync("loja")
    assert open_holds(world) == []


def test_erp_that_refuses_a_status_holds_it_until_retried(world: World) -> None:
    order = imported(world)
    with world.erp.remote.open() as document:
        document["refuse"] = "Não pode"
    assert change(world, order, status=SHIPPED)["rejected"] == 1
    assert [hold.code for hold in open_holds(world)] == ["status_refused"]
    with world.erp.remote.open() as document:
        document["refuse"] = ""
    answer(world, "retry")
    world.sync("loja")
    assert erp_row(world)["status"] == "enviado"
    assert open_holds(world) == []


def test_o6_changed_contents_are_held_once_and_never_sent(world: World) -> None:
    order = imported(world)
    more = {
        "items": (make_item(quantity="3"),),
        "money": OrderMoney(items="120.00", freight="12.00", total="132.00"),
    }
    assert change(world, order, **more)["newly_held"] == 1
    assert len(world.erp.orders()) == 1
    assert change(world, order, **more).get("newly_held", 0) == 0
    answer(world, "done")
    assert world.sync("loja").counts["released"] == 1
    assert open_holds(world) == []


def test_o6_change_back_closes_the_hold_by_itself(world: World) -> None:
    order = imported(world)
    change(world, order, items=(make_item(quantity="3"),))
    assert change(world, order)["released"] == 1
    assert open_holds(world) == []


def test_d3_status_goes_on_beside_an_open_hold(world: World) -> None:
    order = imported(world)
    change(world, order, items=(make_item(quantity="3"),), status=SHIPPED)
    assert erp_row(world)["status"] == "enviado"
    assert [hold.code for hold in open_holds(world)] == ["changed"]


def test_o4_first_seen_cancelled_is_recorded_and_not_created(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", status=CANCELLED))
    world.sync("loja")
    assert (world.order("loja", "1").state, world.order("loja", "1").reason) == (
        OrderState.IGNORED,
        "cancelled_before_import",
    )
    assert world.erp.orders() == []


def test_o4_unpaid_orders_wait_as_set(world: World) -> None:
    world.add_store("loja", options=StoreOptions(orders=OrderOptions(enter=Enter.PAID)))
    order = make_order("1", status=UNPAID, paid=False)
    put(world.remote("loja"), order)
    world.sync("loja")
    assert world.order("loja", "1").reason == "unpaid"
    assert change(world, order, paid=True, status=make_order().status)["created"] == 1


def test_o4_unpaid_orders_enter_after_their_minutes(world: World) -> None:
    world.clock.time = START
    world.add_store("loja", options=StoreOptions(orders=OrderOptions(unpaid_after_minutes=30)))
    put(world.remote("loja"), make_order("1", status=UNPAID, paid=False))
    world.sync("loja")
    assert world.order("loja", "1").reason == "unpaid_for_now"
    world.clock.move(29 * 60)
    assert world.sync("loja").counts.get("created", 0) == 0
    world.clock.move(61)
    assert world.sync("loja").counts["created"] == 1
    assert world.erp.orders()[0]["status"] == "aberto"


def test_o4_unpaid_days_cancel_only_if_set(world: World) -> None:
    world.clock.time = START
    world.add_store("loja", options=StoreOptions(orders=OrderOptions(unpaid_days=3)))
    put(world.remote("loja"), make_order("1", status=UNPAID, paid=False))
    world.sync("loja")
    world.sync("loja")
    world.clock.move(2 * 86_400)
    world.sync("loja")
    assert world.erp.orders()[0]["status"] == "aberto"
    world.clock.move(86_401)
    world.sync("loja")
    assert world.erp.orders()[0]["status"] == "cancelado"
    assert world.sync("loja").counts.get("status_set", 0) == 0


def test_o4_manual_orders_wait_to_be_asked_for(world: World) -> None:
    world.add_store("loja", options=StoreOptions(orders=OrderOptions(automatic=False)))
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    record = world.order("loja", "1")
    assert record.state is OrderState.MANUAL
    with world.database.begin() as tx:
        record.override["import:"], record.dirty = "maria", True
        tx.orders.save([record])
    assert world.sync("loja").counts["created"] == 1


def test_o4_older_than_the_activation_is_not_imported(world: World) -> None:
    world.add_store("loja")
    from datetime import timedelta

    put(world.remote("loja"), make_order("1", placed_at=START - timedelta(days=2)))
    world.sync("loja")
    assert world.order("loja", "1").reason == "before_since"
