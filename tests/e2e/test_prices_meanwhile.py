"""A price that changes again while it is sent is sent again, whoever heard of it (V1)."""

from typing import Any

from tests.e2e.outgoing import link_all, options
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.flows.prices.flow import sync_prices
from tomada.flows.products.changes import read_product_changes
from tomada.ports.options import PriceOptions, PriceRule
from tomada_sandbox.clock import VirtualClock

CUP = "CAN-AZUL"


def sync(stage: Stage) -> None:
    with stage.installation.database.read() as tx:
        store = tx.stores.by_name("a")
    assert store
    with stage.installation.reading(store, "test", quiet, "prices", writes=True) as ctx:
        sync_prices(ctx)


def price(stage: Stage) -> str:
    products = stage.sandbox.state_of("tray", stage.remote("a"))["products"]
    return next(str(one["price"]) for one in products if one["sku"] == CUP)


def test_v1_a_change_that_another_store_s_run_hears_of_while_a_price_is_sent_is_not_lost(
    stage: Stage, shared_clock: Any
) -> None:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    priced = options().model_copy(update={"prices": PriceOptions(rule=PriceRule.PRODUCT)})
    stage.add_store("a", priced)
    stage.add_store("b", options())
    link_all(stage)
    sync(stage)
    other = Stage(stage.sandbox, stage.home, stage.prefix)
    other.installation.clock = stage.installation.clock
    edited: list[str] = []

    def meanwhile(name: str) -> None:
        if name.startswith("request.before PUT") and not edited:
            edited.append(name)
            stage.sandbox.clerk(stage.account, "edit_product", sku=CUP, price="42.00")
            with other.installation.database.read() as tx:
                second = tx.stores.by_name("b")
            assert second
            with other.installation.reading(second, "test", quiet, "products") as ctx:
                read_product_changes(ctx)

    mortal = Stage(stage.sandbox, stage.home, stage.prefix, meanwhile, stage.names)
    mortal.installation.clock = stage.installation.clock
    stage.sandbox.clerk(stage.account, "edit_product", sku=CUP, price="41.00")
    sync(mortal)
    assert (len(edited), price(stage)) == (1, "41.00")
    sync(stage)
    assert price(stage) == "42.00"
    mortal.close()
    other.close()
