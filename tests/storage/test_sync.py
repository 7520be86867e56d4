"""A whole small sync of orders ends alike on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.erp import FakeErp
from tests.fakes.platforms import put
from tests.flows.conftest import SKUS, TestClock, World
from tests.flows.factories import make_item, make_order
from tests.storage.conftest import Place, opened
from tomada.domain.order import OrderStatus
from tomada.domain.status import StoreStatusType
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.records import ErpRecord
from tomada.storage.database import SqlDatabase


@pytest.fixture
def world(place: Place, database: SqlDatabase) -> World:
    clock = TestClock()
    erp = FakeErp(place.folder / "erp.json", clock)
    erp.create_account(*SKUS)
    with database.begin() as tx:
        tx.erps.save(ErpRecord(0, "erp", "fake", "", ErpOptions(stock_posting=Posting.ON_INVOICE)))
    return World(place.folder, database, clock, erp)


def standing(world: World) -> list[tuple[str, ...]]:
    """Where each order stands, on our side."""
    with world.database.read() as tx:
        names = {store.id: store.name for store in tx.stores.all()}
        return sorted(
            (names[one.store_id], one.remote_id, one.state.value, one.reason, one.erp_status)
            for one in tx.orders.select()
        )


def test_orders_come_in_once_are_held_and_follow_their_store(world: World, place: Place) -> None:
    for name, platform in (("a", "paged"), ("b", "todo")):
        world.add_store(name, platform)
        put(world.remote(name), make_order("1", notes="status only"))
        put(world.remote(name), make_order("2", items=(make_item("UNKNOWN"),)))
        put(world.remote(name), make_order("3"), raw="{damaged")
    world.erp.remote.fault("create_order", "after")
    for _ in range(3):
        for name in ("a", "b"):
            world.sync(name)
        world.clock.move(timedelta(minutes=5).total_seconds())
    before = [
        (name, *rest)
        for name in ("a", "b")
        for rest in (
            ("1", "created", "", "aprovado"),
            ("2", "held", "unlinked", ""),
            ("3", "held", "damaged", ""),
        )
    ]
    assert standing(world) == before
    created = [(row["marks"][0], row["ecommerce_number"], row["total"]) for row in world.erp.orders()]
    assert sorted(created) == [("label-a", "1", "92.00"), ("label-b", "1", "92.00")]

    shipped = OrderStatus(code="342", name="ENVIADO", type=StoreStatusType.OPEN)
    put(world.remote("a"), make_order("1", notes="status only", status=shipped))
    assert world.sync("a").counts["status_set"] == 1
    assert sorted(row["status"] for row in world.erp.orders()) == ["aprovado", "enviado"]
    with opened(place) as second, second.read() as tx:
        stories: dict[str, Any] = {
            store.name: [row.event for row in tx.audit.story(store.id, "1")] for store in tx.stores.all()
        }
    assert stories["a"].count("order.created") + stories["a"].count("order.adopted") == 1
    assert stories["b"].count("order.created") + stories["b"].count("order.adopted") == 1
    assert world.sync("a").counts.get("status_set", 0) == 0
