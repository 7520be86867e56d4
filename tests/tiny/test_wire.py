"""Amounts, dates and texts on the way out, read back by independent means (tiny-api.md A4)."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny.samples import CREATED, Remote, make_customer, make_draft
from tomada.errors import RemoteContractChanged
from tomada.tiny.client import json_field
from tomada.tiny.wire import day, filled, moment, number, read_day, read_moment


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("35.00", "35.00"),
        ("1E+2", "100"),
        ("1E-7", "0.0000001"),
        ("18.335", "18.335"),
        ("0", "0"),
        ("-3.5", "-3.5"),
    ],
)
def test_numbers_have_a_dot_and_no_exponent(value, written):
    assert number(Decimal(value)) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_m2_numbers_keep_every_decimal(value):
    assert Decimal(number(value)) == value
    assert set(number(value)) <= set("-0123456789.")


@given(st.dates())
def test_dates_are_day_month_year(value):
    assert datetime.strptime(day(value), "%d/%m/%Y").date() == value  # noqa: DTZ007 - a day has no zone
    assert len(day(value)) == 10


def test_dates_of_early_years_keep_four_digits():
    assert day(date(987, 3, 4)) == "04/03/0987"


def test_only_what_is_empty_is_left_out():
    fields = {"a": "", "b": None, "c": [], "d": {}, "e": "0", "f": 0, "g": "0.00"}
    assert filled(fields) == {"e": "0", "f": 0, "g": "0.00"}


@given(st.text())
def test_any_text_survives_the_form(note):
    """`&`, `=`, `%`, `+`, quotes, accents, emoji and half a surrogate pair stay what they are."""
    remote = Remote(pedido_incluir=CREATED)
    remote.driver().create_order(make_draft(note=note))
    sent = json.loads(remote.calls[0][1]["pedido"])["pedido"]
    assert sent.get("obs", "") == note


def test_nested_payloads_are_ascii_and_properly_encoded():
    remote = Remote(pedido_incluir=CREATED)
    remote.driver().create_order(make_draft(customer=make_customer(name='Ação & Cia = 50% + juros "Zé"')))
    request = remote.requests[0]
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.content.isascii()
    assert request.content.count(b"&") == 2, "only the separators of token, formato and pedido"
    assert json_field({"nome": "é"}).isascii()


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - gets a zone
def test_times_are_local_without_saying_so_and_read_back_to_the_second(value):
    aware = value.replace(tzinfo=UTC)
    assert read_moment({"x": moment(aware)}, "x").astimezone(UTC).replace(fold=0) in {
        aware.replace(microsecond=0),
        aware.replace(microsecond=0) - timedelta(hours=1),  # the hour that summer time had twice
    }


@pytest.mark.parametrize(
    ("written", "day_read"),
    [
        ("25/11/2026", date(2026, 11, 25)),
        ("25/11/2026 23:59", date(2026, 11, 25)),
        ("25/11/2026 23:59:59", date(2026, 11, 25)),
        ("2026-11-25 10:00:00", date(2026, 11, 25)),
        ("2026-11-25", date(2026, 11, 25)),
        ("", None),
        ("00/00/0000", None),
        ("0000-00-00 00:00:00", None),
        (None, None),
    ],
)
def test_dates_in_each_form(written, day_read):
    assert read_day({"x": written}, "x") == day_read


@pytest.mark.parametrize(
    "written", ["25/13/2026", "30/02/2026", "25/11/26", "hoje", "25/11/2026 25:00:00", ["x"]]
)
def test_what_is_no_date_is_a_changed_contract(written):
    with pytest.raises(RemoteContractChanged):
        read_day({"x": written}, "x")
