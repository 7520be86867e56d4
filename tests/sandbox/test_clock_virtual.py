import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tomada_sandbox.clock import BRASILIA, ENVIRONMENT, VirtualClock


def test_the_file_is_eight_bytes_of_little_endian_microseconds(tmp_path: Path) -> None:
    clock = VirtualClock.create(tmp_path / "clock")
    clock.advance(90.5)
    assert (tmp_path / "clock").read_bytes() == struct.pack("<q", 90_500_000)


def test_two_mappings_of_one_file_see_one_time(tmp_path: Path) -> None:
    first = VirtualClock.create(tmp_path / "clock")
    second = VirtualClock(tmp_path / "clock")
    first.advance(3600)
    second.advance(-600)
    assert first.offset == second.offset == timedelta(minutes=50)
    assert first.now() - datetime.now(UTC) > timedelta(minutes=49)


def test_a_clock_without_a_file_is_its_own() -> None:
    clock = VirtualClock()
    clock.advance(10)
    assert VirtualClock().offset == timedelta(0)
    assert clock.now().tzinfo is UTC


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    VirtualClock.create(tmp_path / "clock").advance(7)
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "clock"))
    assert VirtualClock.from_environment().offset == timedelta(seconds=7)
    monkeypatch.delenv(ENVIRONMENT)
    assert VirtualClock.from_environment().offset == timedelta(0)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        VirtualClock(tmp_path / "clock")


def test_brasilia_is_three_hours_behind() -> None:
    assert datetime(2026, 11, 23, 1, 0, tzinfo=UTC).astimezone(BRASILIA).day == 22


def test_a_clock_that_stands_still_moves_by_advance_alone_for_all_who_share_it(tmp_path: Path) -> None:
    first = VirtualClock.create(tmp_path / "clock", still=True)
    second = VirtualClock(tmp_path / "clock")
    began = first.now()
    assert second.now() == began
    assert first.advance(0.25) == second.now() == began + timedelta(seconds=0.25)
    second.advance(-0.25)
    assert first.now() == began
