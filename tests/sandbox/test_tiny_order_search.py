"""The order search of API 2.0 (tiny-api.md A9.3)."""

from collections.abc import Iterator

import pytest

from tests.sandbox.tiny_support import TinyCaller
from tomada_sandbox.client import SandboxClient


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        caller.create(
            numero_pedido_ecommerce="1",
            data_pedido="10/11/2026",
            cliente={"nome": "Ana Souza", "cpf_cnpj": "390.533.447-05", "codigo": "C1"},
            marcadores=[{"marcador": {"descricao": "loja-a"}}],
            id_vendedor="7",
        )
        caller.create(
            numero_pedido_ecommerce="2",
            data_pedido="15/11/2026",
            cliente={"nome": "Bia Lima", "cpf_cnpj": "12ABC34501DE35"},
            situacao="aprovado",
            nome_vendedor="Rui",
        )
        caller.create(
            numero_pedido_ecommerce="1",
            data_pedido="20/11/2026",
            cliente={"nome": "Caio Souza"},
            marcadores=[{"marcador": {"descricao": "loja-b"}}],
        )
        yield caller


@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({}, ["3", "2", "1"]),
        ({"sort": "ASC"}, ["1", "2", "3"]),
        ({"numero": "2"}, ["2"]),
        ({"numeroEcommerce": "1"}, ["3", "1"]),
        ({"numeroEcommerce": "9"}, []),
        ({"numeroEcommerce": "1", "marcador": "loja-a"}, ["1"]),
        ({"cliente": "souza"}, ["3", "1"]),
        ({"cliente": "c1"}, ["1"]),
        ({"cpf_cnpj": "39053344705"}, ["1"]),
        ({"cpf_cnpj": "12.abc.345/01de-35"}, ["2"]),
        ({"dataInicial": "11/11/2026"}, ["3", "2"]),
        ({"dataFinal": "15/11/2026"}, ["2", "1"]),
        ({"dataInicial": "15/11/2026", "dataFinal": "15/11/2026"}, ["2"]),
        ({"situacao": "aprovado"}, ["2"]),
        ({"situacao": "Em aberto"}, ["3", "1"]),
        ({"situacao": "nonsense"}, []),
        ({"marcador": "loja-b"}, ["3"]),
        ({"idVendedor": "7"}, ["1"]),
        ({"nomeVendedor": "Rui"}, ["2"]),
        ({"idVendedor": "7", "nomeVendedor": "Rui"}, ["1"]),
    ],
)
def test_filters(tiny: TinyCaller, params: dict[str, str], numbers: list[str]) -> None:
    assert [row["numero"] for row in tiny.search(**params)] == numbers


def test_changed_since(tiny: TinyCaller, control: SandboxClient) -> None:
    control.advance(3600)
    second = tiny.search(numero="2")[0]["id"]
    tiny.call("pedido.alterar.situacao", id=second, situacao="enviado")
    changed = next(order["updated"] for order in tiny.state["orders"] if order["number"] == 2)
    assert [row["numero"] for row in tiny.search(dataAtualizacao=changed)] == ["2"]
    assert len(tiny.search(dataAtualizacao="01/11/2026")) == 3
    day = changed[:10]
    params = {"dataInicialOcorrencia": day, "dataFinalOcorrencia": day, "situacaoOcorrencia": "enviado"}
    assert [row["numero"] for row in tiny.search(**params)] == ["2"]


def test_a_row_has_text_for_numbers_and_neither_items_nor_marks(tiny: TinyCaller) -> None:
    row = tiny.search(numero="1")[0]
    assert (row["valor"], row["nome"], row["data_pedido"]) == ("80.00", "Ana Souza", "10/11/2026")
    assert isinstance(row["id"], str)
    assert not {"itens", "marcadores", "ecommerce"} & row.keys()


@pytest.mark.parametrize("params", [{"dataInicial": "2026-11-01"}, {"dataAtualizacao": "x"}, {"pagina": "0"}])
def test_bad_parameters(tiny: TinyCaller, params: dict[str, str]) -> None:
    assert tiny.call("pedidos.pesquisa.php", **params)["codigo_erro"] == 10


def test_nothing_found_is_code_20_and_beyond_the_end_23(tiny: TinyCaller) -> None:
    empty = tiny.call("pedidos.pesquisa.php", numero="99")
    assert (empty["codigo_erro"], empty["status_processamento"]) == (20, 2)
    assert empty["erros"] == [{"erro": "A Consulta não retornou registros"}]
    assert tiny.call("pedidos.pesquisa.php", pagina="2")["codigo_erro"] == 23


def test_a_hundred_to_a_page(tiny: TinyCaller) -> None:
    for number in range(98):
        tiny.create(numero_pedido_ecommerce=f"X{number}")
    first = tiny.call("pedidos.pesquisa.php")
    assert (first["pagina"], first["numero_paginas"], len(first["pedidos"])) == ("1", "2", 100)
    second = tiny.call("pedidos.pesquisa.php", pagina="2")
    assert [row["pedido"]["numero"] for row in second["pedidos"]] == ["1"]
