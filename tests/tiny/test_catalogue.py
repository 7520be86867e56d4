"""Products with all that a store needs, and the search (tiny-api.md A6.1, A6.2; rules P3, P4, V1)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.tiny.samples import EMPTY, Remote, failure, ok
from tomada.domain.erp import ErpComponent
from tomada.domain.erp_catalogue import (
    ErpCatalogueProduct,
    ErpCatalogueVariation,
    ErpProductRow,
    ProductKind,
    ProductMeasures,
    ProductTexts,
)
from tomada.errors import RemoteContractChanged
from tomada.tiny.catalogue import catalogue_product_of

PRODUTO = {
    "id": "717280571",
    "data_criacao": "25/11/2025 08:00:00",
    "nome": "Caneca & pires",
    "codigo": "CAN-1",
    "unidade": "PC",
    "preco": "40.90",
    "preco_promocional": "0",
    "preco_custo": "12.345",
    "ncm": "6912.00.00",
    "origem": "0",
    "gtin": "7891000000014",
    "peso_liquido": "0.250",
    "peso_bruto": 0.3,
    "alturaEmbalagem": "11",
    "larguraEmbalagem": "10.5",
    "comprimentoEmbalagem": "12",
    "diametroEmbalagem": "0",
    "dias_preparacao": "3",
    "situacao": "A",
    "tipo": "P",
    "classe_produto": "S",
    "tipoVariacao": "N",
    "descricao_complementar": "<p>Cerâmica</p>",
    "garantia": "3 meses",
    "marca": "Olaria",
    "categoria": "Casa >> Mesa >>Canecas",
    "id_categoria": "91",
    "seo_title": "Caneca",
    "seo_keywords": "caneca, louça",
    "seo_description": "A caneca",
    "link_video": "https://video.example/1",
    "slug": "caneca",
    "anexos": [{"anexo": "https://img.example/1.jpg"}, {"anexo": "ficha.pdf"}],
    "imagens_externas": [
        {"imagem_externa": {"url": "https://img.example/2.jpg"}},
        {"imagem_externa": {"url": "https://img.example/1.jpg"}},
    ],
    "variacoes": [],
    "kit": [],
}


def test_p3_every_field_that_a_store_needs_arrives():
    assert catalogue_product_of(PRODUTO) == ErpCatalogueProduct(
        product_id="717280571",
        sku="CAN-1",
        name="Caneca & pires",
        unit="PC",
        active=True,
        kind=ProductKind.SIMPLE,
        price=Decimal("40.90"),
        cost=Decimal("12.345"),
        gtin="7891000000014",
        ncm="6912.00.00",
        origin="0",
        brand="Olaria",
        category=("Casa", "Mesa", "Canecas"),
        category_id="91",
        preparation_days=3,
        measures=ProductMeasures(
            net_weight=Decimal("0.250"),
            gross_weight=Decimal("0.3"),
            height=Decimal(11),
            width=Decimal("10.5"),
            length=Decimal(12),
        ),
        texts=ProductTexts(
            description="<p>Cerâmica</p>",
            warranty="3 meses",
            seo_title="Caneca",
            seo_keywords="caneca, louça",
            seo_description="A caneca",
            slug="caneca",
            video="https://video.example/1",
        ),
        images=("https://img.example/1.jpg", "https://img.example/2.jpg"),
    )


def test_a_parent_lists_its_variations_with_grids_as_map_or_as_pairs():
    parent = catalogue_product_of(
        PRODUTO
        | {
            "classe_produto": "V",
            "tipoVariacao": "P",
            "variacoes": [
                {"variacao": {"id": 8, "codigo": "A", "preco": "1.00", "grade": {"Cor": "Azul"}}},
                {"id": "9", "codigo": "B", "preco": 2, "grade": [{"chave": "Cor", "valor": "Rosa"}]},
            ],
        }
    )
    assert parent.kind is ProductKind.PARENT
    assert parent.variations == (
        ErpCatalogueVariation(product_id="8", sku="A", price=Decimal("1.00"), grid={"Cor": "Azul"}),
        ErpCatalogueVariation(product_id="9", sku="B", price=Decimal(2), grid={"Cor": "Rosa"}),
    )


def test_a_variation_names_its_parent_whatever_its_class():
    child = catalogue_product_of(
        PRODUTO | {"tipoVariacao": "V", "classe_produto": "S", "idProdutoPai": "7", "grade": {"Cor": "Azul"}}
    )
    assert (child.kind, child.parent_id, child.grid) == (ProductKind.VARIATION, "7", {"Cor": "Azul"})


def test_s5_a_kit_has_its_components():
    kit = catalogue_product_of(
        PRODUTO
        | {
            "classe_produto": "K",
            "kit": [{"item": {"id_produto": "8", "quantidade": "2.00"}}],
            "idProdutoPai": 0,
        }
    )
    assert (kit.kind, kit.parent_id) == (ProductKind.KIT, "")
    assert kit.components == (ErpComponent(product_id="8", quantity=Decimal("2.00")),)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"classe_produto": "F"}, ProductKind.MANUFACTURED),
        ({"classe_produto": "m"}, ProductKind.RAW_MATERIAL),
        ({"classe_produto": ""}, ProductKind.SIMPLE),
        ({"tipo": "S"}, ProductKind.SERVICE),
        ({"classe_produto": "V", "tipoVariacao": ""}, ProductKind.PARENT),
        ({"classe_produto": "V", "tipoVariacao": "", "idProdutoPai": "7"}, ProductKind.VARIATION),
    ],
)
def test_the_kind_of_a_product(fields, kind):
    assert catalogue_product_of(PRODUTO | fields).kind is kind


@pytest.mark.parametrize(
    ("situation", "active", "deleted"), [("A", True, False), ("I", False, False), ("E", False, True)]
)
def test_p4_inactive_and_deleted_are_told_apart(situation, active, deleted):
    product = catalogue_product_of(PRODUTO | {"situacao": situation})
    assert (product.active, product.deleted) == (active, deleted)


@pytest.mark.parametrize(
    "fields",
    [
        {"id": ""},
        {"situacao": ""},
        {"classe_produto": "Z"},
        {"preco": "4,90"},
        {"preco": "NaN"},
        {"peso_bruto": "1 kg"},
        {"nome": {"pt": "x"}},
        {"kit": [{"item": {"id_produto": ""}}]},
        {"variacoes": ["x"]},
        {"imagens_externas": [{"imagem_externa": "x"}]},
    ],
)
def test_what_is_not_of_its_kind_is_a_changed_contract(fields):
    with pytest.raises(RemoteContractChanged):
        catalogue_product_of(PRODUTO | fields)


def test_texts_are_bounded_and_a_description_may_be_long():
    product = catalogue_product_of(PRODUTO | {"nome": "x" * 5000, "descricao_complementar": "y" * 300_000})
    assert (len(product.name), len(product.texts.description)) == (2000, 200_000)


def test_read_catalogue_product_by_id():
    remote = Remote(produto_obter=ok(produto=PRODUTO))
    assert remote.driver().read_catalogue_product("717280571") == catalogue_product_of(PRODUTO)
    assert remote.calls[0][1]["id"] == "717280571"
    assert Remote(produto_obter=failure(32)).driver().read_catalogue_product("1") is None


def _row(id_: int, situation: str = "A", variation: str = "N") -> dict[str, object]:
    return {
        "produto": {
            "id": id_,
            "codigo": f"S{id_}",
            "nome": "Produto",
            "preco": "9.90",
            "preco_promocional": "8.50",
            "unidade": "CX",
            "gtin": "7891000000014",
            "situacao": situation,
            "tipoVariacao": variation,
            "data_criacao": "25/11/2025 08:00:00",
        }
    }


def test_the_search_reads_page_by_page_and_leaves_out_what_was_not_asked_for():
    pages = {
        "1": ok(numero_paginas="2", produtos=[_row(1), _row(2, "E"), _row(3, "I")]),
        "2": ok(numero_paginas="2", produtos=[_row(4, "A", "P"), _row(5, "A", "V")]),
    }
    remote = Remote(produtos_pesquisa=lambda form: pages[form["pagina"]])
    rows = list(remote.driver().search_products())
    assert rows[0] == ErpProductRow(
        product_id="1",
        sku="S1",
        name="Produto",
        unit="CX",
        price=Decimal("9.90"),
        promotional_price=Decimal("8.50"),
        gtin="7891000000014",
        active=True,
        created_at=datetime(2025, 11, 25, 11, tzinfo=UTC),
    )
    assert [(row.product_id, row.parent, row.variation) for row in rows] == [
        ("1", False, False),
        ("4", True, False),
        ("5", False, True),
    ]
    assert {form["situacao"] for _service, form in remote.calls} == {"A"}
    rows = list(remote.driver().search_products(active_only=False))
    assert [row.product_id for row in rows] == ["1", "3", "4", "5"]
    assert "situacao" not in remote.calls[-1][1]


def test_the_search_asks_for_local_time_and_may_find_nothing():
    remote = Remote(produtos_pesquisa=EMPTY)
    since = datetime(2026, 11, 25, 2, 30, 5, 999, tzinfo=UTC)
    assert list(remote.driver().search_products("caneca", since)) == []
    [(_service, form)] = remote.calls
    assert (form["pesquisa"], form["dataCriacao"]) == ("caneca", "24/11/2026 23:30:05")
