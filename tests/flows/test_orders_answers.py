"""What a person answers counts for what was asked, once (D1, D3, D4, M1, O6, O7)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.fakes.platforms import put
from tests.flows.conftest import World
from tests.flows.factories import make_item, make_order
from tests.flows.test_orders_holds import UNEXPLAINED, buyer, settle_hold
from tests.flows.test_orders_reading import ScriptedGateway, context
from tests.flows.test_orders_statuses import CANCELLED, SHIPPED, change, erp_row, imported, open_holds
from tomada.domain.money import OrderMoney
from tomada.domain.order import OrderStatus, SalesChannel, ShippingMethod
from tomada.domain.status import StoreStatusType
from tomada.errors import UsageError
from tomada.flows.holds.mapped import set_mappings
from tomada.flows.orders.flow import plan_orders
from tomada.ports.erp_options import Posting
from tomada.ports.records import LinkRecord, MappingRecord, OrderState

STRANGE = OrderStatus(code="7", name="A EMBALAR", type=StoreStatusType.OPEN)
DELIVERED = OrderStatus(code="9", name="ENTREGUE", type=StoreStatusType.OPEN)
MOTO = ShippingMethod(code="moto", label="Motoboy")


def audit(world: World, remote_id: str = "1") -> list[str]:
    with world.database.read() as tx:
        return [row.event for row in tx.audit.story(1, remote_id)]


def set_map(world: World, kind: str, code: str, value: str) -> int:
    with world.database.begin() as tx:
        record = MappingRecord(1, kind, code, value, "", "maria", world.clock.now())
        return len(set_mappings(tx, 1, [record]).going)


def damage(world: World, **fields: Any) -> None:
    """Put an unreadable version of order 1 at the store."""
    order = make_order("1", **fields)
    put(world.remote("loja"), order, raw=order.model_dump_json().replace('"80.00"', '"eighty"'))


def test_m1_accepted_difference_is_that_one_and_no_other(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", money=UNEXPLAINED))
    world.sync("loja")
    settle_hold(world, "accept")
    worse = OrderMoney(items=Decimal("80.00"), freight=Decimal("12.00"), total=Decimal("9.00"))
    put(world.remote("loja"), make_order("1", money=worse))
    world.sync("loja")
    assert world.erp.orders() == []
    [hold] = open_holds(world)
    assert (hold.code, hold.details["difference"], hold.settled_as) == ("money", "-83.00", "")


def test_m1_difference_within_the_tolerance_is_booked_and_written_in_the_audit(world: World) -> None:
    world.add_store("loja")
    money = OrderMoney(items=Decimal("80.00"), freight=Decimal("12.00"), total=Decimal("92.05"))
    put(world.remote("loja"), make_order("1", money=money))
    assert world.sync("loja").counts["created"] == 1
    [row] = world.erp.orders()
    assert (row["total"], row["other_expenses"]) == ("92.05", "0.05")
    assert audit(world).count("money.booked") == 1


def test_m3_what_is_named_on_an_order_is_named_once_however_often_it_is_tried(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", payments=()))
    less = make_order("2").payments[0].model_copy(update={"value": Decimal("80.00")})
    put(world.remote("loja"), make_order("2", payments=(less,)))
    world.erp.remote.fault("find_orders", "before", times=3)
    for _ in range(3):
        world.sync("loja")
    assert world.order("loja", "2").state is OrderState.CREATED
    assert audit(world, "2").count("payments.differ") == 1
    assert "payments.differ" not in audit(world, "1")


def test_o6_accepted_change_is_that_one_and_the_next_is_held_again(world: World) -> None:
    order = imported(world)
    change(world, order, items=(make_item(quantity="3"),))
    settle_hold(world, "done")
    change(world, order, items=(make_item(quantity="4"),))
    [hold] = open_holds(world)
    assert (hold.code, hold.settled_as) == ("changed", "")
    settle_hold(world, "ignore")
    world.sync("loja")
    assert open_holds(world) == []


def test_o6_an_order_that_no_ledger_knows_is_made_anew_as_well(world: World) -> None:
    """Stores that exchange files reserve nothing, and a marketplace's own goods are not the shop's."""
    world.set_options(stock_posting=Posting.ON_SENT)
    order = imported(world)
    before = [row["status"] for row in world.erp.orders()]
    change(world, order, items=(make_item(quantity="3"),))
    settle_hold(world, "recreate")
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["money"], "what would keep it out is settled first"
    assert [row["status"] for row in world.erp.orders()] == before
    settle_hold(world, "accept")
    world.sync("loja")
    assert [row["status"] for row in world.erp.orders()] == ["cancelado", *before]
    assert open_holds(world) == []
    with world.database.read() as tx:
        assert tx.ledger.by_product(1) == {}


def test_d3_answer_is_to_what_the_hold_has_become(world: World) -> None:
    """The store's order goes on while the hold waits."""
    order = imported(world)
    erp_row(world, status="cancelado")
    change(world, order, status=SHIPPED)
    change(world, order, status=DELIVERED)
    [hold] = open_holds(world)
    assert (hold.code, hold.details["target"]) == ("erp_cancelled", "entregue")
    settle_hold(world, "ignore")
    world.sync("loja")
    assert open_holds(world) == []


def test_d3_drop_is_taken_back_by_another_answer(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", money=UNEXPLAINED))
    world.sync("loja")
    settle_hold(world, "drop")
    settle_hold(world, "accept")
    assert world.sync("loja").counts["created"] == 1


def test_d3_order_in_the_erp_cannot_be_left_out_any_more(world: World) -> None:
    order = imported(world)
    change(world, order, status=STRANGE)
    with pytest.raises(UsageError):
        settle_hold(world, "drop")
    settle_hold(world, "leave")
    world.sync("loja")
    assert open_holds(world) == []
    assert erp_row(world)["status"] == "aprovado"


def test_d2_remembered_answer_replaces_the_one_for_this_order(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", shipping=MOTO))
    world.sync("loja")
    settle_hold(world, "leave")
    settle_hold(world, "S", remember=True)
    world.sync("loja")
    assert world.erp.orders()[0]["shipping"] == {"form": "S", "service": "", "carrier": ""}


def test_d1_mapping_removed_after_the_create_holds_only_what_needs_it(world: World) -> None:
    world.add_store("loja")
    set_map(world, "status", "7", "preparando_envio")
    order = make_order("1", status=STRANGE)
    put(world.remote("loja"), order)
    world.sync("loja")
    with world.database.begin() as tx:
        tx.mappings.remove(1, "status", "7")
    assert world.sync("loja").counts.get("newly_held", 0) == 0
    change(world, order, status=SHIPPED)
    assert erp_row(world)["status"] == "enviado"
    assert change(world, order, status=STRANGE)["newly_held"] == 1
    assert set_map(world, "status", "7", "leave") == 1
    world.sync("loja")
    assert open_holds(world) == []


def test_d1_all_others_do_not_hide_that_an_order_was_cancelled(world: World) -> None:
    order = imported(world)
    set_map(world, "status", "*", "aprovado")
    change(world, order, status=CANCELLED)
    assert erp_row(world)["status"] == "cancelado"


def test_d1_cancelled_status_that_a_person_left_is_left(world: World) -> None:
    order = imported(world)
    set_map(world, "status", CANCELLED.code, "leave")
    change(world, order, status=CANCELLED)
    assert erp_row(world)["status"] == "aprovado"
    assert open_holds(world) == []


def test_o7_each_cancelling_of_a_posted_order_is_asked_about(world: World) -> None:
    world.set_options(stock_posting=Posting.ON_APPROVAL)
    order = imported(world)
    change(world, order, status=CANCELLED)
    settle_hold(world, "cancel")
    world.sync("loja")
    change(world, order)
    settle_hold(world, "done")
    erp_row(world, status="aprovado")
    change(world, order, status=CANCELLED)
    assert [hold.code for hold in open_holds(world)] == ["cancel_posted"]
    assert erp_row(world)["status"] == "aprovado"


def test_d4_old_hold_is_not_newly_held_when_its_retry_fails(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", money=UNEXPLAINED))
    assert world.sync("loja").counts["newly_held"] == 1
    with world.database.begin() as tx:
        tx.orders.wake(1, [world.order("loja", "1").id])
    assert world.sync("loja").counts.get("newly_held", 0) == 0
    assert world.sync("loja").counts["held"] == 1


def test_c2_corrected_document_is_looked_for_like_any_other(world: World) -> None:
    world.add_store("loja")
    with world.erp.remote.open() as document:
        document["contacts"] = [{"id": str(n), "code": f"C{n}", "document": "11144477735"} for n in (1, 2)]
    put(world.remote("loja"), make_order("1", customer=buyer(document="11144477736")))
    world.sync("loja")
    settle_hold(world, "111.444.777-35")
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["customer_several"]


def test_damaged_order_is_dropped_and_comes_back_only_when_asked_for(world: World) -> None:
    world.add_store("loja")
    damage(world)
    world.sync("loja")
    settle_hold(world, "drop")
    world.sync("loja")
    assert (open_holds(world), world.order("loja", "1").state) == ([], OrderState.IGNORED)
    damage(world)
    assert world.sync("loja").counts.get("newly_held", 0) == 0
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    assert world.order("loja", "1").reason == "dropped"
    assert world.erp.orders() == []


def test_damaged_later_version_is_held_until_one_comes_that_can_be_read(world: World) -> None:
    order = imported(world)
    damage(world)
    assert world.sync("loja").counts["newly_held"] == 1
    settle_hold(world, "retry")
    reads = world.remote("loja").log().count("read")
    assert world.sync("loja").counts.get("newly_held", 0) == 0
    assert world.remote("loja").log().count("read") == reads + 1
    assert [hold.code for hold in open_holds(world)] == ["damaged"]
    assert change(world, order, status=SHIPPED)["released"] == 1
    assert open_holds(world) == []
    assert erp_row(world)["status"] == "enviado"


def test_damaged_later_version_keeps_the_other_holds(world: World) -> None:
    order = imported(world)
    change(world, order, items=(make_item(quantity="3"),))
    damage(world)
    world.sync("loja")
    assert sorted(hold.code for hold in open_holds(world)) == ["changed", "damaged"]
    damage(world)
    assert world.sync("loja").counts.get("newly_held", 0) == 0


def test_damaged_version_does_not_hide_a_change_that_is_not_applied_yet(world: World) -> None:
    order = imported(world)
    world.erp.remote.fault("read_order", "before")
    change(world, order, status=SHIPPED)
    damage(world)
    world.sync("loja")
    assert erp_row(world)["status"] == "enviado"


def test_d1_mapping_that_is_set_while_a_run_is_under_way_frees_its_orders(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run has read the order and saves it as held after somebody woke it."""
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", shipping=MOTO))
    put(world.remote("loja"), make_order("2", items=(make_item("NOVA"),)))
    world.sync("loja")
    search = world.erp.find_contacts

    def slow_search(document: str) -> Any:
        set_map(world, "shipping", "moto", "S")
        link = LinkRecord(1, "p-NOVA", "", "NOVA", "90", "CAN-01", "person", world.clock.now())
        with world.database.begin() as tx:
            tx.links.set([link])
        return search(document)

    monkeypatch.setattr(world.erp, "find_contacts", slow_search)
    for number in ("1", "2"):
        record = world.order("loja", number)
        with world.database.begin() as tx:
            tx.orders.wake(1, [record.id])
            tx.contacts.forget(1, [record.document_hash])
    world.sync("loja")
    assert world.erp.orders() == []
    assert world.sync("loja").counts["created"] == 2
    assert open_holds(world) == []


def test_d3_answer_that_was_given_while_a_run_is_under_way_is_taken_up_or_asked_for_again(
    world: World,
) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", money=UNEXPLAINED))
    world.sync("loja")
    seen = world.order("loja", "1")
    settle_hold(world, "accept")
    with world.database.begin() as tx:
        tx.orders.save([seen])
    world.sync("loja")
    [hold] = open_holds(world)
    assert (hold.settled_as, world.erp.orders()) == ("", [])


def test_d1_channel_that_is_left_as_it_is_has_no_name(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", channel=SalesChannel(code="X", label="X", own=False)))
    world.sync("loja")
    settle_hold(world, "leave", remember=True)
    world.sync("loja")
    assert world.erp.orders()[0]["channel"] == ""


def test_plan_does_not_show_a_create_for_an_order_that_a_person_named(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    record = world.order("loja", "1")
    record.erp_id, record.state, record.dirty = "", OrderState.HELD, True
    record.override["duplicate:"] = "erp:1001"
    with world.database.begin() as tx:
        tx.orders.save([record])
    assert list(plan_orders(context(world, ScriptedGateway()))) == []
