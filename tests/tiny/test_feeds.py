"""The feeds that consume what they return (tiny-api.md A7.3, A6.5; rule S6)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny.samples import EMPTY, Remote, failure, ok
from tomada.domain.erp_catalogue import ErpProductChange
from tomada.domain.erp_stock import ErpDeposit, ErpStock, ErpStockChange
from tomada.errors import (
    EffectUnknown,
    FeatureMissing,
    QuotaExceeded,
    RejectedByRemote,
    TomadaError,
    TransientError,
)

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
SINCE = NOW - timedelta(hours=1)


def row(id_="1", **fields):
    content = {
        "id": id_,
        "nome": "Caneca",
        "codigo": f"S{id_}",
        "unidade": "UN",
        "tipo_variacao": "N",
        "localizacao": "",
        "data_alteracao": "25/11/2026 11:59:30",
        "saldo": "4",
        "saldoReservado": "1.5",
        "depositos": [{"deposito": {"nome": "Geral", "desconsiderar": "N", "saldo": "4"}}],
    }
    return {"produto": content | fields}


def script(*answers):
    """A feed that gives these answers in turn, whatever page it is asked for."""
    left = list(answers)
    return lambda _form: left.pop(0)


def driver(remote):
    return remote.driver(now=lambda: NOW)


def feed(*answers):
    remote = Remote(lista_atualizacoes_estoque=script(*answers))
    return remote, driver(remote).stock_changes(SINCE)


def test_s6_page_one_is_asked_again_until_there_is_no_more():
    remote, pages = feed(
        ok(numero_paginas="9", produtos=[row("1"), row("2")]), ok(produtos=[row("3")]), EMPTY
    )
    assert [[change.product_id for change in page] for page in pages] == [["1", "2"], ["3"]]
    assert [form["pagina"] for _service, form in remote.calls] == ["1", "1", "1"]
    assert {form["dataAlteracao"] for _service, form in remote.calls} == {"25/11/2026 11:00:00"}


def test_s6_nothing_is_asked_for_before_it_is_wanted():
    remote, pages = feed(ok(produtos=[row("1")]), EMPTY)
    assert remote.calls == []
    next(pages)
    assert len(remote.calls) == 1


def test_s6_no_page_is_sent_twice_by_the_transport():
    remote, pages = feed(EMPTY)
    assert list(pages) == []
    assert remote.requests[0].extensions["safe"] is False


def test_a_row_is_a_balance_with_its_times():
    _remote, pages = feed(ok(produtos=[row("1")]), EMPTY)
    assert next(pages) == [
        ErpStockChange(
            product_id="1",
            sku="S1",
            changed_at=datetime(2026, 11, 25, 14, 59, 30, tzinfo=UTC),
            stock=ErpStock(
                product_id="1",
                sku="S1",
                on_hand=Decimal(4),
                reserved=Decimal("1.5"),
                deposits=(ErpDeposit(name="Geral", on_hand=Decimal(4)),),
                read_at=NOW,
            ),
        )
    ]


def test_rows_without_wrapper_and_parents():
    _remote, pages = feed(ok(produtos=[row("1", tipo_variacao="P")["produto"]]), EMPTY)
    [change] = next(pages)
    assert change.parent


def test_s6_a_row_that_cannot_be_read_is_still_a_change():
    _remote, pages = feed(ok(produtos=[row("1", saldo="?"), row("2")]), EMPTY)
    first, second = next(pages)
    assert (first.product_id, first.stock) == ("1", None)
    assert second.stock is not None


def test_s6_a_row_without_a_product_is_lost_and_its_neighbours_are_not():
    _remote, pages = feed(ok(produtos=[row("1"), row("")]))
    assert [change.product_id for change in next(pages)] == ["1"]
    with pytest.raises(EffectUnknown) as caught:
        next(pages)
    assert caught.value.code == "tiny.feed_lost"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b'{"retorno": {"status": "OK", "produtos": [{"prod',
        b"<html>",
        httpx.Response(502),
        failure(35),
        ok(produtos=["x"]),
        ok(produtos=[row("")]),
    ],
)
def test_s6_an_answer_that_did_not_arrive_whole_may_have_taken_its_rows(answer):
    remote, pages = feed(answer)
    with pytest.raises(EffectUnknown) as caught:
        next(pages)
    assert caught.value.code == "tiny.feed_lost"
    assert len(remote.calls) == 1


@pytest.mark.parametrize("code", [5, 8, "8", 31])
def test_s6_an_account_without_the_feed_says_so_recognisably(code):
    _remote, pages = feed(failure(code, "API bloqueada ou sem acesso"))
    with pytest.raises(FeatureMissing) as caught:
        next(pages)
    assert caught.value.code == "tiny.no_feed"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (failure(6), QuotaExceeded),
        (failure(99), TransientError),
        (failure(31, "Somente podem ser listados os registros dos últimos 30 dias"), RejectedByRemote),
    ],
)
def test_a_refusal_loses_nothing(answer, kind):
    _remote, pages = feed(answer)
    with pytest.raises(kind) as caught:
        next(pages)
    assert not isinstance(caught.value, EffectUnknown)


def test_a_look_back_stays_within_thirty_days():
    remote = Remote(lista_atualizacoes_estoque=EMPTY)
    list(driver(remote).stock_changes(NOW - timedelta(days=400)))
    assert remote.calls[0][1]["dataAlteracao"] == "26/10/2026 13:00:00"


def test_the_feed_of_products():
    remote = Remote(lista_atualizacoes_produtos=script(ok(produtos=[row("1")]), EMPTY))
    assert list(driver(remote).product_changes(SINCE)) == [
        [ErpProductChange(product_id="1", sku="S1", name="Caneca")]
    ]
    assert remote.requests[0].extensions["safe"] is False


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "id": st.one_of(
                    st.none(), st.integers(), st.text(max_size=5), st.lists(st.none(), max_size=1)
                ),
                "saldo": st.one_of(st.none(), st.floats(), st.text(max_size=5)),
                "data_alteracao": st.text(alphabet="0123456789/: -", max_size=20),
                "depositos": st.one_of(st.none(), st.just("x"), st.just([{}])),
            },
        ),
        max_size=4,
    )
)
def test_s6_whatever_comes_every_row_is_a_change_or_counted_as_lost(rows):
    _remote, pages = feed(ok(produtos=rows), EMPTY)
    seen, lost = 0, False
    try:
        for page in pages:
            seen += len(page)
    except TomadaError as error:
        lost = error.code == "tiny.feed_lost"
        assert lost
    assert seen == len(rows) or lost
