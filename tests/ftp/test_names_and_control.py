"""Names of files and control totals (contract 9.3, 9.4; X2, M1)."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomada.spi import Known
from tomada_tray_ftp.control import Totals, check_control, read_control, write_control
from tomada_tray_ftp.damage import FileDamage
from tomada_tray_ftp.names import following, is_finished, is_safe, new_name, numbered, order_of, parsed
from tomada_tray_ftp.versions import News, after_status, is_stale_status, news_of, version_of

NAME = "PED_391250_20261123143015_000042.csv"
TOTALS = Totals(1234, 10, 4, Decimal("99.90"), "ab" * 32)
AT = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def test_a_name_says_what_it_is() -> None:
    found = parsed(NAME)
    assert found
    assert (found.kind, found.store, found.number, found.ending) == ("PED", "391250", 42, "csv")
    assert str(found) == NAME
    assert (
        new_name(
            "PED",
            "391250",
            datetime(2026, 11, 23, 17, 30, 15, tzinfo=UTC),
            ZoneInfo("America/Sao_Paulo"),
            42,
            "csv",
        )
        == NAME
    )


@pytest.mark.parametrize(
    "name", ["pedidos.csv", NAME.lower(), NAME + "x", "PED_1_2_3.csv", NAME.replace("3", "３"), NAME + "\n"]
)
def test_other_names_say_nothing(name: str) -> None:
    assert parsed(name) is None


def test_numbers_begin_again() -> None:
    assert (following(1), following(999_999)) == (2, 1)
    assert sorted(["b.csv", NAME.replace("42", "41"), NAME], key=order_of) == [
        "b.csv",
        NAME.replace("42", "41"),
        NAME,
    ]
    assert (numbered(NAME, 1), numbered("a.csv", 3), numbered("a", 2)) == (NAME, "a_3.csv", "a_2")


@given(st.text(max_size=300))
def test_x2_a_safe_name_is_a_name_and_nothing_else(name: str) -> None:
    if is_safe(name):
        assert re.fullmatch(r"[A-Za-z0-9_.@+ -]{1,120}", name)
        assert ".." not in name
        assert name[0] not in ". -"


@pytest.mark.parametrize(
    "name", ["../a.csv", "a/b.csv", "a\\b.csv", "a\x00.csv", "a\r\nDELE b", "a" * 10_000, "-rf", "a..csv", ""]
)
def test_x2_hostile_names_are_not_safe(name: str) -> None:
    assert not is_safe(name)


def test_unfinished_names() -> None:
    assert is_finished(NAME)
    assert not any(
        map(is_finished, [".a.csv", f"{NAME}.tmp", f"{NAME}.filepart", f"{NAME}.PART", f"{NAME}.ctl"])
    )


def test_m1_a_control_file_that_agrees() -> None:
    told = read_control(write_control(NAME, TOTALS, 42, 41))
    assert told["seq_anterior"] == "41"
    check_control(told, NAME, TOTALS)
    check_control(told | {"total": "99.9"}, NAME, TOTALS)
    check_control({"bytes": "1234"}, NAME, TOTALS)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("bytes", "1"),
        ("linhas", "11"),
        ("entidades", "5"),
        ("total", "99.91"),
        ("total", "x"),
        ("sha256", "00"),
        ("arquivo", "b"),
    ],
)
def test_m1_a_control_file_that_differs_is_named(key: str, value: str) -> None:
    told = read_control(write_control(NAME, TOTALS, 42, 41)) | {key: value}
    with pytest.raises(FileDamage) as caught:
        check_control(told, NAME, TOTALS)
    assert (caught.value.code, caught.value.column) == ("E02", key)


@given(st.binary(max_size=6000))
def test_any_control_file_is_read_or_refused(raw: bytes) -> None:
    try:
        told = read_control(raw)
    except FileDamage as damage:
        assert damage.code == "E02"  # noqa: PT017 - either outcome is right
    else:
        assert all(isinstance(value, str) for value in told.values())


def test_o2_the_same_export_is_no_news_even_after_a_change_of_status() -> None:
    first = version_of(1, "aaaa", AT)
    later = after_status(first, AT.replace(hour=16))
    assert news_of(None, 1, "aaaa", AT) is News.NEW
    for known in (first, later):
        assert news_of(Known(known, "39"), 1, "aaaa", AT) is News.STALE
    assert news_of(Known(later, "39"), 1, "bbbb", AT) is News.STALE
    assert news_of(Known(first, "39"), 1, "bbbb", AT) is News.CONTRADICTS
    assert news_of(Known(later, "39"), 2, "bbbb", AT.replace(hour=17)) is News.NEW
    assert news_of(Known(first, "39"), 0, "bbbb", AT.replace(hour=23)) is News.STALE
    assert news_of(Known("-damaged", "39"), 1, "aaaa", AT) is News.NEW


def test_t2_an_old_change_of_status_is_no_news() -> None:
    known = Known(version_of(1, "aaaa", AT), "39")
    assert is_stale_status(known, "40", AT.replace(hour=14))
    assert is_stale_status(known, "39", AT)
    assert not is_stale_status(known, "40", AT)
    assert not is_stale_status(known, "40", AT.replace(hour=16))
