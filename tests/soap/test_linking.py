"""``links match`` of a store that has no list of its products: it is asked for the ERP's SKUs (P1)."""

from typing import Any

import pytest

from tests.e2e.stage import quiet
from tests.soap.stage import SoapStage
from tomada.app.linking import match_links
from tomada.flows.products.linking import ASKED_AT_ONCE, BEGAN

SAME = 20
ASKS = ("soap.fWSImportaProdutoPorCodReferencia", "soap.fWSImportaGradesProduto")


class DiedError(KeyboardInterrupt):
    """Stands for a death of the process: nothing of ours catches it."""


def row(sku: str, name: str, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "name": name, "price": "10.00", **more}


@pytest.fixture
def shop(stage: SoapStage) -> SoapStage:
    """60 products at the store, 30 in the ERP, beside those that every sandbox begins with."""
    stage.add_store("loja")
    sizes = [f"SAIA-{size}" for size in "PM"]
    in_erp = [row(f"S{number:02}", f"ARTIGO {number}") for number in range(SAME)]
    in_erp += [row(f"E{number}", f"SÓ NO ERP {number}") for number in range(7)]
    in_erp += [row("DOIS", "QUADRO")]
    in_erp += [row("SAIA", "SAIA", variations=[{"sku": sku, "grid": {"Tamanho": sku[-1]}} for sku in sizes])]
    in_erp += [row("MEIA", "MEIA", variations=[{"sku": "MEIA-P", "grid": {"Tamanho": "P"}}])]
    stage.sandbox.clerk(stage.account, "add_products", products=in_erp)
    in_store = [row(f"S{number:02}", f"Artigo {number}", stock=3) for number in range(SAME)]
    in_store += [row("DOIS", "Quadro da sala"), row("DOIS", "Quadro do quarto"), row("MEIA", "Meia")]
    parts = [{"sku": sku, "values": {"Tamanho": sku[-1]}} for sku in (*sizes, "SAIA-G")]
    in_store += [row("SAIA", "Saia", variants=parts)]
    in_store += [row(f"X{number}", f"Só na loja {number}") for number in range(60 - len(in_store))]
    stage.shop("loja", "add_products", products=in_store)
    return stage


def asked(shop: SoapStage, since: int) -> list[str]:
    entries = shop.sandbox.journal(since, f"tray/{shop.remote('loja')}")
    return [one["endpoint"] for one in entries if one["event"] == "received"]


def linked(shop: SoapStage) -> dict[str, str]:
    with shop.installation.database.read() as tx:
        return {one.sku: one.erp_product_id for one in tx.links.all(1)}


def expected(shop: SoapStage) -> dict[str, str]:
    """Everything that has one SKU once on both sides; a product with variations is not sold itself."""
    wanted = {f"S{number:02}" for number in range(SAME)} | {"SAIA-P", "SAIA-M"}
    seeded = {
        "CAN-AZUL",
        "CAN-AZUL-G",
        "CHA-CAMOMILA",
        "LIVRO-RECEITAS",
        "VELA-BAUNILHA",
        "TOALHA-ROSTO",
        "KIT-CHA",
    }
    wanted |= seeded | {"CAMISETA-P-BR", "CAMISETA-M-BR", "CAMISETA-G-PR"}
    return {one["sku"]: str(one["id"]) for one in shop.erp_parts() if one["sku"] in wanted}


DOUBTS = [("DOIS", "repeated"), ("DOIS", "repeated"), ("MEIA", "variations"), ("SAIA-G", "not_found")]


def test_p1_a_store_without_a_list_is_asked_for_each_sku_and_nothing_is_written(shop: SoapStage) -> None:
    before, since = shop.sandbox.state_of("tray", shop.remote("loja"))["products"], shop.sandbox.journal_end()
    found = match_links(shop.installation, "loja", quiet)
    assert not found.whole
    assert linked(shop) == expected(shop)
    assert sorted((doubt.listing.sku, doubt.why) for doubt in found.doubts) == DOUBTS
    assert set(asked(shop, since)) == set(ASKS)
    assert len(asked(shop, since)) <= 200
    assert shop.sandbox.state_of("tray", shop.remote("loja"))["products"] == before
    again = match_links(shop.installation, "loja", quiet)
    assert (again.linked, again.linked_before, len(again.doubts)) == ([], len(found.linked), len(DOUBTS))


def test_p1_cut_short_it_asks_for_no_committed_sku_again(shop: SoapStage) -> None:
    since = shop.sandbox.journal_end()
    skus = {one["sku"] for one in shop.erp_parts() if one["situation"] == "A"}
    assert len(skus) > 2 * ASKED_AT_ONCE
    left = iter(range(4 * ASKED_AT_ONCE))

    def boundary(_name: str) -> None:
        if next(left, None) is None:
            raise DiedError

    mortal = SoapStage(shop.sandbox, shop.home, shop.prefix, boundary, shop.names)
    mortal.installation.clock = shop.installation.clock
    with pytest.raises(DiedError):
        match_links(mortal.installation, "loja", quiet)
    mortal.close()
    killed = asked(shop, since)
    assert killed
    since = shop.sandbox.journal_end()
    found = match_links(shop.installation, "loja", quiet)
    assert asked(shop, since).count(ASKS[0]) == len(skus) - ASKED_AT_ONCE
    assert linked(shop) == expected(shop)
    assert sorted((doubt.listing.sku, doubt.why) for doubt in found.doubts) == DOUBTS
    with shop.installation.database.read() as tx:
        assert tx.progress.cursor(1, BEGAN) == ""
