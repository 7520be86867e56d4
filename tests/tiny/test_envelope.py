"""The envelope of API 2.0: every shape that answers were seen in (tiny-api.md A2)."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny.samples import failure, ok
from tomada.errors import RemoteContractChanged
from tomada.tiny.envelope import (
    Fault,
    UnreadableError,
    decimal,
    elements,
    fault_of,
    inner,
    integer,
    parse,
    required,
    text,
)


@pytest.mark.parametrize("status", ["OK", "ok"])
@pytest.mark.parametrize("processing", [2, "2", 3, "3"])
def test_success_goes_by_status_and_not_by_the_processing_number(status, processing):
    content = {"status": status, "status_processamento": processing}
    assert fault_of(parse(json.dumps({"retorno": content}).encode())) is None


@pytest.mark.parametrize("code", [2, "2"])
def test_code_is_read_as_number_and_as_text(code):
    assert fault_of(parse(failure(code, "token invalido"))) == Fault(2, "token invalido")


@pytest.mark.parametrize("wrap", [lambda record: [{"registro": record}], lambda record: {"registro": record}])
@pytest.mark.parametrize("status", ["OK", "Erro"])
def test_a_record_that_failed_is_a_fault_whatever_the_whole_says(wrap, status):
    record = {
        "sequencia": "1",
        "status": "Erro",
        "codigo_erro": "31",
        "erros": [{"erro": "Falta o nome", "campo": "cliente.nome"}, {"erro": "Falta o item"}],
    }
    body = json.dumps({"retorno": {"status": status, "registros": wrap(record)}}).encode()
    assert fault_of(parse(body)) == Fault(31, "Falta o nome Falta o item", "cliente.nome")


def test_the_code_of_the_record_says_more_than_that_of_the_whole():
    record = {"status": "Erro", "codigo_erro": "30", "erros": [{"erro": "Registro em duplicidade"}]}
    body = failure(4, "Registro em duplicidade", registros=[{"registro": record}])
    assert fault_of(parse(body)) == Fault(30, "Registro em duplicidade")


@pytest.mark.parametrize(
    ("errors", "message"),
    [
        ([], ""),
        (None, ""),
        ({"erro": "um"}, "um"),
        (["um", "dois"], "um dois"),
        ([{"erro": {"x": 1}, "campo": ["y"]}, 7], ""),
    ],
)
def test_odd_lists_of_errors_make_no_trouble_of_their_own(errors, message):
    body = json.dumps({"retorno": {"status": "Erro", "codigo_erro": [], "erros": errors}}).encode()
    assert fault_of(parse(body)) == Fault(None, message)


@pytest.mark.parametrize(
    ("fault", "is_quota"),
    [
        (Fault(6, ""), True),
        (Fault(11, ""), True),
        (Fault(None, "API Bloqueada - Excedido o número de acessos a API"), True),
        (Fault(5, "API bloqueada ou sem acesso"), False),
        (Fault(None, ""), False),
    ],
)
def test_q1_quota_is_told_by_code_or_by_its_text(fault, is_quota):
    assert fault.is_quota is is_quota


@pytest.mark.parametrize(
    ("body", "broken_off"),
    [
        (b"", True),
        (b'  {"retorno": {"status": "OK", "pedi', True),
        (b"{" + b'"a":[' * 100_000, True),
        (b"<html><body>Server Error</body></html>", False),
        (b"[]", False),
        (b"null", False),
        (b'{"erro": 1}', False),
        (b'{"retorno": []}', False),
        (b'{"retorno": {}}', False),
        (b'{"retorno": {"status": {}}}', False),
        (b'{"retorno": {"status": "\xff"}}', True),
        (b'{"retorno": {"status": "OK", "x": 1e99999999999999999999}}', False),
    ],
)
def test_what_is_no_envelope_is_told_from_one_that_broke_off(body, broken_off):
    with pytest.raises(UnreadableError) as caught:
        parse(body)
    assert caught.value.broken_off is broken_off


@given(st.integers(0, 200))
def test_every_cut_through_an_envelope_is_seen(place):
    body = ok(pedido={"id": "1", "nome": "Ação & reação", "itens": [{"item": {"codigo": "x"}}]})
    with pytest.raises(UnreadableError) as caught:
        parse(body[: min(place, len(body) - 1)])
    assert caught.value.broken_off


@pytest.mark.parametrize(
    "value",
    [
        [{"item": {"a": 1}}, {"item": {"a": 2}}],
        [{"a": 1}, {"a": 2}],
        [{"item": {"a": 1}}, {"a": 2}],
    ],
)
def test_elements_come_with_and_without_wrapper(value):
    assert elements({"itens": value}, "itens", "item") == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("value", [{"item": {"a": 1}}, {"a": 1}])
def test_one_element_comes_as_an_object(value):
    assert elements({"itens": value}, "itens", "item") == [{"a": 1}]


@pytest.mark.parametrize("content", [{}, {"itens": None}, {"itens": ""}, {"itens": []}, {"itens": {}}])
def test_an_absent_list_is_empty(content):
    assert elements(content, "itens", "item") == []


@pytest.mark.parametrize("value", ["x", [1], [[]], [{"item": "x"}], 5])
def test_a_list_of_something_else_is_a_changed_contract(value):
    with pytest.raises(RemoteContractChanged, match="itens"):
        elements({"itens": value}, "itens", "item")


def test_an_object_may_be_blank_or_an_empty_php_array():
    assert [inner({"cliente": value}, "cliente") for value in ({"nome": "x"}, [], "", None)] == [
        {"nome": "x"},
        {},
        {},
        {},
    ]
    with pytest.raises(RemoteContractChanged):
        inner({"cliente": "x"}, "cliente")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (" Casa da Tomada ", "Casa da Tomada"),
        (12, "12"),
        (Decimal("1.50"), "1.50"),
        (0, "0"),
        ("a\0b", "ab"),
        ("a\ud800b", "a?b"),
    ],
)
def test_texts_come_as_text_number_or_null(value, expected):
    assert text({"x": value}, "x") == expected


@pytest.mark.parametrize("value", [{}, []])
def test_a_text_that_is_a_structure_is_a_changed_contract(value):
    with pytest.raises(RemoteContractChanged):
        text({"x": value}, "x")


def test_a_required_text_must_be_there():
    assert required({"id": 5}, "id") == "5"
    with pytest.raises(RemoteContractChanged, match="id"):
        required({"id": " "}, "id")


@pytest.mark.parametrize(
    ("json_text", "expected"),
    [
        ('"35.00"', Decimal("35.00")),
        ("35", Decimal(35)),
        ("35.10", Decimal("35.10")),
        ("27.235000000000003", Decimal("27.235000000000003")),
        ("1e2", Decimal(100)),
        ('" -3.5 "', Decimal("-3.5")),
        ('""', Decimal(0)),
        ("null", Decimal(0)),
    ],
)
def test_m2_numbers_are_decimal_whether_text_or_number(json_text, expected):
    content = parse(b'{"retorno": {"status": "OK", "valor": %s}}' % json_text.encode())
    assert decimal(content, "valor") == expected
    assert isinstance(decimal(content, "valor"), Decimal)


@pytest.mark.parametrize(
    "json_text", ['"1,50"', '"1.234,50"', '"abc"', "1e400", "true", "[]", '"1e5"', "NaN"]
)
def test_what_is_no_amount_is_never_taken_for_zero(json_text):
    content = parse(b'{"retorno": {"status": "OK", "valor": %s}}' % json_text.encode())
    with pytest.raises(RemoteContractChanged, match="valor"):
        decimal(content, "valor")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3), ("3", 3), ("", None), (None, None), ("-1", None), ("9" * 5000, None), (1.5, None)],
)
def test_small_whole_numbers(value, expected):
    assert integer({"numero_paginas": value}, "numero_paginas") == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_amounts_survive_text_and_number(value):
    body = b'{"retorno": {"status": "OK", "a": "%s", "b": %s}}' % (
        f"{value:f}".encode(),
        f"{value:f}".encode(),
    )
    content = parse(body)
    assert decimal(content, "a") == decimal(content, "b") == value
