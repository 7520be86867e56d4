"""Orders of API 2.0 (tiny-api.md A9): create, read, change of status."""

import json
from collections.abc import Iterator

import pytest

from tests.sandbox.tiny_support import Json, TinyCaller, item, order
from tomada_sandbox.client import SandboxClient


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        yield caller


def test_success_is_an_object_with_text_and_failure_an_array(tiny: TinyCaller) -> None:
    good = tiny.include()
    record = good["registros"]["registro"]
    assert good["status_processamento"] == 3
    assert (record["sequencia"], record["status"], record["numero"]) == ("1", "OK", "1")
    assert isinstance(record["id"], str)
    bad = tiny.include(cliente={"nome": ""})
    assert (bad["status"], bad["status_processamento"]) == ("Erro", 2)
    assert bad["registros"] == [
        {
            "registro": {
                "sequencia": "1",
                "status": "Erro",
                "codigo_erro": "31",
                "erros": [{"erro": "O nome do contato deve ser informado", "campo": "cliente.nome"}],
            }
        }
    ]


def test_every_field_is_read_back(tiny: TinyCaller) -> None:
    shirt = tiny.product("CAMISETA-M-BR")
    address = {
        "endereco": "Rua A",
        "numero": "10",
        "complemento": "ap 2",
        "bairro": "Centro",
        "cep": "95700-000",
        "cidade": "Bento Gonçalves",
        "uf": "RS",
    }
    customer = {"codigo": "C1", "nome": "Ana", "tipo_pessoa": "F", "cpf_cnpj": "39053344705", **address}
    delivery = {**address, "numero": "99", "nome_destinatario": "Bia"}
    id_ = tiny.create(
        cliente=customer,
        endereco_entrega=delivery,
        itens=[
            item(),
            item(id_produto=shirt["id"], quantidade=1, valor_unitario=59.9, informacao_adicional="x"),
        ],
        marcadores=[{"marcador": {"descricao": "loja-a"}}],
        parcelas=[
            {"parcela": {"dias": "30", "valor": "70.00", "obs": "1/2", "forma_pagamento": "boleto"}},
            {"parcela": {"data": "20/01/2027", "valor": "74.90"}},
        ],
        forma_pagamento="boleto",
        meio_pagamento="Boleto",
        valor_frete="15.50",
        valor_desconto="12.00",
        outras_despesas="1.50",
        forma_envio="c",
        forma_frete="PAC",
        frete_por_conta="R",
        obs="cuidado",
        obs_internas="loja-a 1001",
        situacao="Aprovado",
        ecommerce="Tray",
        intermediador={"nome": "Mercado X", "cnpj": "11222333000181"},
        natureza_operacao="ignored",
    )
    found = tiny.obtain(id_)
    assert found["cliente"]["cpf_cnpj"] == "39053344705"
    assert found["endereco_entrega"] == delivery
    first, second = (line["item"] for line in found["itens"])
    assert (first["codigo"], first["id_produto"]) == ("CAN-AZUL", str(tiny.product("CAN-AZUL")["id"]))
    assert (second["codigo"], second["quantidade"], second["valor_unitario"]) == (
        "CAMISETA-M-BR",
        "1",
        "59.90",
    )
    assert second["info_adicional"] == "x"
    assert [
        (p["parcela"]["dias"], p["parcela"]["data"], p["parcela"]["valor"]) for p in found["parcelas"]
    ] == [
        ("30", "20/12/2026", "70.00"),
        ("61", "20/01/2027", "74.90"),
    ]
    assert found["condicao_pagamento"] == "30 61"
    marker = found["marcadores"][0]["marcador"]
    assert (marker["descricao"], marker["cor"]) == ("loja-a", "#808080")
    expected = {
        "total_produtos": "139.90",
        "total_pedido": "144.90",
        "valor_frete": "15.50",
        "valor_desconto": "12.00",
        "outras_despesas": "1.50",
        "situacao": "Aprovado",
        "obs": "cuidado",
        "obs_interna": "loja-a 1001",
        "forma_envio": "C",
        "forma_frete": "PAC",
        "id_nota_fiscal": "0",
        "data_pedido": "20/11/2026",
        "numero_ecommerce": "1001",
        "intermediador": {"nome": "Mercado X", "cnpj": "11222333000181"},
    }
    assert {key: found[key] for key in expected} == expected
    assert found["ecommerce"]["nomeEcommerce"] == "Tray"
    assert "obs_internas" not in found
    assert "natureza_operacao" not in found


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cliente": None}, "cliente"),
        ({"cliente": {"nome": "x" * 31}}, "cliente.nome"),
        ({"cliente": {"nome": "x", "endereco": "x" * 51}}, "cliente.endereco"),
        ({"itens": []}, "itens"),
        ({"itens": [{"codigo": "CAN-AZUL"}]}, "itens.[0].item"),
        ({"itens": [item(descricao="")]}, "itens.[0].descricao"),
        ({"itens": [item(unidade=None)]}, "itens.[0].unidade"),
        ({"itens": [item(quantidade="")]}, "itens.[0].quantidade"),
        ({"itens": [item(), item(valor_unitario="40,00")]}, "itens.[1].valor_unitario"),
        ({"itens": [item(valor_unitario="-1")]}, "itens.[0].valor_unitario"),
        ({"itens": [item(id_produto="12")]}, "itens.[0].id_produto"),
        ({"valor_frete": "1.000,00"}, "valor_frete"),
        ({"data_pedido": "2026-11-20"}, "data_pedido"),
        ({"data_pedido": "31/02/2026"}, "data_pedido"),
        ({"situacao": "Em aberto"}, "situacao"),
        ({"situacao": "dados_incompletos"}, "situacao"),
        ({"obs": "x" * 101}, "obs"),
        ({"obs_internas": "x" * 101}, "obs_internas"),
        ({"forma_pagamento": "fiado"}, "forma_pagamento"),
        ({"forma_envio": "PAC"}, "forma_envio"),
        ({"forma_frete": "Foguete"}, "forma_frete"),
        ({"frete_por_conta": "Z"}, "frete_por_conta"),
        ({"marcadores": [{"marcador": {"descricao": "x" * 51}}]}, "marcadores.[0].descricao"),
        ({"parcelas": [{"parcela": {"dias": 0, "valor": "79.99"}}]}, "parcelas"),
        ({"parcelas": [{"parcela": {"dias": 0, "valor": "80,00"}}]}, "parcelas.[0].valor"),
    ],
)
def test_validation_names_the_field(tiny: TinyCaller, changes: Json, field: str) -> None:
    record = tiny.include(**changes)["registros"][0]["registro"]
    assert record["codigo_erro"] == "31"
    assert field in [error["campo"] for error in record["erros"]]
    assert tiny.state["orders"] == []
    assert tiny.state["contacts"] == []


def test_instalments_must_add_up_to_the_total(tiny: TinyCaller) -> None:
    parts = [{"parcela": {"dias": 0, "valor": "80.00"}}]
    wrong = tiny.include(parcelas=parts, valor_frete="10.00")["registros"][0]["registro"]["erros"]
    assert wrong[0]["erro"] == "O valor total das parcelas deve ser igual ao valor total da venda."
    tiny.create(parcelas=parts, valor_frete="10.00", valor_desconto="10")


def test_the_double_wrap_is_required(tiny: TinyCaller) -> None:
    assert tiny.call("pedido.incluir.php", pedido=json.dumps(order()))["codigo_erro"] == 4
    assert tiny.call("pedido.incluir.php", pedido="<pedido/>")["codigo_erro"] == 3
    assert tiny.call("pedido.incluir.php")["codigo_erro"] == 10


def test_lengths_can_be_cut_instead(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, strict_lengths=False) as tiny:
        found = tiny.obtain(tiny.create(cliente={"nome": "x" * 40}))
        assert found["cliente"]["nome"] == "x" * 30


def test_an_unknown_sku_is_kept_as_text_or_refused(control: SandboxClient, name: str) -> None:
    lines = [item(codigo="NOVO-1")]
    with TinyCaller(control, name) as tiny:
        line = tiny.obtain(tiny.create(itens=lines))["itens"][0]["item"]
        assert (line["id_produto"], line["codigo"]) == ("0", "NOVO-1")
    with TinyCaller(control, f"{name}-b", unknown_sku="refuse") as tiny:
        assert tiny.include(itens=lines)["status"] == "Erro"


def test_o2_only_the_same_payload_within_half_an_hour_is_a_duplicate(
    tiny: TinyCaller, control: SandboxClient
) -> None:
    tiny.create()
    again = tiny.include()
    record = again["registros"][0]["registro"]
    assert (record["codigo_erro"], record["erros"]) == ("30", [{"erro": "Registro em duplicidade"}])
    tiny.create(obs="other")
    control.advance(30 * 60)
    tiny.create()
    assert [order["ecommerce_number"] for order in tiny.state["orders"]] == ["1001"] * 3


def test_duplicates_can_be_let_in(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, refuse_duplicates=False) as tiny:
        assert tiny.create() != tiny.create()


def test_a_refused_order_may_be_sent_again(tiny: TinyCaller) -> None:
    assert tiny.include(situacao="x")["status"] == "Erro"
    assert tiny.include(situacao="x")["registros"][0]["registro"]["codigo_erro"] == "31"


def test_the_date_of_an_order_without_one_is_the_virtual_day(
    tiny: TinyCaller, control: SandboxClient
) -> None:
    before = tiny.obtain(tiny.create(data_pedido=""))["data_pedido"]
    control.advance(86400 * 40)
    assert tiny.obtain(tiny.create(data_pedido="", obs="x"))["data_pedido"] != before


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("aberto", "Em aberto"),
        ("aprovado", "Aprovado"),
        ("preparando_envio", "Preparando envio"),
        ("faturado", "Faturado (atendido)"),
        ("pronto_envio", "Pronto para envio"),
        ("enviado", "Enviado"),
        ("entregue", "Entregue"),
        ("nao_entregue", "Não Entregue"),
        ("cancelado", "Cancelado"),
    ],
)
def test_codes_are_written_and_labels_are_read(tiny: TinyCaller, code: str, label: str) -> None:
    id_ = tiny.create()
    answer = tiny.call("pedido.alterar.situacao", id=id_, situacao=code)
    assert answer == {"status_processamento": "3", "status": "OK"}
    assert tiny.obtain(id_)["situacao"] == label
    assert tiny.search(situacao=code)[0]["situacao"] == label


def test_unknown_orders_and_statuses(tiny: TinyCaller) -> None:
    for service in ("pedido.obter.php", "pedido.alterar.situacao"):
        answer = tiny.call(service, id="1", situacao="aberto")
        assert (answer["codigo_erro"], answer["erros"]) == (32, [{"erro": "Pedido não localizado"}])
        assert tiny.call(service, id="")["codigo_erro"] == 10
    assert tiny.call("pedido.alterar.situacao", id=tiny.create(), situacao="Em aberto")["codigo_erro"] == 10
