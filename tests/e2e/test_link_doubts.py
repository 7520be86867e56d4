"""What a match does not link by itself, why, and what it may be: by SKU, then by GTIN, then by name (P1)."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.outgoing import options
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.app.linking import match_links
from tomada.app.links import link
from tomada.flows.products.linking import Doubt
from tomada_sandbox.clock import VirtualClock

GTIN = "7891000000999"


@pytest.fixture
def shop(stage: Stage, shared_clock: Path) -> Stage:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    stage.add_store("a", options())
    return stage


def row(sku: str, name: str, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "name": name, "price": "10.00", **more}


def in_erp(shop: Stage, *rows: dict[str, Any]) -> list[str]:
    added = shop.sandbox.clerk(shop.account, "add_products", products=list(rows))["products"]
    return [str(id_) for id_ in added]


def at_store(shop: Stage, *rows: dict[str, Any]) -> None:
    shop.sandbox.shop(shop.remote("a"), "add_products", products=list(rows))


def doubts(shop: Stage) -> dict[str, Doubt]:
    """What is in doubt, by the names at the store; fails where any of it is linked."""
    found = match_links(shop.installation, "a", quiet)
    with shop.installation.database.read() as tx:
        linked = {(one.product_id, one.variant_id) for one in tx.links.all(1) if one.how != "person"}
    assert not linked & {(one.listing.product_id, one.listing.variant_id) for one in found.doubts}
    return {one.listing.name: one for one in found.doubts}


def told(doubt: Doubt) -> tuple[str, list[tuple[str, str]]]:
    return doubt.why, [(one[0], one[3]) for one in doubt.suggestions]


def test_p1_a_gtin_and_a_name_are_suggested_in_this_order_and_never_link(shop: Stage) -> None:
    by_name, by_gtin = in_erp(shop, row("N1", "REDE DE ALGODAO"), row("G1", "OUTRA COISA", gtin=GTIN))
    at_store(shop, row("NOVO", "Rede de algodão", gtin=GTIN), row("", "Algodão de rede"))
    found = doubts(shop)
    assert told(found["Rede de algodão"]) == ("not_found", [(by_gtin, "gtin"), (by_name, "name")])
    assert told(found["Algodão de rede"]) == ("no_sku", [(by_name, "name")])


def test_p1_several_candidates_are_a_doubt_with_each_of_them(shop: Stage) -> None:
    first, second, twin, other = in_erp(
        shop, row("DUPLO", "UM"), row("DUPLO", "OUTRO"), row("T1", "REDE AZUL"), row("T2", "REDE AZUL")
    )
    at_store(shop, row("DUPLO", "Qual deles"), row("", "Rede azul"))
    found = doubts(shop)
    assert told(found["Qual deles"]) == ("several", [(first, "sku"), (second, "sku")])
    assert told(found["Rede azul"]) == ("no_sku", [(twin, "name"), (other, "name")])


def test_p1_what_is_linked_by_hand_stays_and_its_erp_product_is_taken(shop: Stage) -> None:
    (vase,) = in_erp(shop, row("VASO", "VASO"))
    at_store(shop, row("ANTIGO", "Vaso de barro", id=9001), row("VASO", "Vaso novo", id=9002))
    link(shop.installation, "a", "9001", vase)
    found = doubts(shop)
    assert told(found["Vaso novo"]) == ("taken", [(vase, "sku")])
    assert "Vaso de barro" not in found


def test_p1_p4_parents_and_inactive_products_are_no_candidates(shop: Stage) -> None:
    sizes = [{"sku": "SAIA-P", "grid": {"Tamanho": "P"}}]
    in_erp(shop, row("SAIA", "SAIA", variations=sizes), row("VELHO", "VELHO", situation="I"))
    at_store(shop, row("SAIA", "Saia"), row("VELHO", "Velho"))
    found = doubts(shop)
    assert found["Saia"].why == "variations"
    assert told(found["Velho"]) == ("not_found", [])


def test_p4_a_parent_and_a_product_with_one_sku_are_kept_apart(shop: Stage) -> None:
    """A kit with the SKU of a product with variations: a product of the store with it is neither without a person."""
    parts = [{"sku": "CANGA-P", "grid": {"Tamanho": "P"}}]
    in_erp(shop, row("CANGA", "CANGA", variations=parts))
    in_erp(shop, row("CANGA", "CANGA EM KIT", kit=[{"sku": "CAN-AZUL", "quantity": 2}]))
    at_store(shop, row("CANGA", "Canga"))
    assert doubts(shop)["Canga"].why == "variations"


def test_p1_a_kit_is_linked_with_the_product_of_its_sku_and_its_parts_with_theirs(shop: Stage) -> None:
    kit, part = in_erp(
        shop, row("KIT-2", "KIT", kit=[{"sku": "CAN-AZUL", "quantity": 2}]), row("PARTE", "PARTE")
    )
    at_store(shop, row("KIT-2", "Duas canecas", id=9001), row("PARTE", "Caneca avulsa", id=9002))
    doubts(shop)
    with shop.installation.database.read() as tx:
        linked = {one.product_id: one.erp_product_id for one in tx.links.all(1)}
    assert (linked["9001"], linked["9002"]) == (kit, part)
