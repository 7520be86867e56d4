"""Products created and altered in batches (tiny-api.md A3, A6.3)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.tiny_support import TinyCaller
from tomada_sandbox.client import SandboxClient

CREATE, ALTER = "produto.incluir.php", "produto.alterar.php"


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        yield caller


def _record(**changes: object) -> dict[str, Any]:
    content = {
        "sequencia": "1",
        "codigo": "NOVO-1",
        "nome": "Produto novo",
        "unidade": "UN",
        "preco": "10.00",
        "situacao": "A",
        "tipo": "P",
        "origem": "0",
    }
    return {"produto": content | changes}


def _send(tiny: TinyCaller, service: str, *records: dict[str, Any]) -> Any:
    return tiny.call(service, produto=json.dumps({"produtos": list(records)}))


def _registers(answer: Any) -> list[dict[str, Any]]:
    return [wrapped["registro"] for wrapped in answer["registros"]]


def _obtain(tiny: TinyCaller, id_: object) -> dict[str, Any]:
    found: dict[str, Any] = tiny.call("produto.obter.php", id=id_)["produto"]
    return found


def test_a_product_reads_back_as_it_was_sent_under_the_names_of_the_read(tiny: TinyCaller) -> None:
    answer = _send(
        tiny,
        CREATE,
        _record(
            marca="Olaria",
            categoria="Casa >> Mesa",
            altura_embalagem="11",
            tipo_embalagem="2",
            peso_bruto="0.3",
            preco_promocional="9.00",
            imagens_externas=[{"imagem_externa": {"url": "https://img.example/1.jpg"}}],
            anexos=[{"anexo": "https://img.example/2.jpg"}],
            estoque_atual="5",
        ),
    )
    [register] = _registers(answer)
    assert (answer["status"], register["sequencia"], register["status"]) == ("OK", "1", "OK")
    product = _obtain(tiny, register["id"])
    assert (product["marca"], product["categoria"], product["alturaEmbalagem"]) == (
        "Olaria",
        "Casa >> Mesa",
        "11",
    )
    assert (product["preco_promocional"], product["classe_produto"], product["tipoVariacao"]) == (
        "9.00",
        "S",
        "N",
    )
    assert product["imagens_externas"] == [{"imagem_externa": {"url": "https://img.example/1.jpg"}}]
    assert product["anexos"] == [{"anexo": "https://img.example/2.jpg"}]
    assert tiny.call("produto.obter.estoque.php", id=register["id"])["produto"]["saldo"] == "5"
    assert str(register["id"]) in tiny.state["changed_products"]


def test_variations_get_ids_that_only_a_read_tells(tiny: TinyCaller) -> None:
    variations = [
        {
            "variacao": {
                "codigo": f"NOVO-1-{size}",
                "preco": "12.00",
                "grade": {"Tamanho": size},
                "estoque_atual": "2",
            }
        }
        for size in "PMG"
    ]
    [register] = _registers(_send(tiny, CREATE, _record(classe_produto="V", variacoes=variations)))
    assert register.keys() == {"sequencia", "status", "id"}
    parent = _obtain(tiny, register["id"])
    assert (parent["classe_produto"], parent["tipoVariacao"]) == ("V", "P")
    children = [part["variacao"] for part in parent["variacoes"]]
    assert [child["grade"] for child in children] == [{"Tamanho": size} for size in "PMG"]
    child = _obtain(tiny, children[0]["id"])
    assert (child["idProdutoPai"], child["preco"], child["nome"]) == (
        register["id"],
        "12.00",
        "Produto novo P",
    )
    assert tiny.call("produto.obter.estoque.php", id=register["id"])["produto"]["saldo"] == "6"


def test_a_kit(tiny: TinyCaller) -> None:
    cup = tiny.product("CAN-AZUL")["id"]
    kit = [{"item": {"id_produto": cup, "quantidade": "2"}}]
    [register] = _registers(_send(tiny, CREATE, _record(classe_produto="K", kit=kit)))
    assert _obtain(tiny, register["id"])["kit"] == [{"item": {"id_produto": str(cup), "quantidade": "2"}}]
    bad = [{"item": {"id_produto": "1", "quantidade": "0"}}]
    [refused] = _registers(_send(tiny, CREATE, _record(codigo="K2", classe_produto="K", kit=bad)))
    assert [error["campo"] for error in refused["erros"]] == ["kit.[0].id_produto", "kit.[0].quantidade"]


def test_one_bad_record_does_not_stop_its_neighbours(tiny: TinyCaller) -> None:
    answer = _send(
        tiny,
        CREATE,
        _record(),
        _record(sequencia="2", codigo="B", nome=""),
        _record(sequencia="3", codigo="C"),
    )
    assert answer["status"] == "Erro"
    registers = _registers(answer)
    assert [one["status"] for one in registers] == ["OK", "Erro", "OK"]
    assert registers[1] == {
        "sequencia": "2",
        "status": "Erro",
        "codigo_erro": "31",
        "erros": [{"erro": "O nome do produto deve ser informado", "campo": "nome"}],
    }


def test_p4_whether_a_sku_may_come_twice_is_a_switch(tiny: TinyCaller) -> None:
    [refused] = _registers(_send(tiny, CREATE, _record(codigo="CAN-AZUL")))
    assert refused["codigo_erro"] == "30"
    tiny.control.clerk(tiny.name, "configure", duplicate_products="allow")
    [taken] = _registers(_send(tiny, CREATE, _record(codigo="CAN-AZUL")))
    assert taken["status"] == "OK"


@pytest.mark.parametrize(("mode", "brand"), [("merge", "Olaria"), ("replace", "")])
def test_an_altered_product_keeps_or_loses_what_is_not_sent(tiny: TinyCaller, mode: str, brand: str) -> None:
    tiny.control.clerk(tiny.name, "configure", alter_products=mode)
    [created] = _registers(_send(tiny, CREATE, _record(marca="Olaria", gtin="7891000000999")))
    altered = _record(id=created["id"], codigo="NOVO-2", preco="11.00", situacao="I")
    assert _send(tiny, ALTER, altered)["status"] == "OK"
    product = _obtain(tiny, created["id"])
    assert (product["codigo"], product["preco"], product["situacao"]) == ("NOVO-2", "11.00", "I")
    assert (product["marca"], product["gtin"]) == (brand, "7891000000999" if brand else "")
    assert [one["sku"] for one in tiny.state["products"] if one["id"] == int(created["id"])] == ["NOVO-2"]


def test_a_product_is_located_by_id_or_code_or_name(tiny: TinyCaller) -> None:
    by_code = _record(codigo="CAN-AZUL", nome="Caneca nova")
    assert _registers(_send(tiny, ALTER, by_code))[0]["id"] == str(tiny.product("CAN-AZUL")["id"])
    by_name = _record(codigo="", nome="Caneca nova", preco="1.00")
    assert _registers(_send(tiny, ALTER, by_name))[0]["id"] == str(tiny.product("CAN-AZUL")["id"])
    assert _registers(_send(tiny, ALTER, _record(codigo="X", nome="Y")))[0]["codigo_erro"] == "32"
    assert _registers(_send(tiny, ALTER, _record(id="x")))[0]["codigo_erro"] == "32"


def test_a_parent_gets_a_new_variation_and_keeps_the_others(tiny: TinyCaller) -> None:
    grids = [{"Tamanho": "P", "Cor": "Branca"}, {"Tamanho": "GG", "Cor": "Branca"}]
    variations = [{"variacao": {"codigo": f"CAM-{n}", "grade": grid}} for n, grid in enumerate(grids)]
    shirt = tiny.product("CAMISETA")
    record = _record(
        id=shirt["id"], codigo="CAMISETA", nome="Camiseta", classe_produto="V", variacoes=variations
    )
    _send(tiny, ALTER, record)
    skus = [part["variacao"]["codigo"] for part in _obtain(tiny, shirt["id"])["variacoes"]]
    assert skus == ["CAMISETA-P-BR", "CAMISETA-M-BR", "CAMISETA-G-PR", "CAM-1"]


def test_five_batch_calls_a_minute_whatever_the_plan(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, limit=60) as tiny:
        answers = [_send(tiny, CREATE, _record(codigo=f"L{n}")) for n in range(6)]
        assert [answer.get("codigo_erro") for answer in answers] == [None] * 5 + [6]
        assert tiny.call("info.php")["status"] == "OK"
        control.advance(61)
        assert _send(tiny, CREATE, _record(codigo="L9"))["status"] == "OK"


def test_a_batch_limit_of_its_own(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, batch_limit=1) as tiny:
        answers = [_send(tiny, CREATE, _record(codigo=f"L{n}")) for n in range(2)]
        assert [answer.get("codigo_erro") for answer in answers] == [None, 6]


def test_forms_of_the_field(tiny: TinyCaller) -> None:
    single = tiny.call(CREATE, produto=json.dumps(_record()))
    assert _registers(single)[0]["status"] == "OK"
    assert _send(tiny, CREATE, *[_record()] * 21)["codigo_erro"] == 22
    assert tiny.call(CREATE, produto="{")["codigo_erro"] == 3
    assert tiny.call(CREATE, produto="{}")["codigo_erro"] == 4
    assert tiny.call(CREATE, produto='{"produtos": []}')["codigo_erro"] == 4
    assert tiny.call(CREATE)["codigo_erro"] == 10
