"""A create or a status that was sent and not answered (O2)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.platforms import put
from tests.flows.conftest import World
from tests.flows.factories import make_order
from tomada.domain.erp import ErpOrderDraft, ErpOrderRef
from tomada.domain.order import OrderStatus
from tomada.domain.status import StoreStatusType
from tomada.errors import EffectUnknown, QuotaExceeded, RejectedByRemote
from tomada.ports.records import OrderState, RunState


def test_o2_nothing_is_repeated_before_settle_time_and_two_empty_searches(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    put(world.remote("loja"), make_order("2"))
    world.erp.remote.fault("create_order", "late", seconds=10**9)
    first = world.sync("loja")
    assert (first.counts["waiting"], first.counts["created"], first.state) == (1, 1, RunState.PARTIAL)
    world.clock.move(89)
    assert world.sync("loja").counts["waiting"] == 1
    assert world.erp.remote.log().count("find_orders") == 2
    world.clock.move(2)
    world.sync("loja")
    assert world.erp.remote.log().count("find_orders") == 3
    world.clock.move(9)
    world.sync("loja")
    assert world.erp.remote.log().count("find_orders") == 3
    world.clock.move(2)
    last = world.sync("loja")
    assert last.counts["created"] == 1
    assert len(world.erp.orders()) == 2
    assert world.sync("loja").state is RunState.DONE


@pytest.mark.parametrize("seconds", [0.5, 30, 89, 95, 100])
def test_o2_late_effect_within_settle_time_and_gap_is_found(world: World, seconds: float) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.erp.remote.fault("create_order", "late", seconds=seconds)
    for _ in range(5):
        world.sync("loja")
        world.clock.move(91)
    assert len(world.erp.orders()) == 1
    assert world.order("loja", "1").state is OrderState.CREATED
    assert world.order("loja", "1").erp_status == "aprovado"


def test_o2_two_hits_after_an_unanswered_create_are_held(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The effect came while the second create was under way: a person has to choose."""
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.erp.remote.fault("create_order", "late", seconds=203)
    world.sync("loja")
    create = world.erp.create_order

    def slow_create(draft: ErpOrderDraft) -> ErpOrderRef:
        ref = create(draft)
        world.clock.move(2)
        return ref

    monkeypatch.setattr(world.erp, "create_order", slow_create)
    for _ in range(2):
        world.clock.move(101)
        result = world.sync("loja")
    assert result.counts["newly_held"] == 1
    assert len(world.erp.orders()) == 2
    with world.database.read() as tx:
        [hold] = tx.holds.select()
    assert (hold.code, hold.details["erp_numbers"]) == ("duplicate", "1001, 1002")


@pytest.mark.parametrize("arrives", [True, False])
def test_o2_a_duplicate_refused_after_an_unanswered_create_is_looked_for(
    world: World, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    """The first create took place while the second one was under way, and the ERP tells duplicates."""
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.erp.remote.fault("create_order", "late", seconds=203 if arrives else 10**9)
    world.sync("loja")

    def refuse(_draft: ErpOrderDraft) -> ErpOrderRef:
        world.clock.move(2)
        raise RejectedByRemote("tiny.duplicate", "Registro em duplicidade")

    monkeypatch.setattr(world.erp, "create_order", refuse)
    for _ in range(2):
        world.clock.move(101)
        result = world.sync("loja")
    assert len(world.erp.orders()) == arrives
    assert (result.counts.get("adopted", 0), result.counts.get("newly_held", 0)) == (arrives, not arrives)
    state = OrderState.CREATED if arrives else OrderState.HELD
    assert world.order("loja", "1").state is state


def test_o2_answer_lost_after_the_effect_is_adopted(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.erp.remote.fault("create_order", "after")
    world.sync("loja")
    world.clock.move(91)
    assert world.sync("loja").counts["adopted"] == 1
    assert len(world.erp.orders()) == 1


def test_order_cancelled_while_its_create_is_unanswered_is_found_first(world: World) -> None:
    world.add_store("loja")
    order = make_order("1")
    put(world.remote("loja"), order)
    world.erp.remote.fault("create_order", "after")
    world.sync("loja")
    cancelled = OrderStatus(code="53", name="CANCELADO", type=StoreStatusType.CANCELLED)
    put(world.remote("loja"), order.model_copy(update={"status": cancelled}))
    world.clock.move(91)
    world.sync("loja")
    world.sync("loja")
    assert [row["status"] for row in world.erp.orders()] == ["cancelado"]


def test_quota_refusal_stops_the_run_and_leaves_nothing_behind(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.erp.remote.fault("create_order", "quota")
    result = world.sync("loja")
    assert isinstance(result.error, QuotaExceeded)
    assert result.counts.get("waiting", 0) == 0
    assert world.sync("loja").counts["created"] == 1


def test_a1_erp_down_stops_after_three_and_the_store_is_read_all_the_same(world: World) -> None:
    world.add_store("loja")
    for number in range(6):
        put(world.remote("loja"), make_order(str(number)))
    world.erp.remote.fault("find_orders", "before", times=3)
    result = world.sync("loja")
    assert (result.counts["seen"], result.counts["retry"], result.state) == (6, 3, RunState.PARTIAL)
    assert world.sync("loja").counts["created"] == 6


def test_status_without_answer_waits_and_is_read_before_it_is_repeated(world: World) -> None:
    world.add_store("loja")
    order = make_order("1")
    put(world.remote("loja"), order)
    world.sync("loja")
    shipped = OrderStatus(code="342", name="ENVIADO", type=StoreStatusType.OPEN)
    put(world.remote("loja"), order.model_copy(update={"status": shipped}))
    world.erp.remote.fault("set_order_status", "late", seconds=60)
    assert world.sync("loja").counts["waiting"] == 1
    assert world.sync("loja").counts["waiting"] == 1
    world.clock.move(91)
    result = world.sync("loja")
    assert (result.state, result.counts.get("status_set", 0)) == (RunState.DONE, 0)
    assert world.erp.remote.log().count("set_order_status") == 1
    assert world.erp.orders()[0]["status"] == "enviado"


FAULTS = st.lists(
    st.tuples(
        st.sampled_from(["find_orders", "create_order", "read_order", "set_order_status", "find_products"]),
        st.sampled_from(["before", "after", "late", "quota"]),
        st.integers(1, 2),
        st.sampled_from([1.0, 45.0, 89.0]),
    ),
    max_size=3,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FAULTS, st.integers(0, 10**6))
def test_any_faults_end_in_the_same_final_state(
    world: World, faults: list[tuple[str, str, int, float]], n: int
) -> None:
    name = f"loja{n}-{len(faults)}-{hash(tuple(faults)) % 10**8}-{len(world.erp.orders())}"
    world.erp.create_account("CAN-01", "CAN-02")
    world.add_store(name)
    orders = [make_order(str(number)) for number in range(3)]
    for order in orders:
        put(world.remote(name), order)
    for on, kind, times, seconds in faults:
        world.erp.remote.fault(on, kind, times, seconds)
    world.sync(name)
    shipped = OrderStatus(code="342", name="ENVIADO", type=StoreStatusType.OPEN)
    put(world.remote(name), orders[0].model_copy(update={"status": shipped}))
    for _ in range(9):
        world.clock.move(101)
        result = world.sync(name)
    assert result.state is RunState.DONE
    assert not isinstance(result.error, EffectUnknown)
    found = sorted((row["ecommerce_number"], row["status"]) for row in world.erp.orders())
    assert found == [("0", "enviado"), ("1", "aprovado"), ("2", "aprovado")]
