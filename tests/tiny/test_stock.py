"""Balances: read and booked (tiny-api.md A7.1, A7.2; rules S1, S6)."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny.samples import Remote, failure, ok
from tomada.domain.erp_stock import ErpDeposit, ErpStock, ErpStockEntry, StockEntryKind
from tomada.errors import EffectUnknown, RejectedByRemote, RemoteContractChanged
from tomada.tiny.stock import stock_of

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PRODUTO = {
    "id": "55",
    "nome": "Caneca",
    "codigo": "CAN-1",
    "unidade": "UN",
    "saldo": "10.00",
    "saldoReservado": 3,
    "depositos": [
        {"deposito": {"nome": "Geral", "desconsiderar": "N", "saldo": "10", "empresa": "Casa"}},
        {"deposito": {"nome": "Avarias", "desconsiderar": "S", "saldo": "2"}},
    ],
}


def test_s1_a_balance_with_its_deposits_is_dated_before_it_was_asked_for():
    times = iter([NOW, NOW.replace(hour=13)])
    remote = Remote(produto_obter_estoque=ok(produto=PRODUTO))
    assert remote.driver(now=lambda: next(times)).read_stock("55") == ErpStock(
        product_id="55",
        sku="CAN-1",
        on_hand=Decimal(10),
        reserved=Decimal(3),
        deposits=(
            ErpDeposit(name="Geral", on_hand=Decimal(10), company="Casa"),
            ErpDeposit(name="Avarias", on_hand=Decimal(2), disregard=True),
        ),
        read_at=NOW,
    )
    assert remote.requests[0].extensions["safe"] is True


def test_s6_negative_balances_and_no_reservation_module():
    stock = stock_of({"id": 5, "saldo": -3, "saldoReservado": None, "depositos": []}, NOW)
    assert (stock.on_hand, stock.reserved, stock.deposits) == (Decimal(-3), Decimal(0), ())


@pytest.mark.parametrize(
    "fields",
    [
        {"saldo": ""},
        {"saldo": None},
        {"saldo": "1.000,50"},
        {"id": ""},
        {"depositos": [{"deposito": {"nome": "Geral"}}]},
        {"saldoReservado": "x"},
    ],
)
def test_s1_a_balance_that_is_absent_is_no_zero(fields):
    with pytest.raises(RemoteContractChanged):
        stock_of(PRODUTO | fields, NOW)


def test_the_balance_of_another_product_is_not_taken():
    with pytest.raises(RemoteContractChanged):
        Remote(produto_obter_estoque=ok(produto=PRODUTO)).driver().read_stock("56")


def test_a_product_that_is_not_there():
    assert Remote(produto_obter_estoque=failure(32)).driver().read_stock("1") is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.booleans())
def test_s1_every_balance_reads_as_it_was_written(value, as_number):
    body = json.dumps({"id": 1, "saldo": "@"}).replace('"@"', f"{value:f}" if as_number else f'"{value:f}"')
    assert stock_of(json.loads(body, parse_float=Decimal), NOW).on_hand == value


def booked(**fields):
    return {"registro": {"sequencia": "1", "status": "OK", "id": "900", "saldoEstoque": "7", **fields}}


@pytest.mark.parametrize("as_list", [True, False])
def test_a_movement_is_booked_with_one_call(as_list):
    answer = booked(saldoReservado=None)
    remote = Remote(produto_atualizar_estoque=ok(registros=[answer] if as_list else answer))
    entry = remote.driver().set_stock(
        "55", Decimal(7), kind=StockEntryKind.BALANCE, deposit="Geral", note="n" * 120
    )
    assert entry == ErpStockEntry(entry_id="900", on_hand=Decimal(7))
    assert json.loads(remote.calls[0][1]["estoque"]) == {
        "estoque": {
            "idProduto": "55",
            "tipo": "B",
            "quantidade": "7",
            "deposito": "Geral",
            "observacoes": "n" * 100,
        }
    }
    assert remote.requests[0].extensions["safe"] is False


@pytest.mark.parametrize(("kind", "code"), [(StockEntryKind.IN, "E"), (StockEntryKind.OUT, "S")])
def test_other_movements(kind, code):
    remote = Remote(produto_atualizar_estoque=ok(registros=booked(saldoReservado="2")))
    assert remote.driver().set_stock("55", Decimal(1), kind=kind).reserved == Decimal(2)
    assert json.loads(remote.calls[0][1]["estoque"])["estoque"] == {
        "idProduto": "55",
        "tipo": code,
        "quantidade": "1",
    }


@pytest.mark.parametrize(
    "answer",
    [b"", ok(), ok(registros=booked(id="")), ok(registros=booked(saldoEstoque="")), httpx.Response(502)],
)
def test_o2_a_movement_without_a_clear_answer_may_have_taken_place(answer):
    with pytest.raises(EffectUnknown):
        Remote(produto_atualizar_estoque=answer).driver().set_stock("55", Decimal(1), kind=StockEntryKind.IN)


def test_a_refused_movement_names_the_field():
    refusal = failure(
        31,
        "x",
        registros=[
            {
                "registro": {
                    "status": "Erro",
                    "codigo_erro": "31",
                    "erros": [{"erro": "Depósito não localizado", "campo": "deposito"}],
                }
            }
        ],
    )
    with pytest.raises(RejectedByRemote, match="Depósito") as caught:
        Remote(produto_atualizar_estoque=refusal).driver().set_stock(
            "55", Decimal(1), kind=StockEntryKind.IN, deposit="Lua"
        )
    assert caught.value.field == "deposito"
