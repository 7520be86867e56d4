"""Real orders from five channels, paid in four ways and shipped under unknown texts: the desk lets all through (D1).

``map suggest`` answers what it can, and then one command a code is enough.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tests.demo.datasets import REAL
from tomada_sandbox.demo.olist.data import DataSet, read
from tomada_sandbox.demo.olist.orders import placed, products_of

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="Olist's data are not at hand")

Capture = pytest.CaptureFixture[str]

EACH = 50
"""Orders of each way of payment."""
CHANNELS = {
    "MERCADO LIVRE": "Mercado Livre",
    "MAGALU": "Magazine Luiza",
    "SHOPEE": "Shopee",
    "AMERICANAS MKT": "Americanas",
    "FEIRA DA VILA": "FEIRA DA VILA",
}
SHIPPING = {
    "Correios PAC": "C",
    "Motoboy zona sul 2h": "X",
    "MOTOBOY - zona leste": "X",
    "motoboy (madrugada)": "X",
    "Transportadora": "T",
    "Frete Fácil Transportadora": "T",
    "Drone": "",
}
PAYMENTS = {"credit_card": "credito", "boleto": "boleto", "Cartão de débito": "debito", "Vale-compra": ""}


def sample() -> DataSet:
    """Real orders that come in, as many of each way of payment, none paid in two ways."""
    data = read(REAL, 6000)
    by_type: dict[str, list[Any]] = {}
    for sale in data.sales:
        types = {payment.type for payment in sale.payments}
        if sale.comes_in and sale.approved and sale.status != "canceled" and len(types) == 1:
            by_type.setdefault(types.pop(), []).append(sale)
    kept = [sale for type_ in sorted(by_type) for sale in by_type[type_][:EACH]]
    assert {type_: len(found) >= EACH for type_, found in by_type.items()} == dict.fromkeys(
        ("credit_card", "boleto", "debit_card", "voucher"), True
    )
    return replace(data, sales=kept)


@pytest.fixture
def orders(shop: Remotes) -> dict[str, dict[str, Any]]:
    """The orders as they stand in the store, by their ids."""
    data = sample()
    shop.sandbox.clerk(f"{shop.prefix}conta", "add_products", products=products_of(data))
    shop.sandbox.shop(f"{shop.prefix}loja", "add_products", products=products_of(data))
    then = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    channels, shipping = cycle(CHANNELS), cycle(SHIPPING)
    rows = [
        {**row, "date": then, "modified": then, "channel": next(channels), "shipping": next(shipping)}
        for row in placed(data)
    ]
    shop.sandbox.shop(f"{shop.prefix}loja", "place_many", orders=rows)
    return {str(row["id"]): row for row in rows}


def open_codes(capsys: Capture, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(here(capsys, "map", "suggest", "loja", *words, "--json")[1])[
        "codes"
    ]
    return found


def test_d1_every_code_of_real_orders_is_settled_by_suggest_and_one_command_each(
    shop: Remotes, orders: dict[str, dict[str, Any]], capsys: Capture
) -> None:
    assert here(capsys, "store", "set", "loja", "orders.payments=all")[0] == 0
    assert here(capsys, "sync", "loja", "orders")[0] == 1
    assert shop.in_erp() == []
    unknown = {(one["kind"], one["code"]) for one in open_codes(capsys)}
    assert {kind for kind, _code in unknown} == {"channel", "shipping", "payment"}
    assert len(unknown) == len(CHANNELS) + 6 + 1

    left = open_codes(capsys, "--accept", "--yes")
    assert {(one["kind"], one["code"]) for one in left} == {
        ("channel", "AMERICANAS MKT"),
        ("channel", "FEIRA DA VILA"),
        ("shipping", "Drone"),
        ("shipping", "Frete Fácil Transportadora"),
        ("shipping", "MOTOBOY - zona leste"),
        ("shipping", "Motoboy zona sul 2h"),
        ("shipping", "motoboy (madrugada)"),
        ("payment", "Vale-compra"),
    }
    commands = 0
    while codes := open_codes(capsys):
        code = codes[0]
        words = code["command"].removeprefix("tomada ").split(" ", 4)[:4]
        value = code["suggestions"][0]["value"] if code["suggestions"] else "leave"
        pattern = "motoboy*" if "motoboy" in code["code"].lower() else code["code"]
        assert here(capsys, *words, pattern, value)[0] == 0
        commands += 1
    assert commands == 6

    assert here(capsys, "sync", "loja", "orders")[0] == 0
    assert json.loads(here(capsys, "holds", "list", "--json")[1])["waiting"]["holds"] == 0
    rows = {row["ecommerce"]["numeroPedidoEcommerce"]: row for row in shop.in_erp()}
    assert rows.keys() == orders.keys()
    for number, placed_order in orders.items():
        texts = rows[number]["texts"]
        assert rows[number]["ecommerce"]["nomeEcommerce"] == CHANNELS[placed_order["channel"]]
        assert texts.get("forma_envio", "") == SHIPPING[placed_order["shipping"]]
        assert texts.get("forma_pagamento", "") == PAYMENTS[placed_order["payment"]]
    assert Counter(PAYMENTS[order["payment"]] for order in orders.values()) == Counter(
        dict.fromkeys(PAYMENTS.values(), EACH)
    )
