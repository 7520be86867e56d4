"""The lists of changes that forget what they have answered (tiny-api.md A7.3; rule S6)."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.sandbox.tiny_support import TOKEN, TinyCaller
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.clock import BRASILIA

STOCK, PRODUCTS = "lista.atualizacoes.estoque", "lista.atualizacoes.produtos"


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        yield caller


def _since(tiny: TinyCaller, **back: float) -> str:
    now = datetime.fromisoformat(tiny.control.clock()["now"])
    return f"{now.astimezone(BRASILIA) - timedelta(**back):%d/%m/%Y %H:%M:%S}"


def _read(tiny: TinyCaller, service: str = STOCK, **params: Any) -> Any:
    return tiny.call(service, **{"dataAlteracao": _since(tiny, hours=1), **params})


def _skus(answer: Any) -> list[str]:
    return [row["produto"]["codigo"] for row in answer.get("produtos", [])]


def _count(tiny: TinyCaller, sku: str, stock: int) -> None:
    tiny.control.clerk(tiny.name, "count_stock", sku=sku, stock=stock)


def test_s6_what_was_answered_is_gone(tiny: TinyCaller) -> None:
    _count(tiny, "CAN-AZUL", 3)
    _count(tiny, "VELA-BAUNILHA", 4)
    _count(tiny, "CAN-AZUL", 2)
    answer = _read(tiny)
    assert _skus(answer) == ["VELA-BAUNILHA", "CAN-AZUL"]
    assert (answer["pagina"], answer["numero_paginas"]) == ("1", "1")
    row = answer["produtos"][1]["produto"]
    assert (row["saldo"], row["saldoReservado"], row["tipo_variacao"]) == ("2", "0", "N")
    assert [part["deposito"]["nome"] for part in row["depositos"]] == ["Geral", "Avarias"]
    assert row["data_alteracao"][:10] == _since(tiny)[:10]
    again = _read(tiny)
    assert (again["codigo_erro"], again["erros"]) == (20, [{"erro": "A Consulta não retornou registros"}])


def test_s6_an_answer_that_was_lost_has_taken_its_rows(tiny: TinyCaller) -> None:
    _count(tiny, "CAN-AZUL", 3)
    tiny.control.add_fault("reset_after", remote=f"tiny/{tiny.name}")
    with pytest.raises(httpx.TransportError):
        _read(tiny)
    assert _read(tiny)["codigo_erro"] == 20
    assert tiny.state["changed_stock"] == {}


def test_s6_a_refused_call_takes_nothing(tiny: TinyCaller) -> None:
    _count(tiny, "CAN-AZUL", 3)
    tiny.control.add_fault("refuse_429", remote=f"tiny/{tiny.name}")
    assert _read(tiny)["codigo_erro"] == 6
    assert _skus(_read(tiny)) == ["CAN-AZUL"]


def test_s6_a_hundred_rows_a_page_and_the_next_page_is_the_first_again(tiny: TinyCaller) -> None:
    rows = [{"sku": f"F{n:03}", "name": f"Item {n}", "price": 1} for n in range(250)]
    tiny.control.clerk(tiny.name, "add_products", products=rows)
    pages = [_read(tiny, PRODUCTS) for _ in range(4)]
    assert [page.get("numero_paginas") for page in pages] == ["3", "2", "1", None]
    assert [len(page.get("produtos", [])) for page in pages] == [100, 100, 50, 0]
    assert [sku for page in pages for sku in _skus(page)] == [row["sku"] for row in rows]


def test_s6_whoever_asks_for_page_two_skips_rows(tiny: TinyCaller) -> None:
    rows = [{"sku": f"G{n:03}", "name": f"Item {n}", "price": 1} for n in range(150)]
    tiny.control.clerk(tiny.name, "add_products", products=rows)
    assert len(_skus(_read(tiny, PRODUCTS, pagina=2))) == 50
    assert _read(tiny, PRODUCTS, pagina=2)["codigo_erro"] == 23
    assert len(_skus(_read(tiny, PRODUCTS))) == 100
    assert _read(tiny, PRODUCTS, pagina=0)["codigo_erro"] == 20


def test_changes_before_the_moment_stay(tiny: TinyCaller) -> None:
    _count(tiny, "CAN-AZUL", 3)
    tiny.control.advance(7200)
    assert _read(tiny)["codigo_erro"] == 20
    assert _skus(_read(tiny, dataAlteracao=_since(tiny, hours=3))) == ["CAN-AZUL"]


def test_s6_it_looks_back_thirty_days(tiny: TinyCaller) -> None:
    answer = _read(tiny, dataAlteracao=_since(tiny, days=31))
    assert answer["erros"] == [{"erro": "Somente podem ser listados os registros dos últimos 30 dias"}]
    assert _read(tiny, dataAlteracao=_since(tiny, days=29))["codigo_erro"] == 20
    assert _read(tiny, dataAlteracao="ontem")["codigo_erro"] == 10


@pytest.mark.parametrize("code", [5, 8, 31])
def test_s6_an_account_without_the_extension(control: SandboxClient, name: str, code: int) -> None:
    with TinyCaller(control, name, stock_feed=False, no_feed_code=code) as tiny:
        _count(tiny, "CAN-AZUL", 3)
        assert _read(tiny)["codigo_erro"] == code
        assert _read(tiny, PRODUCTS)["codigo_erro"] == code
        assert tiny.call("info.php")["status"] == "OK"


@pytest.mark.parametrize(("switch", "expected"), [(False, []), (True, ["CAN-AZUL"])])
def test_whether_a_reservation_is_a_change_is_a_switch(
    control: SandboxClient, name: str, switch: bool, expected: list[str]
) -> None:
    with TinyCaller(control, name, feed_reservations=switch) as tiny:
        id_ = tiny.create()
        assert _skus(_read(tiny)) == expected
        tiny.call("pedido.lancar.estoque.php", id=id_)
        assert _skus(_read(tiny)) == ["CAN-AZUL"]


def test_both_lists_answer_with_and_without_suffix(tiny: TinyCaller) -> None:
    tiny.control.clerk(tiny.name, "edit_product", sku="CAN-AZUL", price="41.00")
    _count(tiny, "CAN-AZUL", 1)
    assert _skus(_read(tiny, f"{STOCK}.php")) == ["CAN-AZUL"]
    [row] = _read(tiny, f"{PRODUCTS}.php")["produtos"]
    assert row["produto"]["preco"] == "41.00"


def test_two_accounts_have_a_list_each(tiny: TinyCaller, control: SandboxClient) -> None:
    _count(tiny, "CAN-AZUL", 3)
    address = control.clone("tiny", tiny.name, f"{tiny.name}-b")
    assert _skus(_read(tiny)) == ["CAN-AZUL"]
    fields = {"token": TOKEN, "formato": "json", "dataAlteracao": _since(tiny, hours=1)}
    answer = httpx.post(f"{address}/api2/{STOCK}", data=fields, trust_env=False).content
    assert _skus(json.loads(answer)["retorno"]) == ["CAN-AZUL"]
