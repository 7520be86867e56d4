"""Days and moments: what the ERP calls a day, since when orders count, how long one may stay unpaid (O4, O10)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tests.fakes.platforms import put
from tests.flows.conftest import World
from tests.flows.factories import START, make_order
from tests.flows.test_orders_statuses import SHIPPED, UNPAID, change, erp_row, open_holds
from tomada.domain.order import OrderStatus
from tomada.domain.status import StoreStatusType
from tomada.flows.orders.drafts import placed_on
from tomada.ports.erp_options import Posting
from tomada.ports.options import Enter, OrderOptions, StoreOptions
from tomada.ports.records import OrderState

ANALYSIS = OrderStatus(code="40", name="EM ANÁLISE", type=StoreStatusType.OPEN)
SINCE = START - timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 3, 2, 59, 59, tzinfo=UTC), date(2026, 11, 2)),
        (datetime(2026, 11, 3, 3, 0, tzinfo=UTC), date(2026, 11, 3)),
        (datetime(2026, 11, 2, 23, 30, tzinfo=timezone(timedelta(hours=-3))), date(2026, 11, 2)),
        (datetime(2026, 1, 15, 2, 30, tzinfo=UTC), date(2026, 1, 14)),  # no daylight saving since 2019
        (datetime(2018, 12, 15, 2, 30, tzinfo=UTC), date(2018, 12, 15)),  # there was
    ],
)
def test_day_of_an_order_is_the_day_in_sao_paulo(moment: datetime, day: date) -> None:
    assert placed_on(make_order(placed_at=moment)) == day


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (SINCE - timedelta(microseconds=1), OrderState.IGNORED),
        (SINCE, OrderState.CREATED),
        (SINCE.astimezone(timezone(timedelta(hours=-3))), OrderState.CREATED),
    ],
)
def test_o4_orders_count_from_the_very_moment_of_activation(
    world: World, moment: datetime, state: OrderState
) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", placed_at=moment))
    world.sync("loja")
    assert world.order("loja", "1").state is state


def test_o10_later_change_of_an_order_from_before_writes_nothing(world: World) -> None:
    world.add_store("loja")
    old = make_order("1", placed_at=SINCE - timedelta(days=9))
    put(world.remote("loja"), old)
    world.sync("loja")
    change(world, old, status=SHIPPED)
    assert world.erp.remote.log() == []


def test_o4_order_from_before_is_imported_when_it_is_asked_for(world: World) -> None:
    world.add_store("loja", options=StoreOptions(orders=OrderOptions(enter=Enter.PAID, automatic=False)))
    put(world.remote("loja"), make_order("1", placed_at=SINCE - timedelta(days=9), paid=False))
    world.sync("loja")
    record = world.order("loja", "1")
    record.override["import:"], record.dirty = "maria", True
    with world.database.begin() as tx:
        tx.orders.save([record])
    assert world.sync("loja").counts["created"] == 1


def unpaid(world: World, days: int = 3) -> None:
    world.clock.time = START
    world.add_store("loja", options=StoreOptions(orders=OrderOptions(unpaid_days=days)))
    put(world.remote("loja"), make_order("1", status=UNPAID, paid=False))
    world.sync("loja")


def test_o4_unpaid_order_is_cancelled_in_time_whatever_else_happened_to_it(world: World) -> None:
    unpaid(world)
    order = make_order("1", status=UNPAID, paid=False)
    world.clock.move(86_400)
    change(world, order, status=ANALYSIS)
    world.clock.move(86_400)
    assert change(world, order, status=make_order().status)["status_set"] == 1
    world.clock.move(86_401)
    world.sync("loja")
    assert erp_row(world)["status"] == "cancelado"
    assert world.sync("loja").counts.get("decided", 0) == 0


def test_o4_order_paid_in_time_is_never_cancelled(world: World) -> None:
    unpaid(world)
    world.clock.move(86_400)
    change(world, make_order("1"))
    world.clock.move(30 * 86_400)
    world.sync("loja")
    assert erp_row(world)["status"] == "aprovado"


def test_o4_unpaid_order_whose_stock_is_posted_is_held_and_goes_on_when_paid(world: World) -> None:
    world.set_options(stock_posting=Posting.ON_SAVE)
    unpaid(world)
    world.clock.move(3 * 86_400 + 1)
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["cancel_posted"]
    change(world, make_order("1"))
    assert open_holds(world) == []
    assert erp_row(world)["status"] == "aprovado"


def test_o4_order_paid_after_it_was_cancelled_for_not_being_paid_is_held(world: World) -> None:
    unpaid(world)
    world.clock.move(3 * 86_400 + 1)
    world.sync("loja")
    change(world, make_order("1"))
    assert [hold.code for hold in open_holds(world)] == ["erp_cancelled"]


def test_o4_order_that_was_cancelled_for_not_being_paid_has_no_deadline_any_more(world: World) -> None:
    unpaid(world)
    world.clock.move(3 * 86_400 + 1)
    world.sync("loja")
    change(world, make_order("1", status=UNPAID, paid=False, notes="later"))
    record = world.order("loja", "1")
    assert (record.due_at, record.dirty) == (None, False)
