"""Whatever Tiny answers is read, or ends in an error of ours; nothing else is ever raised (A2)."""

import json
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tiny.samples import Remote, failure, make_draft, ok
from tomada.domain.status import ErpStatus
from tomada.errors import EffectUnknown, RemoteContractChanged, TomadaError
from tomada.tiny.envelope import UnreadableError, fault_of, parse

ODD = st.sampled_from(
    [
        *(
            "",
            " ",
            "0",
            "-1",
            "abc",
            "1,5",
            "1e5",
            "NaN",
            "9" * 30,
            "0." + "3" * 30,
            "\x00",
            "\ud800",
            "x" * 500,
        ),
        *(None, True, False, [], {}, [None], [[]], [{}], ["a"], {"registro": []}, {"item": None}),
        *(0, -1, 20, 10**30, 1.5e-14, 1e300, float("nan"), float("inf")),
    ]
)
JSON = ODD | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)

ENVELOPE_KEYS = (
    "status",
    "status_processamento",
    "codigo_erro",
    "erros",
    "registros",
    "pagina",
    "numero_paginas",
)
PRODUCT = {
    "id": 7,
    "codigo": "CAN",
    "nome": "Caneca",
    "situacao": "A",
    "unidade": "UN",
    "gtin": "",
    "tipoVariacao": "N",
    "variacoes": [{"variacao": {"id": "8", "codigo": "CAN-P", "grade": {"Cor": "Azul"}}}],
    "kit": [{"item": {"id_produto": "9", "quantidade": "2"}}],
}
ORDER = {
    "id": "7",
    "numero": "7",
    "numero_ecommerce": "4711",
    "situacao": "Em aberto",
    "valor": "1.00",
    "total_pedido": "1.00",
    "obs_interna": "",
    "id_nota_fiscal": "0",
    "ecommerce": {"numeroPedidoEcommerce": "1"},
    "cliente": {"cpf_cnpj": "1", "codigo": ""},
    "marcadores": [{"marcador": {"descricao": "loja"}}],
}
CONTACT = {"id": "1", "codigo": "", "cpf_cnpj": "11144477735", "situacao": "Ativo"}
FORM = {"id": 1, "nome": "Correios", "situacao": 1, "tipo_logistica": 1}
CATEGORY = {"id": "1", "descricao": "Casa", "nodes": [{"id": "2", "descricao": "Luz", "nodes": []}]}
METHOD = {"descricao": "Pix", "situacao": "Habilitada"}
COMPANY = {"razao_social": "Casa", "fantasia": "", "cnpj_cpf": "1"}


@st.composite
def damaged(draw, whole, depth=0):
    """The value with one place, at any depth, holding something else, or nothing."""
    if isinstance(whole, dict) and whole and depth < 4:
        key = draw(st.sampled_from(sorted(whole)))
        changed = {**whole, key: draw(JSON | damaged(whole[key], depth + 1))}
        if draw(st.booleans()) and draw(st.booleans()):
            del changed[key]
        return changed
    if isinstance(whole, list) and whole and depth < 4:
        return [draw(damaged(whole[0], depth + 1)), *whole[1:]]
    return draw(JSON)


ENVELOPES = st.dictionaries(st.sampled_from(ENVELOPE_KEYS), JSON, max_size=3)

CALLS = {
    "pedidos_pesquisa": ("pedidos", [{"pedido": ORDER}], lambda erp: erp.find_orders("4711")),
    "pedido_obter": ("pedido", ORDER, lambda erp: erp.read_order("7")),
    "produtos_pesquisa": ("produtos", [{"produto": PRODUCT}], lambda erp: erp.products_by_sku(["CAN"])),
    "produto_obter": ("produto", PRODUCT, lambda erp: erp.read_product("7")),
    "contatos_pesquisa": ("contatos", [{"contato": CONTACT}], lambda erp: erp.find_contacts("11144477735")),
    "formas_envio_pesquisa": ("registros", [FORM], lambda erp: erp.shipping_methods()),
    "formas_recebimento_pesquisa": (
        "formasRecebimento",
        [{"formaRecebimento": METHOD}],
        lambda erp: erp.payment_methods(),
    ),
    "produtos_categorias_arvore": ("categorias", [CATEGORY], lambda erp: erp.categories()),
    "info": ("conta", COMPANY, lambda erp: erp.account()),
}


def error_of(act, erp):
    """What of our errors a call raises; None for none. Any other exception is the test's failure."""
    try:
        act(erp)
    except TomadaError as error:
        return error
    return None


@pytest.mark.parametrize("service", CALLS)
@settings(max_examples=60)
@given(data=st.data())
def test_any_answer_to_a_read_is_read_or_an_error_of_ours(service, data):
    key, whole, act = CALLS[service]
    answer = ok(**{key: data.draw(damaged(whole)), **data.draw(ENVELOPES)})
    error = error_of(act, Remote(**{service: answer}).driver())
    assert error is None or (error.code and error.message)
    assert not isinstance(error, EffectUnknown), "a read has no effect"


@pytest.mark.parametrize("service", CALLS)
def test_the_undamaged_answer_is_read(service):
    key, whole, act = CALLS[service]
    assert act(Remote(**{service: ok(**{key: whole})}).driver())


@given(JSON, ENVELOPES)
def test_o2_any_answer_to_a_create_is_a_number_or_an_error_of_ours(records, envelope):
    erp = Remote(pedido_incluir=ok(**{"registros": records, **envelope})).driver()
    error = error_of(lambda erp: erp.create_order(make_draft()), erp)
    assert not isinstance(error, RemoteContractChanged), "what was sent may have taken place"


@given(ENVELOPES)
def test_any_answer_to_a_status_is_done_or_an_error_of_ours(envelope):
    erp = Remote(pedido_alterar_situacao=ok(**envelope)).driver()
    error = error_of(lambda erp: erp.set_order_status("7", ErpStatus.APPROVED), erp)
    assert not isinstance(error, RemoteContractChanged)


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps({"retorno": value}).encode()))
@example(b'{"retorno": {"status": "OK", "valor": 1e99999999999999999999}}')
@example(b'{"retorno": ' + b"1" * 5000 + b"}")
@example(b"[" * 100_000)
@example(b'\xef\xbb\xbf{"retorno": {"status": "OK"}}')
def test_any_body_is_an_envelope_or_unreadable(body):
    try:
        content = parse(body)
    except UnreadableError:
        return
    assert content["status"]


@given(ENVELOPES.map(lambda envelope: {"status": "Erro", **envelope}))
def test_any_envelope_tells_what_went_wrong_or_is_a_changed_contract(envelope):
    try:
        fault = fault_of(envelope)
    except RemoteContractChanged:
        return
    assert fault is None or isinstance(fault.is_quota, bool)


@pytest.mark.parametrize("noise", ["1.4210854715202004e-14", "1e-20", "27.235000000000003"])
def test_m2_the_noise_of_a_float_is_no_money(noise):
    body = ok(pedido={**ORDER, "total_pedido": "TOTAL"}).replace(b'"TOTAL"', noise.encode())
    order = Remote(pedido_obter=body).driver().read_order("7")
    assert order.total == round(Decimal(noise), 2)


def test_a_refused_search_is_an_error_and_not_an_empty_one():
    """O1: only what Tiny says is empty is empty; else an order would be created twice."""
    for answer in (failure(21, "muitos registros"), failure(10, "parâmetro inválido"), b"<html>", b""):
        assert error_of(lambda erp: erp.find_orders("4711"), Remote(pedidos_pesquisa=answer).driver())
