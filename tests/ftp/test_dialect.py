"""Numbers, dates and texts of each dialect; what is not of the dialect is refused, as money is never guessed (M1)."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tomada_tray_ftp.answers import write_table
from tomada_tray_ftp.damage import Damage
from tomada_tray_ftp.dialect import PROFILES, Dialect
from tomada_tray_ftp.settings import Settings
from tomada_tray_ftp.time_forms import TimeForm

ZONE = ZoneInfo("America/Sao_Paulo")
DIALECTS = st.sampled_from(list(PROFILES.values()))
MIN, MAX = datetime(2000, 1, 1), datetime(2099, 12, 31)  # noqa: DTZ001 - hypothesis wants them so
AMOUNTS = st.decimals("-999999999", "999999999", places=2)


@given(DIALECTS, AMOUNTS)
def test_m1_a_number_comes_back_as_it_was_written(dialect: Dialect, value: Decimal) -> None:
    assert dialect.number(dialect.write_number(value), "total") == value


@given(DIALECTS, AMOUNTS)
def test_m1_the_other_decimal_mark_is_refused(dialect: Dialect, value: Decimal) -> None:
    other = "," if dialect.decimal == "." else "."
    with pytest.raises(Damage) as caught:
        dialect.number(f"{value:.2f}".replace(".", other), "total")
    assert (caught.value.code, caught.value.column) == ("E21", "total")


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1e3", "+1", "NaN", "Infinity", "1.2.3", "٣", "--1", "1.", ".5", "#VALOR!"]
)
def test_m1_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Damage):
        PROFILES["utf8"].number(text, "total")


def test_thousands_are_read_where_they_are_told() -> None:
    dialect = PROFILES["br-planilha"].with_(thousands=".")
    assert dialect.number("1.234.567,89", "total") == Decimal("1234567.89")
    assert dialect.number("1234,5", "total") == Decimal("1234.5")
    for wrong in ("12.34,5", "1.2345,0", "1234.56"):
        with pytest.raises(Damage):
            dialect.number(wrong, "total")


@given(DIALECTS, st.datetimes(MIN, MAX))
def test_dates_come_back(dialect: Dialect, value: datetime) -> None:
    aware = value.replace(microsecond=0, tzinfo=ZONE)
    assert dialect.moment(dialect.write_moment(aware, ZONE), "x", ZONE) == aware
    assert dialect.day(dialect.write_day(value.date()), "x") == value.date()


def test_dates_of_another_dialect_are_refused() -> None:
    with pytest.raises(Damage) as caught:
        PROFILES["tray-legado"].day("10/03/2026", "data_pedido")
    assert caught.value.code == "E22"
    with pytest.raises(Damage):
        PROFILES["br-planilha"].day("2026-03-10", "data_pedido")
    assert PROFILES["br-planilha"].day("10/03/2026", "x") == date(2026, 3, 10)


FORMS = ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d%m%y", "%Y%m%d%H%M%S", "%d.%m.%Y %H:%M"]


@given(st.sampled_from(FORMS), st.datetimes(MIN, MAX), st.text("0123456789/-.: ", max_size=20))
def test_a_form_of_dates_reads_what_strptime_reads(form: str, value: datetime, text: str) -> None:
    made = TimeForm(form)
    for told in (value.strftime(form), text):
        try:
            expected = datetime.strptime(told, form)  # noqa: DTZ007 - neither has a zone
        except ValueError:
            expected = None
        assert made.read(told) == expected


def test_days_that_do_not_exist_are_refused() -> None:
    assert TimeForm("%d/%m/%Y").read("29/02/2024") == datetime(2024, 2, 29)  # noqa: DTZ001 - it has no zone
    assert TimeForm("%d/%m/%Y").read("29/02/2026") is None


@pytest.mark.parametrize("form", ["%d/%m/%Y %d", "%d/%m/%Y %p", "%d/%m/%", "%Y-%y-%m-%d", "%Y", ""])
def test_a_form_that_cannot_be_read_is_no_setting(form: str) -> None:
    with pytest.raises(ValidationError):
        Settings(date_format=form or "%%")


@given(DIALECTS, st.text())
def test_any_text_can_be_written(dialect: Dialect, text: str) -> None:
    assert isinstance(dialect.encode(text), bytes)


def test_what_the_encoding_lacks_is_written_like_it() -> None:
    assert PROFILES["tray-legado"].encode("ação – “ž” €") == 'ação - "z" EUR'.encode("latin-1")
    assert PROFILES["tray-legado"].encode("漢") == b"?"


@given(DIALECTS, st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"])), min_size=2, max_size=4))
def test_what_is_written_is_read_again(dialect: Dialect, texts: list[str]) -> None:
    columns = tuple(f"c{place}" for place in range(len(texts)))
    content = write_table(columns, [dict(zip(columns, texts, strict=True))], dialect)
    rows = list(
        csv.reader(io.StringIO(dialect.decode(content), newline=""), delimiter=dialect.delimiter, strict=True)
    )
    assert rows[1] == [dialect.written(text) for text in texts]


def test_latin_1_is_read_as_windows_1252() -> None:
    assert PROFILES["tray-legado"].decode(b"\x80 \x96 \xe7") == "€ – ç"


def test_settings_change_single_properties() -> None:
    made = Settings(
        profile="br-planilha", delimiter="tab", thousands="dot", true_false="1,0", columns="total=Valor Total"
    ).dialect()
    assert (made.delimiter, made.decimal, made.thousands, made.yes, made.no) == ("\t", ",", ".", "1", "0")
    assert made.columns == {"total": "Valor Total"}


@pytest.mark.parametrize(
    "settings",
    [
        {"delimiter": ";;"},
        {"decimal": "x"},
        {"decimal": "comma", "thousands": "comma"},
        {"date_format": "%Q"},
        {"encoding": "klingon"},
        {"has_header": False, "columns": "total=Valor"},
        {"orders_dir": "../fora"},
        {"orders_dir": "/"},
        {"server_url": "http://example.com"},
        {"server_url": "ftp://user:pw@example.com"},
        {"time_zone": "Mars/Phobos"},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings(**settings)
