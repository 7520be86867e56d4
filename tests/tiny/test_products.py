"""Products by SKU with few calls, and whole ones (tiny-api.md A6; rules P1, P4)."""

from decimal import Decimal

import pytest

from tests.tiny.samples import EMPTY, Remote, failure, ok
from tomada.domain.erp import ErpComponent, ErpProduct, ErpVariation
from tomada.errors import RemoteContractChanged
from tomada.tiny.products import LIST_ABOVE, product_of


def row(id_, sku, **fields):
    values = {
        "id": id_,
        "codigo": sku,
        "nome": f"Produto {sku}",
        "situacao": "A",
        "tipoVariacao": "N",
        "unidade": "UN",
    }
    return {"produto": {**values, **fields}}


class Shelf:
    """Searches as Tiny does: part of a code finds it, pages of 100."""

    def __init__(self, *rows):
        self.rows = list(rows)

    def __call__(self, form):
        wanted = form.get("pesquisa", "")
        hits = [entry for entry in self.rows if wanted in entry["produto"]["codigo"]]
        page = int(form["pagina"])
        part = hits[(page - 1) * 100 : page * 100]
        return (
            ok(pagina=str(page), numero_paginas=str(-(-len(hits) // 100)), produtos=part) if part else EMPTY
        )


def ids(found):
    return {sku: [product.product_id for product in products] for sku, products in found.items()}


def test_p1_only_the_very_sku_counts_and_several_are_several():
    remote = Remote(
        produtos_pesquisa=Shelf(
            row(1, "CAN"), row(2, "CAN-G"), row(3, "CHA"), row(4, "CHA"), row(5, "can"), row(6, "XCAN")
        )
    )
    found = remote.driver().products_by_sku(["CAN", "CHA", "NADA"])
    assert ids(found) == {"CAN": ["1"], "CHA": ["3", "4"], "NADA": []}
    assert {form["situacao"] for _service, form in remote.calls} == {"A"}
    assert {form["pesquisa"] for _service, form in remote.calls} == {"CAN", "CHA", "NADA"}


def test_p1_parents_and_inactive_products_are_no_candidates_but_variations_are():
    remote = Remote(
        produtos_pesquisa=Shelf(
            row(1, "CAM", tipoVariacao="P"),
            row(2, "CAM-P", tipoVariacao="V"),
            row(3, "OLD", situacao="I"),
            row(4, "OLD", situacao="E"),
        )
    )
    found = remote.driver().products_by_sku(["CAM", "CAM-P", "OLD"])
    assert ids(found) == {"CAM": [], "CAM-P": ["2"], "OLD": []}


def test_blank_skus_cost_nothing_and_find_nothing():
    remote = Remote()
    assert remote.driver().products_by_sku(["", " "]) == {"": [], " ": []}
    assert remote.driver().products_by_sku([]) == {}
    assert remote.calls == []


def test_what_is_known_is_not_asked_again_in_this_run():
    remote = Remote(produtos_pesquisa=Shelf(row(1, "CAN")))
    driver = remote.driver()
    assert ids(driver.products_by_sku(["CAN", " CAN ", "NADA"])) == {"CAN": ["1"], " CAN ": ["1"], "NADA": []}
    driver.products_by_sku(["CAN", "NADA"])
    assert len(remote.calls) == 2


def test_many_skus_are_found_by_listing_everything_once():
    shelf = Shelf(*(row(n, f"SKU-{n}") for n in range(1, 251)))
    shelf.rows.append(row(250, "SKU-250"))  # the list moved while it was read: one row comes twice
    remote = Remote(produtos_pesquisa=shelf)
    driver = remote.driver()
    wanted = [f"SKU-{n}" for n in range(1, 200)]
    assert ids(driver.products_by_sku(wanted)) == {f"SKU-{n}": [str(n)] for n in range(1, 200)}
    assert ids(driver.products_by_sku(["SKU-250", "NADA"])) == {"SKU-250": ["250"], "NADA": []}
    assert [form["pagina"] for _service, form in remote.calls] == ["1", "2", "3"]
    assert all("pesquisa" not in form for _service, form in remote.calls)


def test_listing_is_chosen_by_all_that_was_asked_for_in_the_run():
    remote = Remote(produtos_pesquisa=Shelf(*(row(n, f"SKU-{n}") for n in range(1, 60))))
    driver = remote.driver()
    driver.products_by_sku([f"SKU-{n}" for n in range(1, LIST_ABOVE + 1)])
    assert len(remote.calls) == LIST_ABOVE
    driver.products_by_sku(["SKU-50"])
    driver.products_by_sku(["SKU-51", "SKU-52"])
    assert len(remote.calls) == LIST_ABOVE + 1


def test_a_list_longer_than_the_question_is_not_read():
    remote = Remote(produtos_pesquisa=Shelf(*(row(n, f"SKU-{n:05}") for n in range(1, 2650))))
    driver = remote.driver()
    found = driver.products_by_sku([f"SKU-{n:05}" for n in range(1, 23)])
    assert [products[0].product_id for products in found.values()] == [str(n) for n in range(1, 23)]
    assert len(remote.calls) == 1 + 22, "one page told that there are 27"
    driver.products_by_sku(["SKU-00030"])
    assert len(remote.calls) == 1 + 22 + 1, "what one page told is remembered"
    driver.products_by_sku([f"SKU-{n:05}" for n in range(31, 40)])
    assert len(remote.calls) == 1 + 22 + 1 + 27, "by now the list is worth it"


def test_an_empty_catalogue_is_listed_too():
    remote = Remote(produtos_pesquisa=EMPTY)
    found = remote.driver().products_by_sku([str(n) for n in range(LIST_ABOVE + 5)])
    assert not any(found.values())
    assert len(remote.calls) == 1


@pytest.mark.parametrize(
    "grade",
    [
        {"Tamanho": "GG", "Cor": "Branco"},
        [{"chave": "Tamanho", "valor": "GG"}, {"chave": "Cor", "valor": "Branco"}],
    ],
)
def test_a_parent_with_its_variations(grade):
    produto = {
        "id": "10",
        "codigo": "CAM",
        "nome": "Camiseta",
        "situacao": "A",
        "tipoVariacao": "P",
        "classe_produto": "V",
        "gtin": "7891000000014",
        "unidade": "PC",
        "variacoes": [
            {"variacao": {"id": "11", "codigo": "CAM-GG", "grade": grade}},
            {"variacao": {"id": 12, "codigo": "CAM-X", "grade": []}},
        ],
    }
    remote = Remote(produto_obter=ok(produto=produto))
    assert remote.driver().read_product("10") == ErpProduct(
        product_id="10",
        sku="CAM",
        name="Camiseta",
        active=True,
        gtin="7891000000014",
        unit="PC",
        parent=True,
        variations=(
            ErpVariation(product_id="11", sku="CAM-GG", grid={"Tamanho": "GG", "Cor": "Branco"}),
            ErpVariation(product_id="12", sku="CAM-X", grid={}),
        ),
    )
    assert remote.calls[0][1]["id"] == "10"


def test_a_kit_with_its_components():
    product = product_of(
        {
            "id": 20,
            "codigo": "KIT",
            "nome": "Kit",
            "situacao": "I",
            "classe_produto": "K",
            "kit": [
                {"item": {"id_produto": "1", "quantidade": "2.5"}},
                {"item": {"id_produto": 2, "quantidade": 1}},
            ],
        }
    )
    assert product.components == (
        ErpComponent(product_id="1", quantity=Decimal("2.5")),
        ErpComponent(product_id="2", quantity=Decimal(1)),
    )
    assert (product.active, product.unit, product.parent) == (False, "UN", False)


def test_an_unknown_product_is_none():
    assert Remote(produto_obter=failure(32)).driver().read_product("1") is None


def test_an_answer_without_the_product_is_a_changed_contract():
    with pytest.raises(RemoteContractChanged):
        Remote(produto_obter=ok()).driver().read_product("1")
