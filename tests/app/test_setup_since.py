"""From when orders come in (O4)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tomada.app.activating import check_can_activate, parse_since
from tomada.errors import UsageError
from tomada.ports.options import StoreOptions
from tomada.ports.records import StoreRecord, StoreState

NOW = datetime(2026, 3, 10, 12, 0, 0, 500000, tzinfo=UTC)


def store(state: StoreState, step: str = "") -> StoreRecord:
    return StoreRecord(1, "loja", "loja", "fake", 1, state, StoreOptions(), {}, setup_step=step)


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("2026-03-01T10:00:00-03:00", datetime(2026, 3, 1, 13, tzinfo=UTC)),
        ("2026-03-01T10:00:00.987654Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00", datetime(2026, 3, 1, 10).astimezone(UTC)),
        ("2026-03-01", datetime(2026, 3, 1).astimezone(UTC)),
    ],
)
def test_o4_local_time_unless_it_names_an_offset_in_whole_seconds(text: str, since: datetime) -> None:
    assert parse_since(text, NOW) == since


@pytest.mark.parametrize("text", ["", "yesterday", "10/03/2026", "2026-13-01", "0001-01-01T00:00+14:00"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_since(text, NOW)
    assert caught.value.code == "since.form"


def test_it_may_not_lie_ahead() -> None:
    with pytest.raises(UsageError) as caught:
        parse_since((NOW + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-3))).isoformat(), NOW)
    assert caught.value.code == "since.future"


@pytest.mark.parametrize(
    ("found", "since", "allowed"),
    [
        (store(StoreState.DRAFT, "activate"), None, True),
        (store(StoreState.DRAFT, "authorize"), None, False),
        (store(StoreState.DRAFT, "test"), NOW, False),
        (store(StoreState.ACTIVE), None, False),
        (store(StoreState.ACTIVE), NOW, True),
        (store(StoreState.PAUSED), None, False),
        (store(StoreState.PAUSED), NOW, True),
    ],
)
def test_when_a_store_can_be_activated(found: StoreRecord, since: datetime | None, allowed: bool) -> None:
    if allowed:
        check_can_activate(found, since)
    else:
        with pytest.raises(UsageError):
            check_can_activate(found, since)
