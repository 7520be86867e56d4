"""What commands print, and how."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import click
import pytest

from tomada import i18n
from tomada.cli import output
from tomada.cli.progress import progress
from tomada.errors import UsageError
from tomada.ports.records import OrderState
from tomada.ports.runner import ProgressNote


@dataclass
class Thing:
    price: Decimal


def test_json_keeps_money_exact_and_times_aware(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json(
        {
            "money": Decimal("10.10"),
            "at": datetime(2026, 11, 23, 12, tzinfo=UTC),
            "on": date(2026, 11, 23),
            "state": OrderState.HELD,
            "names": {"b", "a"},
            "thing": Thing(Decimal(1)),
            "path": Path("x"),
        }
    )
    assert json.loads(capsys.readouterr().out) == {
        "schema_version": 1,
        "money": "10.10",
        "at": "2026-11-23T12:00:00+00:00",
        "on": "2026-11-23",
        "state": "held",
        "names": ["a", "b"],
        "thing": {"price": "1"},
        "path": "x",
    }


def test_json_refuses_what_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="object"):
        output.print_json({"x": object()})


def test_a_table_without_a_terminal_is_aligned_text(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(["id", "name"], [[1, "Ana\nMaria"], [200, None]])
    assert capsys.readouterr().out == "id   name\n1    Ana Maria\n200\n"
    output.table(["id"], [], "Nothing there.")
    assert capsys.readouterr().out == "Nothing there.\n"


def test_a_table_on_a_terminal_is_drawn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    output.table(["id"], [["[bold]x"]])
    assert "[bold]x" in capsys.readouterr().out, "a remote's text is no markup"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make stdout a terminal of so many columns."""

    def wide(columns: int) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm")

    return wide


ROWS = [
    ["orders.freight_value", "A long sentence that needs many columns to be told", "2026-11-25 14:15:47"],
    ["short", "", ""],
]


def test_a_narrow_terminal_breaks_no_word(
    capsys: pytest.CaptureFixture[str], screen: Callable[[int], None]
) -> None:
    screen(60)
    output.table(["Setting", "Meaning", "Since"], ROWS)
    lines = click.unstyle(capsys.readouterr().out).splitlines()
    assert max(map(len, lines)) <= 60
    assert "…" not in "".join(lines)
    words = {word for row in ROWS for text in row for word in text.split()}
    assert words <= {word for line in lines for word in line.split()}


def test_where_even_words_have_no_room_one_row_stands_below_another(
    capsys: pytest.CaptureFixture[str], screen: Callable[[int], None]
) -> None:
    screen(30)
    output.table(["Setting", "Meaning", "Since"], ROWS)
    assert capsys.readouterr().out.splitlines() == [
        "Setting:  orders.freight_value",
        "Meaning:  A long sentence that needs many columns to be told",
        "Since:    2026-11-25 14:15:47",
        "",
        "Setting:  short",
    ]


def test_a_long_address_is_broken_and_not_lost(
    capsys: pytest.CaptureFixture[str], screen: Callable[[int], None]
) -> None:
    screen(40)
    address = "https://" + "x" * 60
    output.table(["Name", "Address"], [["a", address]])
    shown = click.unstyle(capsys.readouterr().out).splitlines()[2:]
    assert "".join(line[4:].strip() for line in shown) == address


def test_fields_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    output.fields([("State", OrderState.NEW), ("Number", "7"), ("What nobody knows", None)])
    assert capsys.readouterr().out == "State:   new\nNumber:  7\n"


def test_cells_speak_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [output.cell(value) for value in (None, True, Decimal("1.50"))] == ["", "yes", "1.50"]
    i18n.use("pt")
    assert [output.cell(value) for value in (None, False, Decimal("1.50"))] == ["", "não", "1,50"]


def test_cells_show_times_in_the_local_zone() -> None:
    moment = datetime(2026, 11, 23, 12, 0, 5, tzinfo=timezone(timedelta(hours=5)))
    assert output.cell(moment) == moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def test_nobody_to_ask_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert output.confirmed("Remove it?", yes=True)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(UsageError, match="Remove it"):
        output.confirmed("Remove it?", yes=False)


def test_progress_without_a_terminal_is_a_line_every_few_seconds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0, 1.0, 6.0, 7.0, 30.0])
    monkeypatch.setattr("tomada.cli.progress.monotonic", lambda: next(times))
    with progress() as listen:
        for done in (0, 10, 50):
            listen(ProgressNote("loja", "orders", "read", done))
        listen(ProgressNote("loja", "orders", "apply", 0, 100))
        listen(ProgressNote("loja", "orders", "apply", 50, 100))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == [
        "loja · orders: reading orders 50",
        "loja · orders: writing to the ERP 50/100, 23 s left",
    ]


def test_progress_on_a_terminal_is_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress() as listen:
        listen(ProgressNote("loja", "orders", "apply", 1, 2))
        listen(ProgressNote("loja", "orders", "apply", 2, 2))
    assert capsys.readouterr().out == ""
