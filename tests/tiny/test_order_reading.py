"""Orders as Tiny shows them (tiny-api.md A9.3, A9.4)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.tiny.samples import EMPTY, Remote, failure, ok
from tomada.domain.erp import ErpItem, ErpOrder, ErpOrderRow, ErpShipping, ErpTracking
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
        items=(ErpItem(product_id="1", sku="X", name="", quantity=Decimal(2), unit_price=Decimal("50.25")),),
        placed_on=date(2026, 11, 2),
    )


def test_t3_an_order_says_how_and_when_it_was_shipped():
    order = order_of(
        PEDIDO
        | {
            "forma_envio": "C",
            "forma_frete": "PAC",
            "nome_transportador": "",
            "deposito": "Loja",
            "codigo_rastreamento": " BR1 ",
            "url_rastreamento": "https://track.example/BR1",
            "data_faturamento": "03/11/2026",
            "data_envio": "04/11/2026 18:30:00",
            "data_entrega": "00/00/0000",
            "itens": [{"item": {"id_produto": "0", "descricao": "Texto", "quantidade": 1}}],
        }
    )
    assert order.shipping == ErpShipping(form="C", service="PAC")
    assert order.carrier == "PAC"
    assert (order.deposit, order.tracking_code) == ("Loja", "BR1")
    assert order.tracking_url == "https://track.example/BR1"
    assert (order.invoiced_on, order.shipped_on) == (date(2026, 11, 3), date(2026, 11, 4))
    assert order.delivered_on is None
    assert order.items[0].product_id == ""


def test_t3_a_registered_carrier_goes_before_the_service():
    order = order_of(PEDIDO | {"forma_frete": "Rodoviário", "nome_transportador": "Sul Cargas"})
    assert order.carrier == "Sul Cargas"
    assert order_of(PEDIDO).carrier == ""


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
        erp_id="4",
        number="8",
        ecommerce_number="4711",
        status=ErpStatus.INVOICED,
        total=Decimal("9.50"),
        status_label="Atendido",
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


def test_t3_changed_orders_are_read_oldest_first_by_local_time():
    pages = {
        "1": ok(numero_paginas="2", pedidos=[row("1", "1", codigo_rastreamento="BR1", url_rastreamento="u")]),
        "2": ok(numero_paginas="2", pedidos=[row("2", "")]),
    }
    remote = Remote(pedidos_pesquisa=lambda form: pages[form["pagina"]])
    found = list(remote.driver().orders_changed(datetime(2026, 11, 2, 12, 0, 1, 999, tzinfo=UTC)))
    assert [(one.erp_id, one.tracking_code, one.tracking_url) for one in found] == [
        ("1", "BR1", "u"),
        ("2", "", ""),
    ]
    form = remote.calls[0][1]
    assert (form["dataAtualizacao"], form["sort"]) == ("02/11/2026 09:00:01", "ASC")


@pytest.mark.parametrize(
    ("shipping", "sent"),
    [
        (None, {}),
        (ErpShipping(form="C", service="PAC", carrier="X"), {"formaEnvio": "C", "formaFrete": "PAC"}),
        (
            ErpShipping(form="T", carrier="Sul Cargas"),
            {"formaEnvio": "T", "transportadora": "Sul Cargas"},
        ),
    ],
)
def test_t3_a_tracking_code_is_written_with_its_address(shipping, sent):
    remote = Remote(cadastrar_codigo_rastreamento_pedido=ok())
    remote.driver().set_tracking(
        "7", ErpTracking(code="BR1", url="https://t.example/?a=1&b=2", shipping=shipping)
    )
    [(_service, form)] = remote.calls
    assert form.items() >= {"id": "7", "codigoRastreamento": "BR1", **sent}.items()
    assert form["urlRastreamento"] == "https://t.example/?a=1&b=2"
    assert {key for key in form if key.startswith(("forma", "transp"))} == {"formato", *sent}
    assert remote.requests[0].extensions["safe"] is False
