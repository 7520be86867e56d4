"""Recognising a refusal for quota before parsing, and the limit that is declared (Q1; tiny-api.md A1, A3)."""

import json

import httpx
import pytest

from tests.tiny.samples import EMPTY, failure, ok
from tomada.ports.erp_options import ErpOptions
from tomada.spi import QuotaLimit
from tomada.tiny.quota import concurrency, limits, refusal, reported

NO_HEADERS = httpx.Headers()


@pytest.mark.parametrize(
    "body",
    [
        failure(6),
        failure("6"),
        failure(11),
        failure("11"),
        json.dumps({"retorno": {"status": "Erro", "codigo_erro": 6}}, separators=(",", ":")).encode(),
        json.dumps({"retorno": {"codigo_erro": "11", "status": "Erro"}}, indent=2).encode(),
        failure(None, "API Bloqueada - Excedido o número de acessos a API"),
    ],
)
def test_a_refusal_with_http_200(body):
    assert refusal(200, NO_HEADERS, body) == 0.0


def test_a_429_is_a_refusal_whatever_it_says():
    assert refusal(429, NO_HEADERS, b"") == 0.0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        EMPTY,
        failure(2),
        failure(60),
        failure(116),
        ok(pedido={"obs": '"codigo_erro": 6, "API Bloqueada"'}),
        ok(codigo_erro=6),
        ok(pedido={"codigo_erro": 6}),
        failure(31, "x", registros=[1], codigo_outro={"codigo_erro": 6}),
        b'{"retorno": {"status": "Erro", "codigo_erro": 6, "err',
        b'<html>"codigo_erro":6,</html>',
    ],
)
def test_anything_else_is_none(body):
    assert refusal(200, NO_HEADERS, body) is None


def test_a_person_sets_the_limit_or_the_smallest_plan_is_guessed():
    assert limits(ErpOptions(requests_per_minute=60)) == (QuotaLimit("requests", 60, 60.0, 15),)
    assert limits(ErpOptions(quota_window=2.0)) == (QuotaLimit("requests", 20, 2.0, 5),)


def test_at_least_one_call_may_be_under_way():
    assert [concurrency(requests) for requests in (1, 3, 4, 120)] == [1, 1, 1, 30]


@pytest.mark.parametrize(
    ("value", "limit"), [("60", 60), ("0", None), ("-1", None), ("", None), ("6e1", None), ("9" * 12, None)]
)
def test_the_reported_limit(value, limit):
    assert reported(httpx.Headers({"x-limit-api": value})) == limit


def test_no_report_is_none():
    assert reported(NO_HEADERS) is None
