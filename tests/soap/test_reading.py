"""Replies, texts, days and numbers: read strictly, whatever comes, with bounded means."""

import gzip
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.soap.fakes import FakeContext, StillClock
from tomada.errors import TomadaError
from tomada_sandbox.soap.service import WebService
from tomada_sandbox.soap.wsdl import describe
from tomada_tray_soap import errors
from tomada_tray_soap.envelope import UnreadableReplyError, read_reply
from tomada_tray_soap.latin import latin
from tomada_tray_soap.mapping import order_of
from tomada_tray_soap.operations import ORDERS
from tomada_tray_soap.session import SoapSession
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.wire import WireError, day, decimal, integer, moment, text, yes

ISO, BRAZIL = Settings(), Settings(date_format="DD/MM/YYYY", decimal_mark=",", yes_no="sim,nao")
HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>'


def envelope(inner: str, head: str = HEAD) -> bytes:
    return (
        f'{head}<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:C="http://schemas.xmlsoap.org/soap/encoding/">'
        f"<E:Body><r>{inner}</r></E:Body></E:Envelope>"
    ).encode("latin-1")


def parts(inner: str) -> Any:
    return read_reply(envelope(inner)).parts


def test_lists_structs_maps_and_texts() -> None:
    assert parts('<return C:arrayType="t:x[0]"/>') == {"return": []}
    assert parts("<return><item><a>1</a></item></return>") == {"return": [{"a": "1"}]}
    assert parts("<return><item>x</item><item>y</item></return>") == {"return": ["x", "y"]}
    assert parts("<status>ok</status><id> 7 </id>") == {"status": "ok", "id": " 7 "}
    pair = "<item><key>a</key><value>1</value></item>"
    assert parts(f'<return><item xsi:type="n:Map">{pair}</item></return>') == {"return": [{"a": "1"}]}
    assert parts("<return>texto</return>") == {"return": "texto"}


def test_windows_letters_under_the_label_of_latin_1_are_repaired() -> None:
    assert parts("<a>\x93aspas\x94 \x96 \x80</a>")["a"] == "“aspas” – €"


def test_latin_1_bytes_under_the_label_of_utf_8_are_read() -> None:
    body = envelope("<a>Chá</a>", '<?xml version="1.0" encoding="UTF-8"?>')
    assert read_reply(body).parts == {"a": "Chá"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not_soap"),
        (b"<html><body>login</body></html>", "not_soap"),
        (b'<?xml version="1.0"?><a/>', "not_soap"),
        (envelope("<a>1</a>")[:-20], "not_well_formed"),
        (envelope("<a>1</a><a>2</a>"), "repeated"),
        (envelope('<a href="#id1"/>'), "references"),
        (envelope("<a>&b;</a>", '<!DOCTYPE x [<!ENTITY b "c">]>' + HEAD), "not_well_formed"),
        (
            envelope("<a>&b;</a>", HEAD + '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>'),
            "document_type",
        ),
        (b"<E:Envelope xmlns:E='x'><E:Body/></E:Envelope>", "empty"),
        (b"<E:Envelope xmlns:E='x'/>", "empty"),
    ],
)
def test_what_is_no_reply(body: bytes, why: str) -> None:
    with pytest.raises(UnreadableReplyError) as caught:
        read_reply(body)
    assert caught.value.why == why


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 500))
def test_x2_any_bytes_are_a_reply_or_refused(junk: bytes, place: int) -> None:
    whole = envelope("<return><item><a>1</a></item></return>")
    try:
        read_reply(whole[:place] + junk + whole[place:])
    except UnreadableReplyError:
        return


RECORDS = st.dictionaries(
    st.sampled_from(
        [
            "id_pedido",
            "data_pedido",
            "hora_pedido",
            "id_status",
            "total",
            "quantidade",
            "preco",
            "id_produto",
            "pago",
            "valor",
            "qtd_parcelas",
            "cliente",
            "cnpj_cpf",
            "forma_pagamento",
            "data_modificacao",
        ]
    ),
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(["1", "2026-03-10", "12:30", "1.00", "S", "N", "0", "-1", "1e9", "9" * 50]),
        st.just([]),
        st.just({"a": "b"}),
    ),
)


@settings(max_examples=300, deadline=None)
@given(RECORDS, st.lists(RECORDS, max_size=2), RECORDS, st.lists(RECORDS, max_size=2))
def test_any_members_make_an_order_or_one_named_error(row: Any, items: Any, buyer: Any, shares: Any) -> None:
    with suppress(WireError):
        order = order_of(row, items, buyer, shares, ISO)
        assert order.items or decimal(row, "total_itens", ISO) == 0


@pytest.mark.parametrize("stated", [{}, {"total_itens": ""}, {"total_itens": "39.90"}])
def test_an_order_whose_items_were_lost_on_the_way_is_damaged(stated: dict[str, str]) -> None:
    row = {
        "id_pedido": "7",
        "data_pedido": "2026-03-10",
        "id_status": "1",
        "status": "A ENVIAR",
        "total": "39.90",
    }
    buyer = {"cliente": "Ana"}
    with pytest.raises(WireError, match="missing: id_produto"):
        order_of({**row, **stated}, [], buyer, [], ISO)
    assert order_of({**row, "total_itens": "0.00"}, [], buyer, [], ISO).items == ()


@pytest.mark.parametrize("told", ["12,50", "1.234,50", "1e3", "R$ 5", "--1", "١", "9" * 13, "NaN"])
def test_m1_a_bad_number_is_an_error_and_never_guessed(told: str) -> None:
    with pytest.raises(WireError, match="bad_decimal"):
        decimal({"total": told}, "total", ISO)


def test_numbers_with_the_stores_mark() -> None:
    assert decimal({"a": " 12.50 "}, "a", ISO) == Decimal("12.50")
    assert decimal({"a": "12,50"}, "a", BRAZIL) == Decimal("12.50")
    with pytest.raises(WireError):
        decimal({"a": "12.50"}, "a", BRAZIL)
    assert decimal({}, "a", ISO, Decimal(0)) == 0
    assert integer({"a": "3.00"}, "a", ISO, 0) == 3
    with pytest.raises(WireError, match="bad_integer"):
        integer({"a": "3.5"}, "a", ISO, 0)


def test_days_and_times() -> None:
    assert day({"d": "2026-03-10"}, "d", ISO) == date(2026, 3, 10)
    assert day({"d": "10/03/2026 12:00:00"}, "d", BRAZIL) == date(2026, 3, 10)
    for empty in ("", "0000-00-00", "0000-00-00 00:00:00"):
        assert moment({"d": empty}, "d", ISO) is None
    for hour in ("15:04:05", "150405"):
        found = moment({"d": "2026-03-10", "h": hour}, "d", ISO, "h")
        assert found is not None
        assert found.astimezone(UTC) == datetime(2026, 3, 10, 18, 4, 5, tzinfo=UTC)
    for wrong in ("2026-02-30", "10/03/2026", "2026-03-10 25:00:00", "1789-07-14", "amanhã"):
        with pytest.raises(WireError, match="bad_date"):
            day({"d": wrong}, "d", ISO)


def test_yes_and_no() -> None:
    assert yes({"a": "s"}, "a", ISO)
    assert not yes({"a": ""}, "a", ISO)
    assert yes({"a": "SIM"}, "a", BRAZIL)
    with pytest.raises(WireError, match="bad_yes_no"):
        yes({"a": "talvez"}, "a", ISO)
    with pytest.raises(WireError, match="bad_text"):
        text({"a": ["x"]}, "a")


@pytest.mark.parametrize(
    ("told", "kept", "lost"),
    [
        ("Ação – “ótima” … 5 €", 'Ação - "ótima" ... 5 EUR', False),
        ("Şahin Őry", "Sahin Ory", False),
        ("e\u0301", "é", False),
        ("漢", "?", True),
        ("a\x00b\x08c\td", "abc\td", False),
    ],
)
def test_latin_keeps_the_nearest_and_says_what_is_lost(told: str, kept: str, lost: bool) -> None:
    assert latin(told) == (kept, lost)


@given(st.text(max_size=40))
def test_latin_always_fits(told: str) -> None:
    latin(told)[0].encode("iso-8859-1")


def test_x1_no_secret_and_no_markup_in_what_is_shown() -> None:
    told = errors.without_secrets(
        "Falha <b>login</b> webservice / s3nha\n" + "x" * 500, "s3nha", "webservice"
    )
    assert told.startswith("Falha login *** / ***")
    assert len(told) == 200


ADDRESS = "http://127.0.0.1:9/x.php"
WSDL = describe(WebService(), "urn:TrayWebService.wsdl", ADDRESS).encode("latin-1")


def session_answering(answer: httpx.Response) -> SoapSession:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=WSDL) if request.method == "GET" else answer

    chosen = Settings(address=ADDRESS, store_id="1", login="webservice", password="s3nha")
    context: Any = FakeContext(chosen, StillClock(), httpx.MockTransport(handle))
    return SoapSession(context, chosen)


def nothing_but(size: int) -> bytes:
    return gzip.compress(b" " * size)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"<html>login</html>"),
        httpx.Response(404, content=b"not here"),
        httpx.Response(401),
        httpx.Response(302, headers={"location": "https://other.example/?s3nha"}),
        httpx.Response(418),
        httpx.Response(200, headers={"content-encoding": "gzip"}, content=nothing_but(40 * 1024 * 1024)),
        httpx.Response(200, content=envelope("<return>senha inválida: s3nha</return>")),
        httpx.Response(200, content=envelope("<return><item>x</item></return>")),
        httpx.Response(200, content=envelope("<a>" * 300 + "</a>" * 300)),
    ],
    ids=["page", "404", "401", "redirection", "418", "bomb", "text", "texts", "deep"],
)
def test_x2_hostile_replies_end_in_a_clear_error_without_the_password(answer: httpx.Response) -> None:
    session = session_answering(answer)
    with pytest.raises(TomadaError) as caught:
        session.rows(ORDERS)
    assert caught.value.code.startswith(("soap.", "http."))
    assert "s3nha" not in f"{caught.value} {caught.value.hint}"
    session.close()
