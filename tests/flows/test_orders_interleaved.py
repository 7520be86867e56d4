"""Things that happen at the same time: the store, a person and the ERP change while an order is under way (O1–O7)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.fakes.platforms import put
from tests.flows.conftest import World
from tests.flows.factories import ADDRESS, make_item, make_order
from tests.flows.test_orders_holds import buyer, settle_hold
from tests.flows.test_orders_statuses import CANCELLED, SHIPPED, erp_row, open_holds
from tomada.domain.erp import ErpOrderRow
from tomada.domain.money import OrderMoney
from tomada.domain.order import Order
from tomada.ports.records import OrderState

ELSEWHERE = ADDRESS.model_copy(update={"street": "Rua Nova", "number": "99"})
DEARER = {
    "items": (make_item(quantity="3"),),
    "money": OrderMoney(items="120.00", freight="12.00", total="132.00"),
}


def unanswered(world: World, fault: str = "after", seconds: float = 0, **fields: Any) -> Order:
    """An order whose create got no answer."""
    world.add_store("loja")
    order = make_order("1", **fields)
    put(world.remote("loja"), order)
    world.erp.remote.fault("create_order", fault, seconds=seconds)
    world.sync("loja")
    return order


def forget(world: World) -> None:
    """The database was lost after the order had been created."""
    record = world.order("loja", "1")
    record.erp_id, record.state, record.dirty, record.fingerprint = "", OrderState.NEW, True, ""
    with world.database.begin() as tx:
        tx.orders.save([record])


def created_unmarked(world: World) -> Order:
    """An order that is held, as the ERP has one with its number from which a person took our marks."""
    world.add_store("loja")
    order = make_order("1")
    put(world.remote("loja"), order)
    world.sync("loja")
    erp_row(world, marks=[], internal_note="")
    forget(world)
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["duplicate"]
    return order


def test_o6_address_changed_while_the_create_was_unanswered_is_held(world: World) -> None:
    order = unanswered(world)
    put(world.remote("loja"), order.model_copy(update={"delivery": ELSEWHERE}))
    world.clock.move(91)
    world.sync("loja")
    assert len(world.erp.orders()) == 1
    assert [hold.code for hold in open_holds(world)] == ["changed"]


def test_o6_contents_changed_before_a_repeated_create_are_what_is_sent(world: World) -> None:
    order = unanswered(world, "late", seconds=10**9)
    put(world.remote("loja"), order.model_copy(update=DEARER))
    for _ in range(3):
        world.clock.move(91)
        world.sync("loja")
    assert [row["total"] for row in world.erp.orders()] == ["132.00"]
    assert open_holds(world) == []


def test_o1_total_changed_while_the_create_was_unanswered_is_never_doubled(world: World) -> None:
    order = unanswered(world)
    put(world.remote("loja"), order.model_copy(update=DEARER))
    world.clock.move(91)
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["duplicate"]
    settle_hold(world, "erp:1001")
    world.sync("loja")
    assert len(world.erp.orders()) == 1
    assert world.order("loja", "1").erp_id == "1001"
    assert [hold.code for hold in open_holds(world)] == ["changed"]  # the ERP has what was sent


def test_o7_order_cancelled_while_its_likely_twin_waits_for_a_person_stays_held(world: World) -> None:
    """To leave it out as cancelled would leave the ERP order to be shipped."""
    order = created_unmarked(world)
    put(world.remote("loja"), order.model_copy(update={"status": CANCELLED}))
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["duplicate"]
    settle_hold(world, "erp:1001")
    world.sync("loja")
    assert [row["status"] for row in world.erp.orders()] == ["cancelado"]
    assert open_holds(world) == []


def test_o7_cancelled_order_whose_twin_is_none_is_left_out(world: World) -> None:
    order = created_unmarked(world)
    put(world.remote("loja"), order.model_copy(update={"status": CANCELLED}))
    world.sync("loja")
    settle_hold(world, "create")
    world.sync("loja")
    assert world.order("loja", "1").reason == "cancelled_before_import"
    assert [row["status"] for row in world.erp.orders()] == ["aprovado"]
    assert open_holds(world) == []


def test_o1_twin_is_named_by_its_number_too(world: World) -> None:
    created_unmarked(world)
    hits = world.erp.read_order("1001")
    assert hits is not None
    world.erp.read_order = lambda _id: hits.model_copy(update={"number": "55"})
    settle_hold(world, "erp:55")
    world.sync("loja")
    assert (world.order("loja", "1").erp_id, world.order("loja", "1").erp_number) == ("1001", "55")


@pytest.mark.parametrize("named", ["erp:4711", "erp:1002"])
def test_o1_order_that_is_not_there_or_another_orders_is_never_adopted(world: World, named: str) -> None:
    created_unmarked(world)
    put(world.remote("loja"), make_order("2"))
    world.sync("loja")
    assert world.order("loja", "2").erp_id == "1002"
    settle_hold(world, named)
    assert world.sync("loja").counts.get("newly_held", 0) == 0
    [hold] = open_holds(world)
    assert (hold.code, hold.settled_as) == ("duplicate", "")
    assert (world.order("loja", "1").erp_id, len(world.erp.orders())) == ("", 2)


def twice_in_the_erp(world: World, monkeypatch: pytest.MonkeyPatch, **later: Any) -> Order:
    """The first effect comes while the second create is under way; ``later``: what the store changed in between."""
    order = unanswered(world, "late", seconds=203)
    create = world.erp.create_order

    def slow_create(draft: Any) -> Any:
        ref = create(draft)
        world.clock.move(2)
        return ref

    monkeypatch.setattr(world.erp, "create_order", slow_create)
    if later:
        order = order.model_copy(update=later)
        put(world.remote("loja"), order)
    for _ in range(2):
        world.clock.move(101)
        world.sync("loja")
    assert len(world.erp.orders()) == 2
    return order


def test_o2_two_hits_of_different_contents_are_held_as_well(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice_in_the_erp(world, monkeypatch, **DEARER)
    assert [hold.code for hold in open_holds(world)] == ["duplicate"]
    assert sorted(row["total"] for row in world.erp.orders()) == ["132.00", "92.00"]


def test_o2_two_hits_stay_held_until_a_person_says_which_one_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = twice_in_the_erp(world, monkeypatch)
    put(world.remote("loja"), order.model_copy(update={"status": SHIPPED}))
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["duplicate"]
    assert world.order("loja", "1").erp_id == "1001"
    settle_hold(world, "erp:1002")
    world.sync("loja")
    assert world.order("loja", "1").erp_id == "1002"
    assert open_holds(world) == []
    assert {row["id"]: row["status"] for row in world.erp.orders()} == {"1001": "enviado", "1002": "enviado"}


def test_o2_search_after_a_repeated_create_is_made_up_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run died, or the ERP failed, between the create and the search that follows it."""
    unanswered(world, "late", seconds=203)
    create = world.erp.create_order

    def create_and_fail(draft: Any) -> Any:
        ref = create(draft)
        world.clock.move(2)
        world.erp.remote.fault("find_orders", "before")
        return ref

    monkeypatch.setattr(world.erp, "create_order", create_and_fail)
    for _ in range(2):
        world.clock.move(101)
        result = world.sync("loja")
    assert (result.counts["created"], result.counts["retry"]) == (1, 1)
    assert open_holds(world) == []
    world.sync("loja")
    world.clock.move(91)
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["duplicate"]


def test_o2_corrected_document_of_an_unanswered_create_is_found_by_itself(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", customer=buyer(document="11144477736")))
    world.sync("loja")
    settle_hold(world, "111.444.777-35")
    world.erp.remote.fault("create_order", "after")
    world.sync("loja")
    world.clock.move(91)
    assert world.sync("loja").counts["adopted"] == 1
    assert open_holds(world) == []


@pytest.mark.parametrize(
    ("marks", "note"),
    [
        (["label-loja"], ""),
        (["urgente"], "tomada:label-loja:1"),
        ([], "entregar às 10:30 tomada:label-loja:1 ligar antes"),
    ],
)
def test_o1_either_mark_is_enough_whatever_people_write_around_it(
    world: World, marks: list[str], note: str
) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    erp_row(world, marks=marks, internal_note=note)
    forget(world)
    assert world.sync("loja").counts["adopted"] == 1


@pytest.mark.parametrize("note", ["tomada:label-b:1", "ligar antes: tomada:label-b:1 até 10:30"])
def test_o1_other_stores_order_is_known_by_its_note_too(world: World, note: str) -> None:
    """The same buyer, number and total at two stores; a person removed the marker of the first."""
    world.add_store("b")
    put(world.remote("b"), make_order("1"))
    world.sync("b")
    erp_row(world, marks=[], internal_note=note)
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    assert world.sync("loja").counts["created"] == 1


def test_o1_order_of_another_app_with_the_same_number_and_buyer_is_held(world: World) -> None:
    created_unmarked(world)
    erp_row(world, total="1.00")
    settle_hold(world, "ignore")
    world.sync("loja")
    assert world.order("loja", "1").reason == "dropped"
    assert len(world.erp.orders()) == 1


def test_o1_hit_that_was_deleted_since_the_search_is_no_hit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    created_unmarked(world)
    monkeypatch.setattr(world.erp, "read_order", lambda _id: None)
    settle_hold(world, "create")
    assert world.sync("loja").counts["created"] == 1


def test_t2_status_that_comes_back_is_compared_with_the_erp_each_time(world: World) -> None:
    world.add_store("loja")
    order = make_order("1")
    shipped = order.model_copy(update={"status": SHIPPED})
    for version in (order, shipped, order, shipped):
        put(world.remote("loja"), version)
        world.sync("loja")
    assert erp_row(world)["status"] == "enviado"
    assert world.erp.remote.log().count("set_order_status") == 1


def test_o7_order_that_is_no_longer_cancelled_at_the_store_is_held(world: World) -> None:
    world.add_store("loja")
    order = make_order("1")
    for version in (order, order.model_copy(update={"status": CANCELLED}), order):
        put(world.remote("loja"), version)
        world.sync("loja")
    assert erp_row(world)["status"] == "cancelado"
    assert [hold.code for hold in open_holds(world)] == ["erp_cancelled"]


def test_o4_order_first_seen_cancelled_enters_when_it_is_not_any_more(world: World) -> None:
    world.add_store("loja")
    order = make_order("1", status=CANCELLED)
    put(world.remote("loja"), order)
    world.sync("loja")
    put(world.remote("loja"), make_order("1"))
    assert world.sync("loja").counts["created"] == 1


def test_cancelled_while_held_closes_the_hold_and_is_not_created(world: World) -> None:
    world.add_store("loja")
    order = make_order("1", items=(make_item("NOVA"),))
    put(world.remote("loja"), order)
    world.sync("loja")
    put(world.remote("loja"), order.model_copy(update={"status": CANCELLED}))
    assert world.sync("loja").counts["released"] == 1
    assert world.order("loja", "1").reason == "cancelled_before_import"
    assert world.erp.orders() == []


def test_product_deactivated_after_it_was_linked_leaves_the_link_and_the_erps_refusal(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    with world.erp.remote.open() as document:
        document["products"] = []
        document["refuse"] = "Produto inativo"
    put(world.remote("loja"), make_order("2"))
    assert world.sync("loja").counts["rejected"] == 1
    assert world.erp.remote.log().count("find_products") == 1
    [hold] = open_holds(world)
    assert (hold.code, hold.details["message"]) == ("erp_refused", "Produto inativo")


def test_clock_that_goes_back_only_lengthens_the_wait(world: World) -> None:
    unanswered(world)
    world.clock.move(-3600)
    assert world.sync("loja").counts["waiting"] == 1
    assert len(world.erp.orders()) == 1
    world.clock.move(3600 + 91)
    assert world.sync("loja").counts["adopted"] == 1


def test_o2_change_that_comes_while_an_answer_is_missing_neither_searches_nor_sends(world: World) -> None:
    order = unanswered(world)
    put(world.remote("loja"), order.model_copy(update={"status": SHIPPED}))
    asked = len(world.erp.remote.log())
    assert world.sync("loja").counts["waiting"] == 1
    assert len(world.erp.remote.log()) == asked
    world.clock.move(91)
    world.sync("loja")
    assert [row["status"] for row in world.erp.orders()] == ["enviado"]


def test_o2_change_between_the_two_searches_does_not_shorten_them(world: World) -> None:
    order = unanswered(world, "late", seconds=10**9)
    world.clock.move(91)
    world.sync("loja")
    put(world.remote("loja"), order.model_copy(update={"status": SHIPPED}))
    world.clock.move(9)
    assert world.sync("loja").counts["waiting"] == 1
    assert world.erp.orders() == []
    world.clock.move(2)
    world.sync("loja")
    assert [row["status"] for row in world.erp.orders()] == ["enviado"]


def test_o2_change_that_comes_while_a_statuss_answer_is_missing_waits_for_it(world: World) -> None:
    world.add_store("loja")
    order = make_order("1")
    put(world.remote("loja"), order)
    world.sync("loja")
    world.erp.remote.fault("set_order_status", "late", seconds=60)
    put(world.remote("loja"), order.model_copy(update={"status": SHIPPED}))
    world.sync("loja")
    put(world.remote("loja"), order.model_copy(update={"status": CANCELLED}))
    asked = len(world.erp.remote.log())
    world.sync("loja")
    assert len(world.erp.remote.log()) == asked
    world.clock.move(91)
    world.sync("loja")
    assert erp_row(world)["status"] == "enviado"
    assert [hold.code for hold in open_holds(world)] == ["cancel_invoiced"]  # shipped orders are invoiced


def test_o2_create_that_was_not_sent_is_given_up_when_the_order_is_cancelled(world: World) -> None:
    world.add_store("loja")
    order = make_order("1")
    put(world.remote("loja"), order)
    world.erp.remote.fault("create_order", "quota")
    world.sync("loja")
    put(world.remote("loja"), order.model_copy(update={"status": CANCELLED}))
    world.sync("loja")
    record = world.order("loja", "1")
    assert (record.state, record.reason) == (OrderState.IGNORED, "cancelled_before_import")
    with world.database.read() as tx:
        assert tx.intents.open([record.id]) == {}


def test_o1_adopted_order_of_an_unknown_status_is_held_before_it_is_moved(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    erp_row(world, status="estranho")
    forget(world)
    world.erp.find_orders = lambda _number: [
        ErpOrderRow(erp_id="1001", number="1001", ecommerce_number="1", status=None, total=Decimal(92))
    ]
    assert world.sync("loja").counts["adopted"] == 1
    world.sync("loja")
    assert world.order("loja", "1").erp_id == "1001"
    assert [hold.code for hold in open_holds(world)] == ["erp_status_unknown"]
