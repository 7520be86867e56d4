"""A cursor comes back as it was kept, or not at all: a damaged one would leave orders out for good (O5)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rest.fakes import START
from tests.rest.reading import Store, filled, ids
from tomada_tray_rest.cursor import Cursor, moment_of
from tomada_tray_rest.orders import SWEPT_AT

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-3)), timezone(timedelta(hours=5, minutes=30))])
TIMES = st.builds(
    lambda seconds, zone: (datetime(1990, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone),
    st.integers(0, 110 * 365 * 86_400) | st.floats(0, 10**9),
    ZONES,
)
CURSORS = st.builds(Cursor, TIMES, TIMES)


@given(CURSORS)
def test_o5_a_cursor_survives_being_kept(cursor: Cursor) -> None:
    assert Cursor.parse(str(cursor)) == cursor


@given(st.text(max_size=90))
def test_o5_any_text_is_a_cursor_or_none(kept: str) -> None:
    found = Cursor.parse(kept)
    assert found is None or str(found) == kept


@given(CURSORS, st.data())
def test_o5_a_cursor_with_any_sign_changed_is_none(cursor: Cursor, data: st.DataObject) -> None:
    kept = str(cursor)
    place = data.draw(st.integers(0, len(kept) - 1))
    sign = data.draw(st.characters(codec="utf-8").filter(lambda sign: sign != kept[place]))
    assert Cursor.parse(kept[:place] + sign + kept[place + 1 :]) is None
    assert Cursor.parse(kept[:place]) is None


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "",
        "|",
        "2026-03-01|2026-03-02",  # a time without a zone
        "0001-01-01T00:00:00+00:00|0001-01-01T00:00:00+00:00",
        "2026-03-01T00:00:00+00:00|9999-12-31T23:59:59+00:00",
    ],
)
def test_o5_what_is_no_cursor(kept: str | None) -> None:
    assert Cursor.parse(kept) is None


@pytest.mark.parametrize("kept", [None, "", "yesterday", "2026-03-01T10:00:00", "0001-01-01T00:00:00+00:00"])
def test_o5_what_is_no_kept_time(kept: str | None) -> None:
    assert moment_of(kept) is None


@pytest.mark.parametrize(
    "cursor",
    ["2026-03-05|2026-03-10", str(Cursor(START - timedelta(days=5), START + timedelta(days=3)))],
    ids=["damaged", "of a day to come"],
)
def test_o5_a_cursor_that_cannot_be_gone_on_from_begins_anew(cursor: str) -> None:
    store = Store()
    filled(store, 3)
    store.core.cursor = cursor
    store.ctx.state.set(SWEPT_AT, "no time")
    assert sorted(ids(store.sync())) == ["1", "2", "3"]
    assert store.sync() == []


def test_o4_a_since_before_any_calendar_reads_everything() -> None:
    store = Store()
    store.core.since = datetime(1, 1, 1, tzinfo=UTC)
    filled(store, 2)
    assert sorted(ids(store.sync())) == ["1", "2"]
    assert store.sync() == []
    assert store.tray.count("GET /orders") == 1
