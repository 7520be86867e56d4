"""What each failed call means (tiny-api.md A2.2, A2.3; rules O2, Q1, X1)."""

import logging
from datetime import UTC, datetime

import httpx
import pytest

from tests.tiny.samples import CREATED, EMPTY, TOKEN, Remote, failure, make_draft, ok
from tomada.domain.status import ErpStatus
from tomada.errors import (
    AuthenticationError,
    EffectUnknown,
    QuotaExceeded,
    RejectedByRemote,
    RemoteContractChanged,
    TomadaError,
    TransientError,
    UnusableError,
)
from tomada.tiny.driver import TinyV2
from tomada.tiny.quota import refusal
from tomada.transport.client import open_client

BLOCKED = "API Bloqueada - Excedido o número de acessos a API, aguarde alguns minutos e tente novamente."
HTML = b"<html><body>Server Error</body></html>"


def read_with(answer):
    Remote(pedido_obter=answer).driver().read_order("1")


def write_with(answer):
    Remote(pedido_incluir=answer).driver().create_order(make_draft())


def raised_by(act, answer):
    with pytest.raises(TomadaError) as caught:
        act(answer)
    return caught.value


@pytest.mark.parametrize("act", [read_with, write_with])
@pytest.mark.parametrize(
    ("code", "kind", "name"),
    [
        (1, AuthenticationError, "tiny.token_invalid"),
        (2, AuthenticationError, "tiny.token_invalid"),
        ("2", AuthenticationError, "tiny.token_invalid"),
        (5, UnusableError, "tiny.no_access"),
        (6, QuotaExceeded, "tiny.quota"),
        (7, UnusableError, "tiny.storage_full"),
        (8, UnusableError, "tiny.company_blocked"),
        ("11", QuotaExceeded, "tiny.quota"),
        (99, TransientError, "tiny.maintenance"),
        (3, RejectedByRemote, "tiny.malformed"),
        (4, RejectedByRemote, "tiny.malformed"),
        (9, RejectedByRemote, "tiny.refused"),
        (10, RejectedByRemote, "tiny.parameter"),
        (22, RejectedByRemote, "tiny.refused"),
        (30, RejectedByRemote, "tiny.duplicate"),
        (31, RejectedByRemote, "tiny.invalid"),
        (777, RejectedByRemote, "tiny.refused"),
        (None, RejectedByRemote, "tiny.refused"),
    ],
)
def test_each_code_has_its_class(act, code, kind, name):
    error = raised_by(act, failure(code, "texto do Tiny"))
    assert type(error) is kind
    assert error.code == name
    assert error.message
    if kind is RejectedByRemote:
        assert error.message == "texto do Tiny"
    else:
        assert error.hint


def test_q1_the_text_of_a_refusal_is_enough():
    assert type(raised_by(write_with, failure(None, BLOCKED))) is QuotaExceeded


def test_the_text_of_an_empty_search_is_enough():
    """Clients go by the text (A2.3); of a write it is a refusal like any other."""
    empty = failure(None, "A Consulta não retornou registros")
    assert Remote(pedidos_pesquisa=empty).driver().find_orders("4711") == []
    assert type(raised_by(write_with, empty)) is RejectedByRemote


def test_a_refusal_without_a_reason_still_has_a_sentence():
    assert raised_by(write_with, failure(31, "")).message


def test_the_field_that_tiny_names_is_kept():
    record = {
        "status": "Erro",
        "codigo_erro": "31",
        "erros": [{"erro": "Errado", "campo": "parcelas.[1].valor"}],
    }
    error = raised_by(write_with, failure(None, "", registros=[{"registro": record}]))
    assert isinstance(error, RejectedByRemote)
    assert (error.field, error.message) == ("parcelas.[1].valor", "Errado")


def test_o2_an_unexpected_error_at_tiny_leaves_a_write_open_and_a_read_to_be_repeated():
    assert type(raised_by(write_with, failure(35))) is EffectUnknown
    assert type(raised_by(read_with, failure(35))) is TransientError


@pytest.mark.parametrize(
    ("status", "of_read", "of_write"),
    [
        (500, TransientError, EffectUnknown),
        (502, TransientError, EffectUnknown),
        (408, TransientError, EffectUnknown),
        (429, QuotaExceeded, QuotaExceeded),
        (404, RemoteContractChanged, RemoteContractChanged),
        (403, RemoteContractChanged, RemoteContractChanged),
        (302, RemoteContractChanged, RemoteContractChanged),
    ],
)
def test_http_statuses(status, of_read, of_write):
    answer = httpx.Response(status, content=HTML)
    assert type(raised_by(read_with, answer)) is of_read
    assert type(raised_by(write_with, answer)) is of_write


@pytest.mark.parametrize(
    ("body", "of_read"),
    [
        (b"", TransientError),
        (CREATED[: len(CREATED) // 2], TransientError),
        (HTML, RemoteContractChanged),
        (b'{"itens": []}', RemoteContractChanged),
    ],
)
def test_o2_an_unreadable_success_leaves_a_write_open(body, of_read):
    assert type(raised_by(write_with, body)) is EffectUnknown
    assert type(raised_by(read_with, body)) is of_read


def test_o2_a_write_whose_records_cannot_be_understood_is_open():
    assert type(raised_by(write_with, ok(registros=[1]))) is EffectUnknown


def test_x1_neither_token_nor_buyer_show_in_errors():
    draft = make_draft()
    echo = (
        f"O cliente {draft.customer.name} ({draft.customer.document}, {draft.customer.email},"
        f" {draft.customer.address.street}) é inválido para o token {TOKEN}"
    )
    error = raised_by(write_with, failure(31, echo))
    shown = f"{error!r} {error.message} {error.hint}"
    for private in (draft.customer.name, "11144477735", "antonia@example.org", "Getúlio", TOKEN):
        assert private not in shown
    assert "é inválido" in shown
    assert TOKEN not in repr(raised_by(read_with, failure(31, f"token {TOKEN}")).message)


def test_every_call_carries_token_and_format_in_the_body_not_the_address():
    remote = Remote(info=ok(conta={"razao_social": "X"}), contatos_pesquisa=EMPTY)
    driver = remote.driver(base_url="http://127.0.0.1:9/tiny/loja/api2")
    driver.account()
    driver.find_contacts("11144477735")
    for request, (_service, form) in zip(remote.requests, remote.calls, strict=True):
        assert (form["token"], form["formato"]) == (TOKEN, "json")
        assert str(request.url).startswith("http://127.0.0.1:9/tiny/loja/api2/")
        assert TOKEN not in str(request.url)
        assert request.extensions["safe"] is True


def test_q1_every_answer_reports_the_limit():
    seen: list[int] = []
    answers = iter(
        [
            httpx.Response(200, content=EMPTY, headers={"x-limit-api": "60"}),
            httpx.Response(200, content=failure(2), headers={"X-Limit-Api": " 30 "}),
            httpx.Response(200, content=EMPTY),
            httpx.Response(200, content=EMPTY, headers={"x-limit-api": "0"}),
            httpx.Response(200, content=EMPTY, headers={"x-limit-api": "many"}),
        ]
    )
    driver = Remote(pedidos_pesquisa=lambda form: next(answers)).driver(on_limit=seen.append)
    driver.find_orders("1")
    with pytest.raises(AuthenticationError):
        driver.find_orders("1")
    for _ in range(3):
        driver.find_orders("1")
    assert seen == [60, 30]


class FixedClock:
    def __init__(self):
        self.slept = 0.0

    def now(self):
        return datetime(2026, 11, 2, tzinfo=UTC)

    def sleep(self, seconds):
        self.slept += seconds


def guarded(remote):
    http = open_client(
        clock=FixedClock(),
        limiter=None,
        refusal=refusal,
        deadline=None,
        boundary=lambda place: None,
        secrets=lambda: [TOKEN],
        log=logging.getLogger("test"),
        transport=httpx.MockTransport(remote),
    )
    return TinyV2(http, TOKEN)


def test_with_the_guarded_client_a_read_is_repeated_and_a_write_is_not():
    answers = iter([httpx.Response(502, content=HTML), failure(6, BLOCKED), EMPTY])
    remote = Remote(
        pedidos_pesquisa=lambda form: next(answers),
        pedido_incluir=httpx.Response(502, content=HTML),
        pedido_alterar_situacao=failure(11, BLOCKED),
    )
    driver = guarded(remote)
    assert driver.find_orders("1") == []
    assert len(remote.calls) == 3
    with pytest.raises(EffectUnknown):
        driver.create_order(make_draft())
    with pytest.raises(QuotaExceeded):
        driver.set_order_status("1", ErpStatus.SHIPPED)
    assert len(remote.calls) == 5


def test_errors_of_the_client_pass_through():
    def cut(form):
        raise httpx.ReadError("reset")

    remote = Remote(pedido_incluir=cut, pedido_obter=cut)
    with pytest.raises(EffectUnknown):
        guarded(remote).create_order(make_draft())
    with pytest.raises(TransientError):
        guarded(remote).read_order("1")
