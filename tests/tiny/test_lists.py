"""Contacts, shipping, payment and the account (tiny-api.md A8, A9.8, A10; rules C1, C2)."""

import httpx
import pytest

from tests.tiny.samples import EMPTY, Remote, failure, ok
from tomada.domain.erp import ErpAccount, ErpContact, ErpMethod
from tomada.errors import QuotaExceeded, RejectedByRemote, RemoteContractChanged


def contact(id_, document, **fields):
    return {"contato": {"id": id_, "codigo": "", "cpf_cnpj": document, "situacao": "Ativo", **fields}}


def test_c2_contacts_are_compared_by_normalised_document():
    rows = [
        contact("1", "111.444.777-35", codigo="88"),
        contact(2, "11144477735"),
        contact("3", "111.444.777-36"),
        contact("4", "11144477735", situacao="Excluido"),
        contact("5", "11144477735", situacao=""),
        contact("1", "11144477735", codigo="88"),
    ]
    remote = Remote(contatos_pesquisa=ok(contatos=rows))
    assert remote.driver().find_contacts("11144477735") == [
        ErpContact(contact_id="1", code="88"),
        ErpContact(contact_id="2", code=""),
        ErpContact(contact_id="5", code=""),
    ]
    [(_service, form)] = remote.calls
    assert (form["cpf_cnpj"], form["pesquisa"], form["situacao"]) == ("11144477735", "", "Ativo")


def test_c2_a_cnpj_with_letters():
    remote = Remote(contatos_pesquisa=ok(contatos=[contact("1", "12.abc.345/01de-35")]))
    assert remote.driver().find_contacts("12ABC34501DE35") == [ErpContact(contact_id="1", code="")]


def test_no_document_finds_nobody_rather_than_everybody():
    remote = Remote()
    assert remote.driver().find_contacts("") == []
    assert remote.calls == []


def test_nobody_has_the_document():
    assert Remote(contatos_pesquisa=EMPTY).driver().find_contacts("11144477735") == []


def test_shipping_methods_by_the_codes_that_orders_take():
    rows = [
        {"id": 1, "nome": "Correios", "situacao": 1, "tipo_logistica": 1, "id_gateway_logistico": 0},
        {"registro": {"id": "2", "nome": "Transportes Sul", "situacao": "2", "tipo_logistica": "2"}},
        {"id": 3, "nome": "Sem frete", "situacao": 1, "tipo_logistica": 0},
        {"id": 4, "nome": "NS Magalu", "situacao": 1, "tipo_logistica": 21},
        {"id": 5, "nome": "Mandaê", "situacao": 1, "tipo_logistica": 23},
        {"id": 6, "nome": "?", "situacao": 1},
    ]
    remote = Remote(formas_envio_pesquisa=ok(registros=rows))
    assert remote.driver().shipping_methods() == [
        ErpMethod(code="C", name="Correios", active=True),
        ErpMethod(code="T", name="Transportes Sul", active=False),
        ErpMethod(code="S", name="Sem frete", active=True),
        ErpMethod(code="NS_MAGALU_ENTREGAS", name="NS Magalu", active=True),
    ]
    assert remote.requests[0].method == "GET"


def tree(*nodes):
    return httpx.Response(200, json={"retorno": list(nodes)})


def node(name, *below):
    return {"id": "1", "descricao": name, "nodes": list(below)}


def test_the_tree_of_categories_is_an_array_and_each_has_its_path():
    remote = Remote(
        produtos_categorias_arvore=tree(node("Casa", node("Luz", node("LED")), node("Mesa")), node("Som"))
    )
    assert remote.driver().categories() == [
        ("Casa",),
        ("Casa", "Luz"),
        ("Casa", "Luz", "LED"),
        ("Casa", "Mesa"),
        ("Som",),
    ]


def test_a_tree_in_an_envelope_an_empty_one_and_an_error():
    assert Remote(produtos_categorias_arvore=ok(categorias=[node("Casa")])).driver().categories() == [
        ("Casa",)
    ]
    assert Remote(produtos_categorias_arvore=tree()).driver().categories() == []
    assert Remote(produtos_categorias_arvore=EMPTY).driver().categories() == []
    with pytest.raises(RejectedByRemote):
        Remote(produtos_categorias_arvore=failure(31, "Recusado")).driver().categories()
    with pytest.raises(QuotaExceeded):
        Remote(produtos_categorias_arvore=failure(6, "API Bloqueada")).driver().categories()


@pytest.mark.parametrize("roots", [["Casa"], [{"descricao": {}}], [node("a", "b")], [{"nodes": "x"}]])
def test_what_is_no_tree_is_said(roots):
    with pytest.raises(RemoteContractChanged):
        Remote(produtos_categorias_arvore=tree(*roots)).driver().categories()


def test_a_tree_without_end_is_no_tree():
    deep = node("a")
    for _ in range(40):
        deep = node("a", deep)
    with pytest.raises(RemoteContractChanged):
        Remote(produtos_categorias_arvore=tree(deep)).driver().categories()


def test_payment_methods():
    rows = [
        {"formaRecebimento": {"descricao": "Pix", "situacao": "Habilitada"}},
        {"formaRecebimento": {"descricao": "Cheque", "situacao": "Desabilitada"}},
    ]
    assert Remote(formas_recebimento_pesquisa=ok(formasRecebimento=rows)).driver().payment_methods() == [
        ErpMethod(code="Pix", name="Pix", active=True),
        ErpMethod(code="Cheque", name="Cheque", active=False),
    ]


def test_the_account_and_its_quota():
    body = ok(conta={"razao_social": "Casa Ltda ", "cnpj_cpf": "59.573.950/0001-58", "fantasia": "Casa"})
    answer = httpx.Response(200, content=body, headers={"x-limit-api": "60"})
    assert Remote(info=answer).driver().account() == ErpAccount(
        name="Casa Ltda", document="59573950000158", requests_per_minute=60
    )


def test_an_account_that_says_little():
    assert Remote(info=ok(conta={"fantasia": "Casa"})).driver().account() == ErpAccount(
        name="Casa", document="", requests_per_minute=None
    )


@pytest.mark.parametrize("body", [ok(), ok(conta=[]), failure(20)])
def test_an_answer_without_the_account_is_a_changed_contract(body):
    with pytest.raises(RemoteContractChanged):
        Remote(info=body).driver().account()
