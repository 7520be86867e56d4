"""Orders as Tiny shows them (tiny-api.md A9.3, A9.4)."""

from decimal import Decimal

import pytest

from tests.tiny.samples import EMPTY, Remote, failure, ok
from tomada.domain.erp import ErpOrder, ErpOrderRow
from tomada.domain.status import ErpStatus
from tomada.errors import RemoteContractChanged
from tomada.tiny.order_reading import order_of

PEDIDO = {
    "id": "123456",
    "numero": "812",
    "numero_ecommerce": "4711",
    "data_pedido": "02/11/2026",
    "cliente": {"codigo": "1235", "nome": "Fulana", "cpf_cnpj": "111.444.777-35"},
    "itens": [{"item": {"id_produto": "1", "codigo": "X", "quantidade": "2", "valor_unitario": "50.25"}}],
    "marcadores": [{"marcador": {"id": "9", "descricao": "loja-norte", "cor": "#808080"}}],
    "valor_frete": "35.00",
    "total_pedido": "161.50",
    "situacao": "Em aberto",
    "obs_interna": "tomada:loja-norte:4711",
    "id_nota_fiscal": "0",
}


def row(id_: object, number: str, **fields: object) -> dict[str, object]:
    values = {
        "id": id_,
        "numero": "8",
        "numero_ecommerce": number,
        "valor": "161.50",
        "situacao": "Em aberto",
    }
    return {"pedido": {**values, **fields}}


def test_an_order():
    assert order_of(PEDIDO) == ErpOrder(
        erp_id="123456",
        number="812",
        ecommerce_number="4711",
        marks=("loja-norte",),
        internal_note="tomada:loja-norte:4711",
        document="111.444.777-35",
        customer_code="1235",
        total=Decimal("161.50"),
        status=ErpStatus.OPEN,
        status_label="Em aberto",
        invoice_id="",
    )


def test_an_order_in_other_types():
    order = order_of(
        {
            "id": 123456,
            "numero": 812,
            "ecommerce": {"id": "3", "numeroPedidoEcommerce": "4711"},
            "cliente": [],
            "marcadores": {"marcador": {"descricao": "loja-norte"}},
            "total_pedido": Decimal("27.235000000000003"),
            "situacao": "Aguardando a lua",
            "id_nota_fiscal": 55,
        }
    )
    assert (order.erp_id, order.number, order.ecommerce_number) == ("123456", "812", "4711")
    assert order.marks == ("loja-norte",)
    assert order.total == Decimal("27.24")
    assert (order.status, order.status_label, order.invoice_id) == (None, "Aguardando a lua", "55")
    assert (order.document, order.internal_note) == ("", "")


@pytest.mark.parametrize("field", ["id", "total_pedido"])
def test_o1_an_order_without_id_or_total_proves_nothing(field):
    with pytest.raises(RemoteContractChanged, match=field):
        order_of({**PEDIDO, field: ""})


def test_read_order_by_id():
    remote = Remote(pedido_obter=ok(pedido=PEDIDO))
    assert remote.driver().read_order("123456") == order_of(PEDIDO)
    assert remote.calls[0][1]["id"] == "123456"
    assert remote.requests[0].extensions["safe"] is True


def test_an_unknown_order_is_none():
    assert Remote(pedido_obter=failure(32, "Pedido não localizado")).driver().read_order("1") is None


def test_an_answer_without_the_order_is_a_changed_contract():
    with pytest.raises(RemoteContractChanged):
        Remote(pedido_obter=ok()).driver().read_order("1")


def test_o1_the_search_is_compared_exactly_over_all_pages_and_a_hit_counts_once():
    pages = {
        "1": ok(numero_paginas="2", pedidos=[row("1", "4711"), row("2", "47110"), row("3", "4711")]),
        "2": ok(numero_paginas=2, pedidos=[row(3, "4711"), row("4", "4711", situacao="Atendido", valor=9.5)]),
    }
    remote = Remote(pedidos_pesquisa=lambda form: pages[form["pagina"]])
    hits = remote.driver().find_orders("4711")
    assert [hit.erp_id for hit in hits] == ["1", "3", "4"]
    assert hits[2] == ErpOrderRow(
        erp_id="4", number="8", ecommerce_number="4711", status=ErpStatus.INVOICED, total=Decimal("9.50")
    )
    assert [form["numeroEcommerce"] for _service, form in remote.calls] == ["4711", "4711"]


def test_a_list_that_shrinks_while_it_is_read_ends_at_the_page_that_is_gone():
    pages = {"1": ok(numero_paginas="2", pedidos=[row("1", "4711")]), "2": failure(23)}
    remote = Remote(pedidos_pesquisa=lambda form: pages[form["pagina"]])
    assert len(remote.driver().find_orders("4711")) == 1


def test_nothing_found_is_an_empty_list():
    assert Remote(pedidos_pesquisa=EMPTY).driver().find_orders("4711") == []


def test_an_answer_without_a_number_of_pages_is_one_page():
    remote = Remote(pedidos_pesquisa=ok(pedidos=[row("1", "4711")]))
    assert len(remote.driver().find_orders("4711")) == 1
    assert len(remote.calls) == 1


def test_o1_no_number_finds_nothing_rather_than_everything():
    remote = Remote()
    assert remote.driver().find_orders("") == []
    assert remote.calls == []
