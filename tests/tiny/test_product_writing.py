"""Products to create and to replace (tiny-api.md A6.3; rules P2, P5)."""

import json
from decimal import Decimal

import pytest

from tests.tiny.samples import Remote, failure, ok
from tomada.domain.erp import ErpComponent
from tomada.domain.erp_catalogue import (
    ErpProductDraft,
    ErpVariationDraft,
    ProductKind,
    ProductMeasures,
    ProductTexts,
)
from tomada.errors import EffectUnknown, QuotaExceeded, RejectedByRemote
from tomada.tiny.product_writing import MOST, produto_of


def draft(sku: str = "CAN-1", **fields: object) -> ErpProductDraft:
    return ErpProductDraft(**{"sku": sku, "name": "Caneca & pires", "price": Decimal("40.90"), **fields})


def record(place, **fields):
    return {"registro": {"sequencia": str(place), "status": "OK", **fields}}


def batch(remote: Remote) -> list[dict[str, object]]:
    _service, form = remote.calls[-1]
    return [part["produto"] for part in json.loads(form["produto"])["produtos"]]


def test_every_field_goes_out_under_the_name_of_the_write():
    whole = draft(
        product_id="7",
        unit="PC",
        active=False,
        promotional_price=Decimal("35.00"),
        cost=Decimal("12.3"),
        gtin="7891000000014",
        ncm="6912.00.00",
        brand="Olaria",
        category=("Casa", "Mesa"),
        measures=ProductMeasures(gross_weight=Decimal("0.3"), height=Decimal(11), width=Decimal("10.5")),
        texts=ProductTexts(
            description="<p>x</p>", warranty="3 meses", seo_title="t", video="https://v.example"
        ),
        images=("https://img.example/1.jpg",),
        opening_stock=Decimal(0),
    )
    assert produto_of(whole, 3) == {
        "sequencia": "3",
        "id": "7",
        "codigo": "CAN-1",
        "nome": "Caneca & pires",
        "unidade": "PC",
        "preco": "40.90",
        "preco_promocional": "35.00",
        "preco_custo": "12.3",
        "situacao": "I",
        "tipo": "P",
        "classe_produto": "S",
        "origem": "0",
        "gtin": "7891000000014",
        "ncm": "6912.00.00",
        "marca": "Olaria",
        "categoria": "Casa >> Mesa",
        "peso_liquido": "0",
        "peso_bruto": "0.3",
        "tipo_embalagem": "2",
        "altura_embalagem": "11",
        "largura_embalagem": "10.5",
        "comprimento_embalagem": "0",
        "diametro_embalagem": "0",
        "descricao_complementar": "<p>x</p>",
        "garantia": "3 meses",
        "seo_title": "t",
        "link_video": "https://v.example",
        "imagens_externas": [{"imagem_externa": {"url": "https://img.example/1.jpg"}}],
        "estoque_atual": "0",
    }


def test_variations_and_kits():
    shirt = draft(
        kind=ProductKind.PARENT,
        variations=(
            ErpVariationDraft(
                sku="CAN-1-A", price=Decimal(5), grid={"Cor": "Azul"}, opening_stock=Decimal(4)
            ),
            ErpVariationDraft(sku="CAN-1-B", price=Decimal(6), grid={"Cor": "Rosa"}),
        ),
    )
    written = produto_of(shirt, 1)
    assert written["classe_produto"] == "V"
    assert written["variacoes"] == [
        {"variacao": {"codigo": "CAN-1-A", "preco": "5", "grade": {"Cor": "Azul"}, "estoque_atual": "4"}},
        {"variacao": {"codigo": "CAN-1-B", "preco": "6", "grade": {"Cor": "Rosa"}}},
    ]
    kit = draft(kind=ProductKind.KIT, components=(ErpComponent(product_id="8", quantity=Decimal(2)),))
    written = produto_of(kit, 1)
    assert written["classe_produto"] == "K"
    assert written["kit"] == [{"item": {"id_produto": "8", "quantidade": "2"}}]


def test_a_batch_is_one_call_and_its_results_have_the_order_of_the_drafts():
    refused = record(
        2, status="Erro", codigo_erro="30", erros=[{"erro": "Registro em duplicidade", "campo": "codigo"}]
    )
    answer = ok(registros=[record(3, id="33"), refused, record(1, id=11)])
    answer = answer.replace(b'"OK", "registros"', b'"Erro", "registros"')
    remote = Remote(produto_incluir=answer)
    results = remote.driver().create_products([draft("A"), draft("B"), draft("C")])
    assert [(one.sku, one.product_id, one.code, one.field) for one in results] == [
        ("A", "11", "", ""),
        ("B", "", "tiny.duplicate", "codigo"),
        ("C", "33", "", ""),
    ]
    assert [one.accepted for one in results] == [True, False, True]
    assert results[1].message == "Registro em duplicidade"
    assert [part["sequencia"] for part in batch(remote)] == ["1", "2", "3"]
    assert remote.requests[0].extensions["safe"] is False


def test_one_record_may_come_as_an_object():
    remote = Remote(produto_incluir=ok(registros=record(1, id=11)))
    assert remote.driver().create_products([draft()])[0].product_id == "11"


def test_a_replaced_product_keeps_its_id_when_the_answer_leaves_it_out():
    remote = Remote(produto_alterar=ok(registros=[record(1)]))
    [result] = remote.driver().update_products([draft(product_id="7")])
    assert (result.product_id, result.accepted) == ("7", True)
    assert batch(remote)[0]["id"] == "7"


@pytest.mark.parametrize(
    "records", [[record(1, id="11")], [record(1, id="11"), record(2)], [record(1, id="11"), record(2, id=[])]]
)
def test_a_draft_that_the_answer_leaves_out_is_unknown_and_no_success(records):
    results = Remote(produto_incluir=ok(registros=records)).driver().create_products([draft("A"), draft("B")])
    assert [one.code for one in results] == ["", "tiny.effect_unknown"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"sku": "x" * 31}, "codigo"),
        ({"name": "x" * 121}, "nome"),
        ({"texts": ProductTexts(seo_title="x" * 121)}, "seo_title"),
        (
            {"variations": (ErpVariationDraft(sku="x" * 31, price=Decimal(1), grid={}),)},
            "variacoes[0].codigo",
        ),
    ],
)
def test_what_is_too_long_is_refused_here_and_the_others_are_sent(fields, field):
    remote = Remote(produto_incluir=ok(registros=[record(2, id="22")]))
    long, good = remote.driver().create_products([draft(**fields), draft("B")])
    assert (long.code, long.field, good.product_id) == ("tiny.too_long", field, "22")
    assert [part["sequencia"] for part in batch(remote)] == ["2"]


def test_nothing_is_sent_when_nothing_fits():
    remote = Remote()
    assert remote.driver().create_products([draft("x" * 31)])[0].code == "tiny.too_long"
    assert remote.driver().create_products([]) == []
    assert remote.calls == []


def test_a_batch_has_at_most_twenty():
    with pytest.raises(ValueError, match="20"):
        Remote().driver().create_products([draft()] * (MOST + 1))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (failure(6), QuotaExceeded),
        (failure(22), RejectedByRemote),
        (b"", EffectUnknown),
        (failure(None, registros=[record(1, id="11")]), EffectUnknown),
    ],
)
def test_a_batch_that_was_refused_or_not_answered_as_a_whole(answer, kind):
    with pytest.raises(kind):
        Remote(produto_incluir=answer).driver().create_products([draft()])
