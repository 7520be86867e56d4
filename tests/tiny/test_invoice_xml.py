"""The signed XML of an invoice, byte for byte (tiny-api.md A11; rules T4, X2)."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny.samples import Remote, failure, ok
from tests.tiny.test_calls import BLOCKED
from tomada.errors import AuthenticationError, QuotaExceeded, RejectedByRemote, TransientError, UnusableError
from tomada.tiny.quota import refusal

SIGNED = '<nfeProc versao="4.00"  xmlns="x"><NFe>ção &amp; cia</NFe>\n <protNFe/></nfeProc>'.encode()


def xml(inside: bytes, after: bytes = b"") -> bytes:
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<retorno><status_processamento>3</status_processamento>'
    return head + b"<status>OK</status><xml_nfe>" + inside + b"</xml_nfe>" + after + b"</retorno>"


def xml_error(code: int, message: str = "erro") -> bytes:
    return (
        f"<retorno><status>Erro</status><codigo_erro>{code}</codigo_erro>"
        f"<erros><erro>{message}</erro></erros></retorno>"
    ).encode()


def read(answer):
    return Remote(nota_fiscal_obter_xml=answer).driver().invoice_xml("900")


@pytest.mark.parametrize(
    "answer",
    [
        xml(SIGNED),
        xml(b"\n  " + SIGNED + b"\n"),
        xml(b"<![CDATA[" + SIGNED + b"]]>"),
        xml(SIGNED, b"<xml_cancelamento><procEventoNFe/></xml_cancelamento>"),
        xml(SIGNED) + b"\n",
    ],
)
def test_t4_the_inner_bytes_are_cut_out_and_not_written_anew(answer):
    assert read(answer) == SIGNED


@given(st.binary(min_size=1).filter(lambda raw: raw.strip() == raw and b"<" not in raw))
def test_t4_any_bytes_inside_come_back_equal(inside):
    assert read(xml(inside)) == inside


@pytest.mark.parametrize(
    "answer",
    [
        xml(b""),
        b"<retorno><status>OK</status><xml_nfe/></retorno>",
        b"<retorno><status>OK</status></retorno>",
        xml_error(32, "Nota fiscal não localizada"),
        xml_error(34),
        failure(32),
        failure(34, "nota não autorizada"),
        ok(),
    ],
)
def test_t4_a_note_without_xml(answer):
    assert read(answer) is None


@pytest.mark.parametrize(
    "answer", [failure(6, BLOCKED), failure(None, BLOCKED), failure("11"), xml_error(6, BLOCKED)]
)
def test_t4_a_refusal_for_quota_is_never_no_xml(answer):
    with pytest.raises(QuotaExceeded):
        read(answer)


@pytest.mark.parametrize("code", [6, 11])
def test_q1_a_refusal_in_xml_is_seen_by_the_transport(code):
    assert refusal(200, httpx.Headers(), xml_error(code)) == 0.0
    assert refusal(200, httpx.Headers(), xml_error(32)) is None
    signed = xml(SIGNED * 100 + f"<codigo_erro>{code}</codigo_erro>".encode())
    assert refusal(200, httpx.Headers(), signed) is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (xml_error(2), AuthenticationError),
        (failure(5), UnusableError),
        (xml_error(99), TransientError),
        (xml_error(35), TransientError),
        (xml_error(31, "inválido"), RejectedByRemote),
        (b"<retorno><status>Erro</status></retorno>", RejectedByRemote),
        (b"", TransientError),
        (xml(SIGNED)[:-40], TransientError),
        (b"<retorno><status>OK</sta", TransientError),
        (b"<html>Server Error</html>", TransientError),
        (b'{"retorno": {"sta', TransientError),
        (httpx.Response(502), TransientError),
        (httpx.Response(429), QuotaExceeded),
    ],
)
def test_t4_other_refusals_and_damaged_answers_are_no_absence_either(answer, kind):
    with pytest.raises(kind):
        read(answer)


def test_it_may_be_sent_again():
    remote = Remote(nota_fiscal_obter_xml=xml(SIGNED))
    remote.driver().invoice_xml("900")
    assert remote.requests[0].extensions["safe"] is True
    assert remote.calls[0][1]["id"] == "900"


@pytest.mark.parametrize("bomb", [b'<!DOCTYPE x [<!ENTITY a "&a;">]>' + xml(SIGNED)])
def test_x2_no_entity_is_expanded_as_nothing_is_parsed(bomb):
    assert read(bomb) == SIGNED
