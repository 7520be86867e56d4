"""The tolerant readers: strings for numbers, [] for {}, zero dates (tray-rest.md 0.4, 2.5)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomada_tray_rest import wire
from tomada_tray_rest.wire import WireError

ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("  a b ", "a b"),
        (12, "12"),
        (Decimal("1.50"), "1.50"),
        (True, "1"),
        (False, "0"),
        (None, ""),
        ([], ""),
        ({}, ""),
    ],
)
def test_text_of_any_scalar(value: Any, read: str) -> None:
    assert wire.text({"k": value}, "k") == read


def test_text_refuses_a_container() -> None:
    with pytest.raises(WireError) as caught:
        wire.text({"k": ["secret value"]}, "k")
    assert (caught.value.code, caught.value.field) == ("bad_text", "k")
    assert "secret" not in str(caught.value)


def test_text_can_be_stored_by_any_database() -> None:
    read = wire.text({"k": "a\x00b\ud800c"}, "k")
    assert read == "ab?c"
    assert read.encode()


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_decimal_survives_the_wire(number: Decimal) -> None:
    assert wire.decimal({"k": str(number)}, "k") == number
    assert wire.decimal({"k": number}, "k") == number


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_an_error(found: str) -> None:
    """M1: no damaged amount becomes a number by accident."""
    try:
        number = wire.decimal({"k": found}, "k", Decimal(0))
    except WireError:
        return
    assert number.is_finite()
    told = wire.text({"k": found}, "k")
    assert number == (Decimal(told) if told else 0)


@pytest.mark.parametrize("bad", ["12,50", "1.234,56", "NaN", "Infinity", "1e5", "R$ 5", "1" * 20, "--1"])
def test_what_is_no_amount(bad: str) -> None:
    with pytest.raises(WireError, match="bad_decimal: k"):
        wire.decimal({"k": bad}, "k")


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        (Decimal("27.235000000000003"), "27.235"),
        (Decimal("1.4210854715202004E-14"), "0"),
        (Decimal("1E+2"), "100"),
        ("0.10000000000000000555", "0.1"),
        ("0.123456789", "0.123456789"),
    ],
)
def test_m1_the_noise_of_a_float_is_no_money(sent: object, number: str) -> None:
    assert str(wire.decimal({"k": sent}, "k")) == number


def test_other_scripts_digits_are_no_number_and_no_date() -> None:
    for read in (lambda record: wire.decimal(record, "k"), lambda record: wire.day(record, "k")):
        with pytest.raises(WireError):
            read({"k": "٢٠٢٦-٠٣-١٠"})
        with pytest.raises(WireError):
            read({"k": "٣"})


def test_a_missing_amount_needs_a_default() -> None:
    assert wire.decimal({}, "k", Decimal(3)) == 3
    with pytest.raises(WireError, match="missing: k"):
        wire.decimal({"k": ""}, "k")


@pytest.mark.parametrize(("value", "read"), [("3", 3), (3, 3), ("3.00", 3), ("", 7), ([], 7)])
def test_integers(value: Any, read: int) -> None:
    assert wire.integer({"k": value}, "k", 7) == read


@pytest.mark.parametrize("bad", ["3.5", "three", ["3"]])
def test_what_is_no_integer(bad: Any) -> None:
    with pytest.raises(WireError):
        wire.integer({"k": bad}, "k", 0)


@pytest.mark.parametrize("empty", ["", None, "0000-00-00", "0000-00-00 00:00:00", []])
def test_no_date(empty: Any) -> None:
    assert wire.day({"k": empty}, "k") is None
    assert wire.moment({"k": empty}, "k", ZONE) is None


@given(st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2100-12-31")))
def test_a_time_survives_the_wire(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    read = wire.moment({"k": moment.strftime("%Y-%m-%d %H:%M:%S")}, "k", ZONE)
    assert read == moment.replace(tzinfo=ZONE)
    assert wire.day({"k": moment.strftime("%Y-%m-%d")}, "k") == moment.date()


@given(st.text(alphabet="0123456789-: TZ.+", max_size=20))
def test_any_text_is_a_time_or_an_error(found: str) -> None:
    try:
        moment = wire.moment({"k": found}, "k", ZONE)
    except WireError:
        return
    assert moment is None or moment.tzinfo is not None


def test_times_with_an_offset_keep_it() -> None:
    read = wire.moment({"k": "2026-03-01T12:00:00.123Z"}, "k", ZONE)
    assert read == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "expected"),
    [("9:05", (9, 5, 0)), ("09:05:07", (9, 5, 7)), ("9:05:07", (9, 5, 7)), ("", (0, 0, 0))],
)
def test_the_hour_apart(hour: str, expected: tuple[int, int, int]) -> None:
    read = wire.moment({"d": "2026-03-01", "h": hour}, "d", ZONE, "h")
    assert read is not None
    assert (read.hour, read.minute, read.second) == expected


@pytest.mark.parametrize(
    "bad", ["2026-02-30", "01/03/2026", "1970-01-01", "9999-12-31", "2026-03-01 25:00:00"]
)
def test_what_is_no_date(bad: str) -> None:
    with pytest.raises(WireError, match="bad_date: k"):
        wire.moment({"k": bad}, "k", ZONE)


def test_what_is_no_hour() -> None:
    with pytest.raises(WireError, match="bad_date: h"):
        wire.moment({"d": "2026-03-01", "h": "noon"}, "d", ZONE, "h")


def test_members_in_every_shape() -> None:
    assert wire.members({}, "Payment") == []
    assert wire.members({"Payment": []}, "Payment") == []
    assert wire.members({"Payment": [{"Payment": {"id": "1"}}, {"id": "2"}]}, "Payment") == [
        {"id": "1"},
        {"id": "2"},
    ]
    assert wire.members({"Payment": {"id": "3"}}, "Payment") == [{"id": "3"}]
    with pytest.raises(WireError, match="bad_shape: Payment"):
        wire.members({"Payment": ["x"]}, "Payment")


def test_a_member_in_every_shape() -> None:
    assert wire.member({"coupon": []}, "coupon") == {}
    assert wire.member({"coupon": {"code": "x"}}, "coupon") == {"code": "x"}
    assert wire.member({"Order": [{"Order": {"id": "1"}}]}, "Order") == {"id": "1"}
    with pytest.raises(WireError, match="bad_shape: coupon"):
        wire.member({"coupon": "x"}, "coupon")


def test_flags_and_ids() -> None:
    assert wire.flag({"k": "1"}, "k")
    assert not wire.flag({"k": ""}, "k")
    assert wire.identifier({"k": "0"}, "k") == ""
    assert wire.identifier({"k": 12}, "k") == "12"
    assert wire.first_text({"a": "", "b": "x"}, "a", "b") == "x"
    assert wire.first_text({}, "a", "b") == ""
    assert wire.day({"k": "2026-03-01 10:00:00"}, "k") == date(2026, 3, 1)
