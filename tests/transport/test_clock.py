"""The virtual clock: one time for several processes, refused at real remotes (trials, 5)."""

import multiprocessing
import struct
import threading
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.transport.support import make_clock, move_clock
from tomada.errors import ConfigurationError
from tomada.transport.clock import (
    ENVIRONMENT,
    SharedClock,
    SystemClock,
    clock_from_environment,
    is_loopback,
)


def test_system_clock_is_aware_utc_and_sleeps() -> None:
    clock = SystemClock()
    before = clock.now()
    assert before.utcoffset() == timedelta(0)
    clock.sleep(0.01)
    clock.sleep(-1)
    assert clock.now() - before >= timedelta(seconds=0.01)


def test_the_file_is_a_little_endian_offset_in_microseconds(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    path.write_bytes(struct.pack("<q", -3_600_000_000))
    shown = SharedClock(path).now()
    assert abs(shown - datetime.now(UTC) + timedelta(hours=1)) < timedelta(seconds=1)


def test_move_is_seen_by_every_clock_of_the_file_and_adds_up(tmp_path: Path) -> None:
    one = make_clock(tmp_path / "clock")
    other = SharedClock(tmp_path / "clock")
    before = one.now()
    move_clock(tmp_path / "clock", 3600)
    move_clock(tmp_path / "clock", -600)
    assert timedelta(seconds=3000) <= one.now() - before < timedelta(seconds=3001)
    assert abs(one.now() - other.now()) < timedelta(seconds=1)


def test_sleep_wakes_when_the_clock_is_moved(tmp_path: Path) -> None:
    clock = make_clock(tmp_path / "clock")
    threading.Timer(0.05, move_clock, (tmp_path / "clock", 3600)).start()
    started = time.monotonic()
    clock.sleep(1800)
    assert time.monotonic() - started < 5


def test_sleep_ends_by_itself_in_real_time(tmp_path: Path) -> None:
    clock = make_clock(tmp_path / "clock")
    started = time.monotonic()
    clock.sleep(0.05)
    assert time.monotonic() - started >= 0.049


def _tell_time(path: Path, pipe: Connection) -> None:
    clock = SharedClock(path)
    while pipe.recv():
        pipe.send(clock.now())


def test_another_process_sees_the_moved_time(tmp_path: Path) -> None:
    make_clock(tmp_path / "clock")
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_tell_time, args=(tmp_path / "clock", theirs)
    )
    process.start()
    ours.send(True)
    before = ours.recv()
    move_clock(tmp_path / "clock", 86_400)
    ours.send(True)
    assert ours.recv() - before >= timedelta(days=1)
    ours.send(False)
    process.join(5)
    assert process.exitcode == 0


@pytest.mark.parametrize("content", [b"", b"1234567", b"123456789"])
def test_a_file_of_another_size_is_no_clock(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clock").write_bytes(content)
    with pytest.raises(ConfigurationError, match="not the file of a virtual clock"):
        SharedClock(tmp_path / "clock")


def test_a_missing_file_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SharedClock(tmp_path / "none")
    assert caught.value.code == "clock.file"


@pytest.mark.parametrize(
    "remote",
    [
        "http://127.0.0.1:8080/web_api",
        "https://[::1]/",
        "http://localhost:1",
        "127.0.0.1:21",
        "ftp://127.9.9.9",
        "::1",
    ],
)
def test_loopback(remote: str) -> None:
    assert is_loopback(remote) is (remote != "::1")


@pytest.mark.parametrize(
    "remote",
    [
        "https://api.tiny.com.br",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::1",
        "",
    ],
)
def test_not_loopback(remote: str) -> None:
    assert not is_loopback(remote)


def test_the_environment_names_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_clock(tmp_path / "clock")
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "clock"))
    assert isinstance(clock_from_environment(["http://127.0.0.1:1", "http://[::1]:2"]), SharedClock)


def test_one_real_remote_refuses_the_virtual_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_clock(tmp_path / "clock")
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "clock"))
    with pytest.raises(ConfigurationError, match=r"api\.tiny\.com\.br"):
        clock_from_environment(["http://127.0.0.1:1", "https://api.tiny.com.br/api2"])


def test_without_the_variable_real_remotes_have_the_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert isinstance(clock_from_environment(["https://api.tiny.com.br"]), SystemClock)
