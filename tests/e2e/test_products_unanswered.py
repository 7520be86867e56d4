"""A product whose creation got no answer is found again at the store, not held as somebody else's (P1)."""

from pathlib import Path

from tests.e2e.outgoing import options, posting
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.errors import TomadaError
from tomada.flows.products import send_products, with_skus
from tomada.ports.options import Posting
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


def test_p1_what_a_late_create_left_at_the_store_is_finished_and_not_held(
    stage: Stage, shared_clock: Path
) -> None:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    posting(stage, Posting.ON_INVOICE)
    stage.add_store("a", options())
    stage.sandbox.clerk(stage.account, "add_products", products=[PRODUCT])
    remote = f"tray/{stage.remote('a')}"
    stage.sandbox.add_fault(
        "late_effect", remote=remote, endpoint="products.create", times=1, params={"seconds": LATE}
    )
    send(stage)
    state = stage.sandbox.state_of("tray", stage.remote("a"))
    assert [one for one in state["products"] if one["sku"] == SKU] == []
    stage.later()
    for _ in range(2):
        send(stage)
        stage.later()
    state = stage.sandbox.state_of("tray", stage.remote("a"))
    made = [[part["sku"] for part in one["variants"]] for one in state["products"] if one["sku"] == SKU]
    assert made == [["BONE-P", "BONE-M"]]
    with stage.installation.database.read() as tx:
        assert tx.holds.select() == []
