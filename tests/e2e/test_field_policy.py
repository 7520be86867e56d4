"""Which field of a product goes out is the store's to say: always, on create or never, each by its effect (P3)."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.outgoing import NO_QUOTA, link_all
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.flows.products.flow import ProductPlan, send_products
from tomada.ports.options import PriceOptions, PriceRule, ProductOptions, StockOptions, StoreOptions, When
from tomada_sandbox.clock import VirtualClock

GROUPS: dict[str, set[str]] = {
    "name": {"name"},
    "description": {"description"},
    "images": {"pictures"},
    "category": {"category_id"},
    "seo": {"metatag"},
    "price": {"price"},
    "facts": {"gtin", "ncm", "brand", "warranty", "weight", "height", "width", "length"},
}
"""What the store shows of each option's fields."""
OURS: dict[str, Any] = {
    "sku": "CESTA",
    "name": "CESTA 01",
    "price": "80.00",
    "gtin": "7891000000999",
    "images": ["https://erp.example/1.jpg"],
    "details": {
        "descricao_complementar": "<p>do ERP</p>",
        "marca": "Marca",
        "ncm": "4602.19.00",
        "garantia": "3 meses",
        "peso_bruto": "0.300",
        "alturaEmbalagem": "10",
        "larguraEmbalagem": "20",
        "comprimentoEmbalagem": "30",
        "categoria": "Cozinha",
        "seo_keywords": "cesta",
        "seo_description": "uma cesta",
    },
}
EDIT: dict[str, Any] = {
    "name": "CESTA 02",
    "price": "81.00",
    "gtin": "7891000000982",
    "images": ["https://erp.example/2.jpg"],
    "details": {
        "descricao_complementar": "<p>do ERP, nova</p>",
        "marca": "Outra",
        "ncm": "4602.12.00",
        "garantia": "6 meses",
        "peso_bruto": "0.400",
        "alturaEmbalagem": "11",
        "larguraEmbalagem": "21",
        "comprimentoEmbalagem": "31",
        "categoria": "Livros",
        "seo_keywords": "cesta nova",
        "seo_description": "uma cesta nova",
    },
}
THEIRS = {
    "sku": "CESTA",
    "name": "Cesta de palha feita à mão",
    "price": "99.00",
    "category": "Vestuário",
    "fields": {"description": "<p>Da nossa serra.</p>", "brand": "Ateliê"},
    "pictures": ["https://loja.example/cesta.jpg"],
}


def policy(default: When, **others: When) -> StoreOptions:
    chosen = {**dict.fromkeys(GROUPS, default), **others}
    return StoreOptions(
        quota=NO_QUOTA,
        stock=StockOptions(confirmed=True),
        prices=PriceOptions(rule=PriceRule.OFF),
        products=ProductOptions(**chosen),
    )


@pytest.fixture
def shop(stage: Stage, shared_clock: Path) -> Stage:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    stage.sandbox.clerk(stage.account, "add_products", products=[OURS])
    return stage


def send(shop: Stage, store: str = "a") -> ProductPlan:
    """Send the product, and fail for anything that was not taken."""
    (erp_id,) = [
        one["id"] for one in shop.sandbox.state_of("tiny", shop.account)["products"] if one["sku"] == "CESTA"
    ]
    with shop.installation.database.read() as tx:
        record = tx.stores.by_name(store)
    with shop.installation.reading(record, "test", quiet, "products", writes=True) as ctx:
        (plan,) = send_products(ctx, [str(erp_id)])
    assert plan.problems == {}
    return plan


def shown(shop: Stage, store: str = "a") -> dict[str, Any]:
    """The store's product, its further fields among the others."""
    (row,) = [
        one for one in shop.sandbox.state_of("tray", shop.remote(store))["products"] if one["sku"] == "CESTA"
    ]
    return {**row, **row["fields"], "fields": None, "modified": None}


def different(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def writes(shop: Stage, since: int) -> list[str]:
    entries = shop.sandbox.journal(since=since, remote=f"tray/{shop.remote('a')}")
    return [one["endpoint"] for one in entries if one["event"] == "received" and one["method"] != "GET"]


@pytest.mark.parametrize("group", GROUPS)
def test_p3_always_sends_a_field_of_a_product_that_is_there_and_touches_no_other(
    shop: Stage, group: str
) -> None:
    shop.add_store("a", policy(When.NEVER, **{group: When.ALWAYS}))
    shop.sandbox.shop(shop.remote("a"), "add_products", products=[THEIRS])
    link_all(shop)
    before = shown(shop)
    send(shop)
    first = shown(shop)
    assert different(before, first) == GROUPS[group]
    shop.sandbox.clerk(shop.account, "edit_product", sku="CESTA", **EDIT)
    send(shop)
    assert different(first, shown(shop)) == GROUPS[group]
    since = shop.sandbox.journal_end()
    assert (send(shop).items, writes(shop, since)) == ([], [])


def test_p3_on_create_sends_all_once_and_nothing_of_a_later_edit(shop: Stage) -> None:
    shop.add_store("a", policy(When.ON_CREATE))
    send(shop)
    made = shown(shop)
    assert {name for names in GROUPS.values() for name in names if not made.get(name)} == set()
    shop.sandbox.clerk(shop.account, "edit_product", sku="CESTA", **EDIT)
    since = shop.sandbox.journal_end()
    assert (send(shop).items, writes(shop, since)) == ([], [])
    assert shown(shop) == made


@pytest.mark.parametrize("group", sorted(GROUPS.keys() - {"name"}))
def test_p3_never_keeps_a_field_out_of_a_new_product(shop: Stage, group: str) -> None:
    shop.add_store("a", policy(When.ON_CREATE, **{group: When.NEVER}))
    shop.add_store("b", policy(When.ON_CREATE))
    send(shop)
    send(shop, "b")
    assert (
        different({**shown(shop), "id": 0, "created": ""}, {**shown(shop, "b"), "id": 0, "created": ""})
        == GROUPS[group]
    )


LONG = "<p>" + "palha " * 1000 + "</p>"
INVISIBLE: dict[str, dict[str, Any]] = {
    "a weight below a gram": {"peso_bruto": "0.3004"},
    "a size below a centimetre": {"alturaEmbalagem": "10.2"},
    "the dots of an NCM": {"ncm": "46021900"},
    "what is beyond the length of a description": {"descricao_complementar": f"{LONG}<p>mais</p>"},
}


@pytest.mark.parametrize("edit", INVISIBLE)
def test_p3_what_the_store_cuts_or_rounds_is_no_difference(shop: Stage, edit: str) -> None:
    shop.add_store("a", policy(When.ALWAYS))
    shop.sandbox.clerk(shop.account, "edit_product", sku="CESTA", details={"descricao_complementar": LONG})
    send(shop)
    made = shown(shop)
    since = shop.sandbox.journal_end()
    assert (send(shop).items, writes(shop, since)) == ([], [])
    shop.sandbox.clerk(shop.account, "edit_product", sku="CESTA", details=INVISIBLE[edit])
    send(shop)
    assert (send(shop).items, writes(shop, since)) == ([], [])
    assert shown(shop) == made
