"""``tomada links``: which ERP product a store's product is (P1)."""

import json

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]


def product_of(shop: Remotes, sku: str) -> str:
    """The store's id of a product, with the variant's where it is one."""
    for product in shop.stores["loja"]["products"]:
        if product["sku"] == sku:
            return str(product["id"])
        for variant in product["variants"]:
            if variant["sku"] == sku:
                return f"{product['id']}/{variant['id']}"
    raise AssertionError(sku)


def erp_product(shop: Remotes, sku: str) -> str:
    """The ERP's id of a product."""
    products = shop.sandbox.state_of("tiny", f"{shop.prefix}conta")["products"]
    return next(str(product["id"]) for product in products if product["sku"] == sku)


def unlinked(shop: Remotes, sku: str = "SO-NA-LOJA") -> str:
    """Sell a product that the ERP does not know, and return the store's id of it."""
    product = {"sku": sku, "name": "Vaso", "price": "10.00", "id": 9999}
    shop.sandbox.shop(f"{shop.prefix}loja", "add_products", products=[product])
    shop.place("loja", items=[{"sku": sku}])
    return "9999"


def test_p1_list_shows_what_was_linked_by_sku(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "links", "list", "loja")[:2] == (
        0,
        (
            "Nothing is linked yet; products are linked by SKU as orders come.\n"
            "To link the whole catalogue now: tomada links match loja\n"
        ),
    )
    shop.place("loja", items=[{"sku": "CAN-AZUL"}, {"sku": "CAMISETA-M-BR"}])
    assert here(capsys, "sync", "loja")[0] == 0
    found = json.loads(here(capsys, "links", "list", "loja", "--json")[1])
    assert found["schema_version"] == 1
    links = {link["sku"]: link for link in found["links"]}
    hows = {"CAN-AZUL": "sku", "CAMISETA-M-BR": "sku", "CAMISETA": "parent"}
    assert {sku: link["how"] for sku, link in links.items()} == hows
    shirt = links["CAMISETA-M-BR"]
    assert f"{shirt['product']}/{shirt['variant']}" == product_of(shop, "CAMISETA-M-BR")
    shown = here(capsys, "links", "list", "loja", "--lang", "pt")[1]
    assert "pelo SKU" in shown
    assert product_of(shop, "CAMISETA-M-BR") in shown


def test_p1_a_link_frees_the_orders_that_waited_for_it(shop: Remotes, capsys: Capture) -> None:
    product = unlinked(shop)
    assert here(capsys, "sync", "loja")[0] == 1
    cup = erp_product(shop, "CAN-AZUL")
    assert here(capsys, "links", "set", "loja", product, cup) == (
        0,
        f"{product} is the ERP product {cup} (SKU CAN-AZUL).\nOrders that go on with the next sync: 1.\n",
        "",
    )
    code, out, _ = here(capsys, "sync", "loja")
    assert code == 0
    assert "created in the ERP: 1" in out
    (link,) = json.loads(here(capsys, "links", "list", "loja", "--json")[1])["links"]
    assert (link["how"], link["sku"], link["erp_sku"]) == ("person", "SO-NA-LOJA", "CAN-AZUL")


def test_p1_what_the_store_does_not_sell_by_itself_is_not_linked(shop: Remotes, capsys: Capture) -> None:
    cup, shirt = erp_product(shop, "CAN-AZUL"), product_of(shop, "CAMISETA-M-BR")
    code, out, err = here(capsys, "links", "set", "loja", "99999", cup)
    assert (code, out) == (2, "")
    assert "loja has no product 99999." in err
    code, out, err = here(capsys, "links", "set", "loja", shirt.partition("/")[0], cup)
    assert (code, out) == (2, "")
    assert f"{shirt} (CAMISETA-M-BR)" in err
    assert json.loads(here(capsys, "links", "list", "loja", "--json")[1])["links"] == []


def test_a_link_may_be_set_before_an_order_and_removed(shop: Remotes, capsys: Capture) -> None:
    cup, shirt = erp_product(shop, "CAN-AZUL"), product_of(shop, "CAMISETA-M-BR")
    code, out, _ = here(capsys, "links", "set", "loja", shirt, cup, "--json")
    done = json.loads(out)
    assert (code, done["freed"], done["link"]["erp_product"]) == (0, 0, cup)
    assert f"{done['link']['product']}/{done['link']['variant']}" == shirt
    assert here(capsys, "links", "set", "loja", shirt, cup)[1].count("\n") == 1
    assert here(capsys, "links", "remove", "loja", shirt)[:2] == (0, f"{shirt} is not linked any more.\n")
    assert here(capsys, "links", "set", "loja", shirt, cup)[0] == 0
    assert json.loads(here(capsys, "links", "remove", "loja", shirt, "--json")[1])["removed"] == shirt
    assert json.loads(here(capsys, "links", "list", "loja", "--json")[1])["links"] == []


def test_what_cannot_be_sold_by_itself_is_not_linked(shop: Remotes, capsys: Capture) -> None:
    shirt = next(
        product
        for product in shop.sandbox.state_of("tiny", f"{shop.prefix}conta")["products"]
        if product["sku"] == "CAMISETA"
    )
    code, _, err = here(capsys, "links", "set", "loja", "77", str(shirt["id"]))
    assert code == 2
    assert "has variations; name one of them" in err
    assert "CAMISETA-M-BR" in err


def test_a_product_that_is_not_active_is_not_linked(shop: Remotes, capsys: Capture) -> None:
    product = {"sku": "VELHO", "name": "Velho", "price": "1.00", "situation": "I"}
    (added,) = shop.sandbox.clerk(f"{shop.prefix}conta", "add_products", products=[product])["products"]
    code, _, err = here(capsys, "links", "set", "loja", "77", str(added))
    assert code == 2
    assert f"The ERP product {added} is not active." in err


WRONG: list[tuple[list[str], str]] = [
    (["list", "other"], "There are: loja"),
    (["set", "loja", "77", "88"], "not its SKU"),
    (["set", "loja", "/1", "88"], "PRODUCT or PRODUCT/VARIANT"),
    (["remove", "loja", "77"], "tomada links list loja"),
    (["set", "loja", "77"], "Missing argument 'ERP_PRODUCT'."),
]


def test_wrong_words_name_the_way_out(shop: Remotes, capsys: Capture) -> None:
    for words, told in WRONG:
        code, out, err = here(capsys, "links", *words)
        assert (code, out) == (2, ""), words
        assert told in err


def test_an_erp_that_does_not_answer_is_4_and_links_nothing(shop: Remotes, capsys: Capture) -> None:
    cup, remote = erp_product(shop, "CAN-AZUL"), f"tiny/{shop.prefix}conta"
    shop.sandbox.add_fault("error_before", remote=remote, times=None)
    code = here(capsys, "links", "set", "loja", "77", cup)[0]
    shop.sandbox.clear_faults(remote)
    assert code == 4
    assert json.loads(here(capsys, "links", "list", "loja", "--json")[1])["links"] == []
