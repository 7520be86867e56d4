"""An order that is split over the store's distribution centres (tray-rest.md 9.1, 10.4)."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.sandbox.tray_support import Json, TrayCaller, connected
from tomada_sandbox.client import SandboxClient, SandboxError

BASKET = [{"sku": "CAN-AZUL", "quantity": 3, "price": "10.00"}, {"sku": "CHA-CAMOMILA", "price": "15.00"}]


@pytest.fixture
def tray(control: SandboxClient, name: str) -> Iterator[TrayCaller]:
    yield from connected(control, name)


def split(tray: TrayCaller, number: object, *parts: Json) -> list[str]:
    told = tray.control.shop(tray.name, "split", order=number, parts=list(parts))
    return [str(id_) for id_ in told["children"]]


def lines(order: Json) -> dict[str, Decimal]:
    found = [line["ProductsSold"] for line in order["ProductsSold"]]
    return {line["reference"]: Decimal(line["quantity"]) for line in found}


def test_the_original_is_edited_and_each_part_is_an_order_that_points_to_it(tray: TrayCaller) -> None:
    number = tray.place(items=BASKET, shipment_value="10.01", discount="1.00")
    whole = tray.get(f"orders/{number}/complete")["Order"]
    parts = split(tray, number, {"CAN-AZUL": 2}, {"CHA-CAMOMILA": 1})
    orders = [tray.get(f"orders/{id_}/complete")["Order"] for id_ in (number, *parts)]
    assert [lines(order) for order in orders] == [
        {"CAN-AZUL": 1},
        {"CAN-AZUL": 2},
        {"CHA-CAMOMILA": 1},
    ]
    for term in ("total", "shipment_value", "discount", "partial_total"):
        assert sum(Decimal(order[term]) for order in orders) == Decimal(whole[term])
    assert [Decimal(order["Payment"][0]["Payment"]["value"]) for order in orders] == [
        Decimal(order["total"]) for order in orders
    ]
    assert [one["Order"]["id"] for one in orders[0]["OrderChilds"]] == parts
    assert {order["dc_order_origin"] for order in orders[1:]} == {str(number)}
    assert str(number) in orders[1]["store_note"]
    assert "OrderChilds" not in whole


@pytest.mark.parametrize(
    ("placed", "parts", "why"),
    [
        ({"payment": "boleto"}, {"CAN-AZUL": 1}, "when it is paid"),
        ({"channel": "SHOPEE"}, {"CAN-AZUL": 1}, "marketplace"),
        ({}, {"CAN-AZUL": 2}, "has no 2"),
        ({}, {"BONE": 1}, "has no 1"),
    ],
)
def test_what_tray_would_not_split_is_refused(tray: TrayCaller, placed: Json, parts: Json, why: str) -> None:
    number = tray.place(**placed)
    with pytest.raises(SandboxError, match=why):
        split(tray, number, parts)
