"""A product whose creation got no answer is found again at the store, not held as somebody else's (P1)."""

from pathlib import Path

import pytest

from tests.e2e.outgoing import options, posting
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.errors import TomadaError
from tomada.flows.products.flow import send_products, unlinked, with_skus
from tomada.ports.erp_options import Posting
from tomada.ports.runner import FlowResult
from tomada_sandbox.clock import VirtualClock

SKU = "BONE"
LATE = 60
VARIATIONS = [{"sku": f"{SKU}-{size}", "grid": {"Tamanho": size}} for size in "PM"]
PRODUCT = {"sku": SKU, "name": "Boné", "price": "39.90", "variations": VARIATIONS}


def send(stage: Stage) -> None:
    with stage.installation.database.read() as tx:
        store = tx.stores.all()[0]
    try:
        with stage.installation.reading(store, "test", quiet, "products", writes=True) as ctx:
            list(send_products(ctx, with_skus(ctx, [SKU])[SKU]))
    except TomadaError:  # the answer is missing; the next send looks what became of it
        pass


@pytest.fixture
def begun(stage: Stage, shared_clock: Path) -> Stage:
    """A store that was asked to create a product and did not answer."""
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    posting(stage, Posting.ON_INVOICE)
    stage.add_store("a", options())
    stage.sandbox.clerk(stage.account, "add_products", products=[PRODUCT])
    remote = f"tray/{stage.remote('a')}"
    stage.sandbox.add_fault(
        "late_effect", remote=remote, endpoint="products.create", times=1, params={"seconds": LATE}
    )
    send(stage)
    return stage


def sync(stage: Stage) -> FlowResult:
    (result,) = stage.installation.runner.run("a", ("products",), "test", quiet)
    return result


def made(stage: Stage) -> list[list[str]]:
    """The variations of each product that the store has with the SKU."""
    state = stage.sandbox.state_of("tray", stage.remote("a"))
    return [[part["sku"] for part in one["variants"]] for one in state["products"] if one["sku"] == SKU]


def test_p1_what_a_late_create_left_at_the_store_is_finished_and_not_held(begun: Stage) -> None:
    assert made(begun) == []
    begun.later()
    for _ in range(2):
        send(begun)
        begun.later()
    assert made(begun) == [["BONE-P", "BONE-M"]]
    with begun.installation.database.read() as tx:
        assert tx.holds.select() == []


def test_p2_a_sync_finishes_what_a_person_asked_to_create(begun: Stage) -> None:
    assert sync(begun).counts["waiting"] == 1  # its settle_time has not passed
    for _ in range(2):
        begun.later()
        sync(begun)
    assert made(begun) == [["BONE-P", "BONE-M"]]
    since = begun.sandbox.journal_end()
    assert "waiting" not in sync(begun).counts
    assert not any(
        one.get("method") == "POST" and one["remote"].startswith("tray")
        for one in begun.sandbox.journal(since=since)
    )


def test_p2_a_product_that_the_erp_has_no_more_is_not_looked_at_for_ever(begun: Stage) -> None:
    begun.later()
    begun.sandbox.clerk(begun.account, "delete_product", sku=SKU)
    sync(begun)
    since = begun.sandbox.journal_end()
    sync(begun)
    asked = [one["endpoint"] for one in begun.sandbox.journal(since=since) if one["event"] == "received"]
    assert "produto.obter.php" not in asked
    with begun.installation.database.read() as tx:
        store = tx.stores.all()[0]
        known = tx.publications.find(store.id, "products", sorted(tx.publications.keys(store.id, "products")))
        assert [one.code for one in known.values()] == ["product.gone"]
        begun_before = tx.publications.begun(store.id, "products")
    with begun.installation.reading(store, "test", quiet, "products") as ctx:
        assert not set(begun_before) & set(unlinked(ctx).product_ids)
