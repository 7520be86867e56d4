"""What a merchant wants every order of a store to bear in the ERP (``erp.*``)."""

import pytest

from tests.fakes.platforms import put
from tests.flows.conftest import World
from tests.flows.factories import make_order
from tomada.ports.options import ErpOrderOptions, FreightPayer, StoreOptions

NOTHING = {
    **dict.fromkeys(("warehouse", "price_list", "seller", "operation", "ecommerce_id", "freight_payer"), ""),
}


@pytest.mark.parametrize(
    ("chosen", "borne"),
    [
        (ErpOrderOptions(), NOTHING),
        (
            ErpOrderOptions(
                warehouse=" Galpão Sul ",
                price_list=9,
                seller="Íris",
                operation="Venda",
                ecommerce_id=8123,
                freight_payer=FreightPayer.RECIPIENT,
            ),
            {
                "warehouse": "Galpão Sul",
                "price_list": "9",
                "seller": "Íris",
                "operation": "Venda",
                "ecommerce_id": "8123",
                "freight_payer": "D",
            },
        ),
    ],
)
def test_every_order_of_a_store_bears_its_terms(
    world: World, chosen: ErpOrderOptions, borne: dict[str, str]
) -> None:
    store = world.add_store("loja", options=StoreOptions(erp=chosen))
    put(world.remote(store.name), make_order("1"))
    world.sync(store.name)
    (order,) = world.erp.orders()
    assert order["terms"] == borne
