"""Invoices through their situations, and tracking codes (tiny-api.md A9.6, A9.7, A11; rules T3, T4)."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.tiny_support import TOKEN, TinyCaller, item
from tomada_sandbox.client import SandboxClient, SandboxError


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        yield caller


def _search(tiny: TinyCaller, **params: Any) -> list[dict[str, Any]]:
    answer = tiny.call("notas.fiscais.pesquisa.php", **params)
    return [row["nota_fiscal"] for row in answer.get("notas_fiscais", [])]


def _note(tiny: TinyCaller, id_: object) -> dict[str, Any]:
    found: dict[str, Any] = tiny.call("nota.fiscal.obter.php", id=id_)["nota_fiscal"]
    return found


def _xml(tiny: TinyCaller, id_: object) -> bytes:
    params = {"token": TOKEN, "formato": "json", "id": id_}
    return tiny.http.post("nota.fiscal.obter.xml.php", data=params).content


def _invoice(tiny: TinyCaller, order: str, **more: Any) -> dict[str, Any]:
    return tiny.control.clerk(tiny.name, "invoice", order=order, **more)


def test_t4_an_authorised_note_has_key_link_and_xml_and_its_order_is_invoiced(tiny: TinyCaller) -> None:
    id_ = tiny.create(valor_frete="12.30")
    told = _invoice(tiny, id_)
    order = tiny.obtain(id_)
    assert (order["situacao"], order["id_nota_fiscal"]) == ("Faturado (atendido)", str(told["invoice"]))
    assert order["data_faturamento"]
    note = _note(tiny, told["invoice"])
    assert (note["id_venda"], note["numero_ecommerce"], note["valor_nota"]) == (id_, "1001", "92.30")
    assert (note["situacao"], note["descricao_situacao"], note["tipo_nota"]) == ("6", "Autorizada", "N")
    assert note["itens"][0]["item"]["cfop"] == "6108"
    key = note["chave_acesso"]
    assert len(key) == 44
    assert key[6:20] == "11222333000181"
    assert tiny.call("nota.fiscal.obter.link.php", id=told["invoice"])["link_nfe"].startswith(
        "https://tiny.com.br/"
    )
    body = _xml(tiny, told["invoice"])
    assert body.startswith(b"<?xml")
    assert b"<xml_nfe><nfeProc" in body
    assert key.encode() in body


def test_t4_a_pending_note_has_neither(tiny: TinyCaller) -> None:
    id_ = tiny.create()
    answer = tiny.call("gerar.nota.fiscal.pedido.php", id=id_)
    record = answer["registros"]["registro"]
    assert (record["numero"], record["serie"]) == ("000001", "1")
    note = _note(tiny, record["idNotaFiscal"])
    assert (note["situacao"], note["chave_acesso"]) == ("1", "")
    assert tiny.obtain(id_)["situacao"] == "Em aberto"
    assert tiny.call("nota.fiscal.obter.link.php", id=note["id"])["codigo_erro"] == 34
    assert b"<codigo_erro>34</codigo_erro>" in _xml(tiny, note["id"])
    second = tiny.call("gerar.nota.fiscal.pedido.php", id=id_)
    assert second["registros"][0]["registro"]["codigo_erro"] == "31"
    issued = tiny.call("nota.fiscal.emitir.php", id=note["id"])["nota_fiscal"]
    assert (issued["situacao"], len(issued["chave_acesso"])) == ("6", 44)
    assert tiny.call("nota.fiscal.emitir.php", id=note["id"])["codigo_erro"] == 31


@pytest.mark.parametrize(
    ("until", "situation", "has_key"),
    [
        ("pending", 1, False),
        ("sent", 9, True),
        ("rejected", 5, True),
        ("denied", 10, True),
        ("authorised", 6, True),
    ],
)
def test_t4_a_note_stops_where_it_is_told_to(
    tiny: TinyCaller, until: str, situation: int, has_key: bool
) -> None:
    _invoice(tiny, tiny.create(), until=until)
    [row] = _search(tiny)
    assert (row["situacao"], bool(row["chave_acesso"])) == (situation, has_key)


def test_t4_a_rejected_note_is_sent_again(tiny: TinyCaller) -> None:
    told = _invoice(tiny, tiny.create(), until="rejected")
    tiny.control.clerk(tiny.name, "authorise_invoice", invoice=told["invoice"])
    tiny.control.clerk(tiny.name, "print_invoice", invoice=told["invoice"])
    assert _note(tiny, told["invoice"])["descricao_situacao"] == "Emitida DANFE"


def test_t4_a_replaced_note_leaves_its_order_with_the_new_one(tiny: TinyCaller) -> None:
    id_ = tiny.create()
    first = _invoice(tiny, id_)
    second = tiny.control.clerk(tiny.name, "replace_invoice", order=id_)
    assert (second["replaces"], second["number"]) == (first["invoice"], 2)
    assert second["key"] != first["key"]
    assert tiny.obtain(id_)["id_nota_fiscal"] == str(second["invoice"])
    assert {row["descricao_situacao"] for row in _search(tiny)} == {"Cancelada", "Autorizada"}


def test_t4_a_cancelled_note_stays_with_its_order_and_dates_it(tiny: TinyCaller) -> None:
    id_ = tiny.create()
    told = _invoice(tiny, id_)
    tiny.control.advance(60)
    before = tiny.state["orders"][0]["updated"]
    tiny.control.clerk(tiny.name, "cancel_invoice", order=id_)
    assert tiny.obtain(id_)["id_nota_fiscal"] == str(told["invoice"])
    assert tiny.state["orders"][0]["updated"] != before
    with pytest.raises(SandboxError, match="não permite"):
        tiny.control.clerk(tiny.name, "cancel_invoice", order=id_)


def test_t4_a_return_is_an_incoming_note_that_the_order_does_not_point_at(tiny: TinyCaller) -> None:
    id_ = tiny.create()
    with pytest.raises(SandboxError, match="não tem nota fiscal autorizada"):
        tiny.control.clerk(tiny.name, "return_invoice", order=id_)
    sold = _invoice(tiny, id_)
    back = tiny.control.clerk(tiny.name, "return_invoice", order=id_)
    assert tiny.obtain(id_)["id_nota_fiscal"] == str(sold["invoice"])
    assert [row["id"] for row in _search(tiny, tipoNota="E")] == [str(back["invoice"])]
    note = _note(tiny, back["invoice"])
    assert (note["finalidade"], note["itens"][0]["item"]["cfop"]) == ("4", "2202")


def test_an_order_that_is_further_on_stays_there(tiny: TinyCaller) -> None:
    id_ = tiny.create(situacao="enviado")
    _invoice(tiny, id_)
    assert tiny.obtain(id_)["situacao"] == "Enviado"


def test_s2_an_authorised_note_posts_stock_where_the_account_does_so_on_invoicing(
    control: SandboxClient, name: str
) -> None:
    with TinyCaller(control, name, post_on="invoice") as tiny:
        _invoice(tiny, tiny.create(itens=[item(quantidade="2")]))
        product = tiny.call("produto.obter.estoque.php", id=tiny.product("CAN-AZUL")["id"])["produto"]
        assert (product["saldo"], product["saldoReservado"]) == ("23", "0")


def test_the_search_narrows(tiny: TinyCaller) -> None:
    first = _invoice(tiny, tiny.create(numero_pedido_ecommerce="1"))
    _invoice(tiny, tiny.create(numero_pedido_ecommerce="11"), until="pending")
    today = _search(tiny)[0]["data_emissao"]
    assert [row["numero_ecommerce"] for row in _search(tiny)] == ["11", "1"]
    assert [row["id"] for row in _search(tiny, numeroEcommerce="1")] == [str(first["invoice"])]
    assert len(_search(tiny, situacao="1")) == 1
    assert (
        len(_search(tiny, dataInicial=today, dataFinal=today, cliente="maria", cpf_cnpj="39053344705")) == 2
    )
    assert _search(tiny, dataInicial="01/01/2099") == []
    assert len(_search(tiny, numero="000002")) == 1
    assert tiny.call("notas.fiscais.pesquisa.php", situacao="11")["codigo_erro"] == 31
    assert tiny.call("notas.fiscais.pesquisa.php", dataInicial="x")["codigo_erro"] == 10
    assert tiny.call("nota.fiscal.obter.php", id="1")["codigo_erro"] == 32


def test_x2_texts_are_escaped_in_the_xml(tiny: TinyCaller) -> None:
    told = _invoice(tiny, tiny.create(itens=[item(descricao="Caneca <b> & pires")]))
    assert b"Caneca &lt;b&gt; &amp; pires" in _xml(tiny, told["invoice"])


def test_a_refusal_for_quota_is_json_where_xml_is_awaited(tiny: TinyCaller) -> None:
    told = _invoice(tiny, tiny.create())
    tiny.control.add_fault("refuse_429", remote=f"tiny/{tiny.name}")
    assert _xml(tiny, told["invoice"]).startswith(b'{"retorno":')


def test_t3_a_tracking_code_is_in_the_row_and_in_the_order(tiny: TinyCaller) -> None:
    id_ = tiny.create()
    url = "https://track.example/?a=1&b=BR1"
    answer = tiny.call(
        "cadastrar.codigo.rastreamento.pedido.php",
        id=id_,
        codigoRastreamento="BR1",
        urlRastreamento=url,
        formaEnvio="c",
        formaFrete="PAC",
    )
    assert answer["status"] == "OK"
    [row] = tiny.search(numero="1")
    assert (row["codigo_rastreamento"], row["url_rastreamento"]) == ("BR1", url)
    order = tiny.obtain(id_)
    assert (order["forma_envio"], order["forma_frete"]) == ("C", "PAC")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"codigoRastreamento": "x" * 21}, 31),
        ({"urlRastreamento": "x" * 121}, 31),
        ({"formaEnvio": "Z"}, 10),
        ({"formaEnvio": "T", "transportadora": "Ninguém"}, 31),
        ({"formaEnvio": "C", "transportadora": "Sul Cargas"}, 31),
        ({"id": "1"}, 32),
    ],
)
def test_a_tracking_code_that_is_refused(tiny: TinyCaller, fields: dict[str, str], code: int) -> None:
    params = {"id": tiny.create(), "codigoRastreamento": "BR1", **fields}
    answer = tiny.call("cadastrar.codigo.rastreamento.pedido.php", **params)
    assert answer["codigo_erro"] == code
    assert tiny.search(numero="1")[0]["codigo_rastreamento"] == ""


def test_a_carrier_must_be_a_contact(tiny: TinyCaller) -> None:
    tiny.control.clerk(tiny.name, "add_contact", fields={"nome": "Sul Cargas"})
    id_ = tiny.create()
    service = "cadastrar.codigo.rastreamento.pedido.php"
    assert tiny.call(service, id=id_, formaEnvio="T", transportadora="Sul Cargas")["status"] == "OK"
    assert tiny.obtain(id_)["nome_transportador"] == "Sul Cargas"
