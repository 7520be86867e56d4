"""Orders come in, each exactly once (O1, O2, O3)."""

import pytest

from tests.fakes.platforms import put, put_file
from tests.flows.conftest import World
from tests.flows.factories import make_item, make_order
from tomada.domain.order import OrderStatus
from tomada.domain.status import StoreStatusType
from tomada.ports.records import OrderState, RunState


@pytest.mark.parametrize("platform", ["paged", "todo", "folder"])
def test_orders_of_all_three_kinds_of_remote_come_in_once(world: World, platform: str) -> None:
    world.add_store("loja", platform)
    orders = [make_order(str(number)) for number in range(1, 6)]
    if platform == "folder":
        put_file(world.folder / "loja", "a.json", orders[:3])
        put_file(world.folder / "loja", "b.json", orders[3:])
    else:
        for order in orders:
            put(world.remote("loja"), order)
    first, second = world.sync("loja"), world.sync("loja")
    assert (first.state, first.counts["created"], first.error) == (RunState.DONE, 5, None)
    assert second.counts.get("created", 0) == 0
    created = world.erp.orders()
    assert sorted(row["ecommerce_number"] for row in created) == ["1", "2", "3", "4", "5"]
    assert {row["marks"][0] for row in created} == {"label-loja"}
    assert {row["status"] for row in created} == {"aprovado"}


def test_o5_second_run_reads_no_detail_and_asks_the_erp_nothing(world: World) -> None:
    world.add_store("loja")
    for number in range(3):
        put(world.remote("loja"), make_order(str(number)))
    world.sync("loja")
    before, erp_before = len(world.remote("loja").log()), len(world.erp.remote.log())
    world.sync("loja")
    assert set(world.remote("loja").log()[before:]) == {"list"}
    assert world.erp.remote.log()[erp_before:] == []


def test_o1_two_stores_with_the_same_order_number(world: World) -> None:
    for name in ("a", "b"):
        world.add_store(name)
        put(world.remote(name), make_order("7"))
        world.sync(name)
    rows = world.erp.orders()
    assert sorted(row["marks"][0] for row in rows) == ["label-a", "label-b"]
    assert world.order("a", "7").erp_id != world.order("b", "7").erp_id


def test_o2_order_that_the_erp_has_already_is_adopted(world: World) -> None:
    """The database was lost after the order had been created."""
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    with world.database.begin() as tx:
        record = world.order("loja", "1")
        record.erp_id, record.state, record.dirty = "", OrderState.NEW, True
        tx.orders.save([record])
    with world.erp.remote.open() as document:
        document["orders"]["1001"]["invoice_id"] = "77"
    assert world.sync("loja").counts["adopted"] == 1
    assert len(world.erp.orders()) == 1
    record = world.order("loja", "1")
    assert record.erp_id == "1001"
    with world.database.read() as tx:
        news = tx.erp_news.find([record.id])[record.id]  # no list of changes need tell it any more
    assert (news.status, news.invoice_id, news.invoice_due, news.tracking_due) == (
        "aprovado",
        "77",
        True,
        True,
    )


@pytest.mark.parametrize("change", [{"marks": []}, {"total": "91.00"}])
def test_o1_hit_that_fits_in_part_is_held(world: World, change: dict[str, object]) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    with world.erp.remote.open() as document:
        document["orders"]["1001"].update({"internal_note": "", **change})
    with world.database.begin() as tx:
        record = world.order("loja", "1")
        record.erp_id, record.state, record.dirty = "", OrderState.NEW, True
        tx.orders.save([record])
    result = world.sync("loja")
    assert result.counts["newly_held"] == 1
    assert world.order("loja", "1").reason == "duplicate"
    assert len(world.erp.orders()) == 1


def test_o1_stranger_with_the_same_number_is_none_of_ours(world: World) -> None:
    world.add_store("loja")
    with world.erp.remote.open() as document:
        document["orders"]["1"] = {
            "id": "1",
            "ecommerce_number": "1",
            "marks": ["outra"],
            "internal_note": "",
            "customer": {"document": "48404755000188"},
            "customer_code": "",
            "total": "10.00",
            "status": "aberto",
            "invoice_id": "",
        }
    put(world.remote("loja"), make_order("1"))
    assert world.sync("loja").counts["created"] == 1


def test_o3_todo_is_acknowledged_after_the_commit_and_again_when_a_hold_settles(world: World) -> None:
    world.add_store("loja", "todo")
    put(world.remote("loja"), make_order("1", items=(make_item("UNKNOWN"),)))
    world.sync("loja")
    remote = world.remote("loja")
    assert remote.log().count("acknowledge") == 1
    with world.erp.remote.open() as document:
        document["products"].append({"id": "77", "sku": "UNKNOWN", "active": True})
    world.clock.move(3601)
    world.sync("loja")
    assert world.order("loja", "1").state is OrderState.CREATED
    assert remote.log().count("acknowledge") == 2
    world.sync("loja")
    assert remote.log().count("acknowledge") == 2


def test_status_change_of_a_known_order_arrives(world: World) -> None:
    world.add_store("loja")
    order = make_order("1", notes="status only")
    put(world.remote("loja"), order)
    world.sync("loja")
    shipped = OrderStatus(code="342", name="ENVIADO", type=StoreStatusType.OPEN)
    put(world.remote("loja"), order.model_copy(update={"status": shipped}))
    assert world.sync("loja").counts["status_set"] == 1
    assert world.erp.orders()[0]["status"] == "enviado"
    assert world.sync("loja").counts.get("status_set", 0) == 0
