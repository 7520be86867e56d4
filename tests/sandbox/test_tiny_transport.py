"""API 2.0's transport (tiny-api.md A1, A2): forms of request, envelope, authentication, names of services."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.tiny_support import TOKEN, TinyCaller, order
from tomada_sandbox.client import SandboxClient

PARAMS = {"token": TOKEN, "formato": "json"}


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        yield caller


def test_accents_and_ampersands_survive_when_they_are_encoded(tiny: TinyCaller) -> None:
    content = order(
        cliente={"nome": "Açaí & Cia + 50% = ção"}, numero_pedido_ecommerce="A&B=1", obs='aspas " e \\ barra'
    )
    answer = tiny.call("pedido.incluir.php", pedido=json.dumps({"pedido": content}, ensure_ascii=False))
    found = tiny.obtain(answer["registros"]["registro"]["id"])
    assert found["cliente"]["nome"] == "Açaí & Cia + 50% = ção"
    assert found["numero_ecommerce"] == "A&B=1"
    assert found["obs"] == 'aspas " e \\ barra'
    assert len(tiny.search(numeroEcommerce="A&B=1")) == 1


def test_json_that_is_not_encoded_inside_the_form(tiny: TinyCaller) -> None:
    whole = json.dumps({"pedido": order(cliente={"nome": "José e Cia"})}, ensure_ascii=False)
    body = f"token={TOKEN}&formato=JSON&pedido={whole}".encode()
    answer = tiny.http.post(
        "pedido.incluir.php", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.json()["retorno"]["status"] == "OK"
    assert tiny.state["orders"][0]["customer"]["nome"] == "José e Cia"


def test_an_ampersand_that_is_not_encoded_breaks_the_json(tiny: TinyCaller) -> None:
    whole = json.dumps({"pedido": order(cliente={"nome": "José & Cia"})})
    answer = tiny.http.post("pedido.incluir.php", content=f"token={TOKEN}&formato=JSON&pedido={whole}")
    content = answer.json()["retorno"]
    assert content["codigo_erro"] == 3
    assert content["erros"] == [{"erro": "ERRO JSON mal formado ou invalido"}]


def test_multipart_and_query_string(tiny: TinyCaller) -> None:
    whole = json.dumps({"pedido": order(cliente={"nome": "João & Ana"})})
    parts = {key: (None, value) for key, value in {**PARAMS, "pedido": whole}.items()}
    assert tiny.http.post("pedido.incluir.php", files=parts).json()["retorno"]["status"] == "OK"
    answer = tiny.http.get("pedidos.pesquisa.php", params={**PARAMS, "cliente": "João & Ana"})
    assert len(answer.json()["retorno"]["pedidos"]) == 1
    answer = tiny.http.post("pedidos.pesquisa.php", params={**PARAMS, "numero": "1"})
    assert len(answer.json()["retorno"]["pedidos"]) == 1


@pytest.mark.parametrize("formato", ["json", "JSON", "'JSON'"])
def test_the_format_in_each_spelling(tiny: TinyCaller, formato: str) -> None:
    assert tiny.call("info.php", formato=formato)["status"] == "OK"


@pytest.mark.parametrize(("formato", "code"), [("xml", 10), ("", 10)])
def test_only_json_is_spoken(tiny: TinyCaller, formato: str, code: int) -> None:
    assert tiny.call("info.php", formato=formato)["codigo_erro"] == code


def test_tokens(tiny: TinyCaller) -> None:
    bad = tiny.call("info.php", token="x")
    assert bad == {
        "status_processamento": 1,
        "status": "Erro",
        "codigo_erro": 2,
        "erros": [{"erro": "token invalido"}],
    }
    assert tiny.call("info.php", token="")["codigo_erro"] == 1


@pytest.mark.parametrize("service", ["info.php", "pedido.obter.php", "nothing.php"])
def test_every_answer_tells_the_limit(control: SandboxClient, name: str, service: str) -> None:
    with TinyCaller(control, name, limit=60) as tiny:
        assert tiny.http.post(service, data=PARAMS).headers["x-limit-api"] == "60"


@pytest.mark.parametrize(
    "service",
    [
        "produto.pesquisa.php",
        "pedido.pesquisa.php",
        "produto.atualizar.preco.php",
        "produtos.pesquisar",
        "pedidos.pesquisar",
        "produto.atualizacoes.estoque",
        "contato.adicionar",
        "contato.atualizar",
        "nota.fiscal.gerar.pedido",
        "pedido.obter.rastreamento",
        "produto.obter.preco",
        "pedido.gerar.nota.fiscal.php",
        "cliente.incluir.php",
        "info",
        "pedido.obter",
    ],
)
def test_names_that_are_no_services(tiny: TinyCaller, service: str) -> None:
    assert tiny.http.post(service, data=PARAMS).status_code == 404


def test_newer_services_answer_with_and_without_suffix(tiny: TinyCaller) -> None:
    id_ = tiny.create()
    assert tiny.call("pedido.alterar.situacao", id=id_, situacao="aprovado")["status"] == "OK"
    assert tiny.call("pedido.alterar.situacao.php", id=id_, situacao="faturado")["status"] == "OK"
    assert tiny.state["quota"]["endpoints"]["pedido.alterar.situacao"]["requests"] == 2


def test_another_address_is_another_account(tiny: TinyCaller, control: SandboxClient) -> None:
    tiny.create()
    control.create_account(f"{tiny.name}-b", token="other", limit=None)
    url = f"{control.url}/tiny/{tiny.name}-b/api2/pedidos.pesquisa.php"
    answer = httpx.post(url, data={"token": "other", "formato": "json"}, trust_env=False)
    assert answer.json()["retorno"]["codigo_erro"] == 20
    answer = httpx.post(url, data=PARAMS, trust_env=False)
    assert answer.json()["retorno"]["codigo_erro"] == 2
