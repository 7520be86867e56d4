"""Products that have variations on one side only: each piece is linked, nobody's product is overwritten (P3, P4)."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.outgoing import link_all, options, sync_all
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.app.sending import send_named_products
from tomada.ports.records import RunState
from tomada_sandbox.clock import VirtualClock

SIZES = ["SAIA-P", "SAIA-M"]
FACTS = {"marca": "Nova", "peso_bruto": "0.400"}
AT_STORE: dict[str, list[dict[str, Any]]] = {
    "variations": [
        {
            "sku": "SAIA",
            "name": "Saia rodada",
            "price": "120.00",
            "variants": [{"sku": sku, "stock": 1, "values": {"Tamanho": sku[-1]}} for sku in SIZES],
        }
    ],
    "apart": [{"sku": sku, "name": f"Saia rodada {sku[-1]}", "price": "120.00", "stock": 1} for sku in SIZES],
}
IN_ERP: dict[str, list[dict[str, Any]]] = {
    "variations": [
        {
            "sku": "SAIA",
            "name": "SAIA",
            "price": "100.00",
            "variations": [{"sku": sku, "grid": {"Tamanho": sku[-1]}, "stock": "7"} for sku in SIZES],
        }
    ],
    "apart": [{"sku": sku, "name": sku, "price": "100.00", "stock": "7"} for sku in SIZES],
    "kit": [
        {"sku": "FITA", "name": "FITA", "price": "1.00", "stock": "14"},
        *(
            {"sku": sku, "name": sku, "price": "100.00", "kit": [{"sku": "FITA", "quantity": 2}]}
            for sku in SIZES
        ),
    ],
}


@pytest.fixture
def shop(stage: Stage, shared_clock: Path) -> Stage:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    stage.add_store("a", options())
    return stage


def skirts(shop: Stage) -> list[dict[str, Any]]:
    products = shop.sandbox.state_of("tray", shop.remote("a"))["products"]
    return [one for one in products if one["sku"].startswith("SAIA")]


def without_stock(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**one, "stock": None, "modified": None, "variants": without_stock(one.get("variants", []))}
        for one in rows
    ]


def stocks(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {part["sku"]: part["stock"] for one in rows for part in one["variants"] or [one]}


@pytest.mark.parametrize(
    ("store", "erp"), [("variations", "apart"), ("variations", "kit"), ("apart", "variations")]
)
def test_p4_balances_go_to_each_piece_and_an_edit_overwrites_no_product(
    shop: Stage, store: str, erp: str
) -> None:
    shop.sandbox.clerk(shop.account, "add_products", products=IN_ERP[erp])
    shop.sandbox.shop(shop.remote("a"), "add_products", products=AT_STORE[store])
    shop.later(3600)
    link_all(shop)
    before = skirts(shop)
    for edited in (SIZES[0], "SAIA"):
        if edited in {row["sku"] for row in IN_ERP[erp]} | set(SIZES):
            shop.sandbox.clerk(shop.account, "edit_product", sku=edited, details=FACTS, gtin="7891000000999")
        for _ in range(2):
            results = sync_all(shop, confirmed=True)
            shop.later()
    assert set(stocks(skirts(shop))) == set(SIZES)
    assert erp == "kit" or stocks(skirts(shop)) == dict.fromkeys(SIZES, 7)
    assert without_stock(skirts(shop)) == without_stock(before)
    assert {result.state for result in results.values()} == {RunState.DONE}


def test_p3_a_product_that_is_sent_by_hand_is_left_and_the_command_says_so(shop: Stage) -> None:
    shop.sandbox.clerk(shop.account, "add_products", products=IN_ERP["variations"])
    shop.sandbox.shop(shop.remote("a"), "add_products", products=AT_STORE["apart"])
    link_all(shop)
    before = skirts(shop)
    done = send_named_products(
        shop.installation, "a", ["SAIA"], quiet, new=False, confirm=lambda _forecast: True
    )
    assert [(one.name, one.state) for one in done.results] == [("SAIA", "apart")]
    assert skirts(shop) == before


def test_p1_a_single_variation_of_the_erp_does_not_become_its_products_double(shop: Stage) -> None:
    """The look-up before a product is created finds the piece by its SKU: the piece is linked, its parent is not."""
    single = {**IN_ERP["variations"][0], "variations": IN_ERP["variations"][0]["variations"][:1]}
    shop.sandbox.clerk(shop.account, "add_products", products=[single])
    shop.sandbox.shop(shop.remote("a"), "add_products", products=AT_STORE["apart"][:1])
    before = skirts(shop)
    done = send_named_products(
        shop.installation, "a", ["SAIA"], quiet, new=False, confirm=lambda _forecast: True
    )
    assert [(one.name, one.state) for one in done.results] == [("SAIA", "apart")]
    assert skirts(shop) == before
