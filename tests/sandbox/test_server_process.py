import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tomada_sandbox.client import SandboxClient
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.process import SandboxProcess
from tomada_sandbox.server import SandboxServer

_SECONDS = 15


def _start(tmp_path: Path, *options: str) -> tuple[subprocess.Popen[str], dict[str, object]]:
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "tomada_sandbox", "--ready-file", str(ready), *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    deadline = time.monotonic() + _SECONDS
    while not ready.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process, json.loads(ready.read_text())


def test_a_process_of_its_own_shares_the_clock_and_stops_on_sigterm(tmp_path: Path) -> None:
    clock = VirtualClock.create(tmp_path / "clock")
    process, ready = _start(tmp_path, "--clock", str(tmp_path / "clock"))
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == ready
        assert ready["pid"] == process.pid
        clock.advance(1000)
        with SandboxClient(str(ready["url"])) as client:
            assert client.clock()["offset"] == 1000
            client.advance(24)
        assert clock.offset.total_seconds() == 1024
        process.send_signal(signal.SIGTERM)
        assert process.wait(_SECONDS) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_process_stops_when_standard_input_ends(tmp_path: Path) -> None:
    process, _ = _start(tmp_path, "--until-stdin-closes")
    try:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_server_listens_on_loopback_only_and_lets_go_of_its_port() -> None:
    with SandboxServer() as server:
        url = server.url
        assert url.startswith("http://127.0.0.1:")
    with pytest.raises(RuntimeError):
        _ = server.url
    port = int(url.rsplit(":", 1)[1])
    with SandboxServer(port=port) as again:
        assert again.url == url


def test_a_missing_clock_file_is_made(tmp_path: Path) -> None:
    with SandboxServer(clock_path=tmp_path / "clock"):
        assert (tmp_path / "clock").stat().st_size == 8


def test_a_child_process_is_started_and_stopped(tmp_path: Path) -> None:
    with SandboxProcess(clock_path=tmp_path / "clock") as child, SandboxClient(child.url) as client:
        client.advance(5)
        assert VirtualClock(tmp_path / "clock").offset.total_seconds() == 5
    assert not _answers(child.url)


def test_a_child_that_cannot_listen_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with SandboxServer() as server:
        port = int(server.url.rsplit(":", 1)[1])
        with pytest.raises(RuntimeError, match="before it was ready"):
            SandboxProcess(port=port).start()
    assert "Address already in use" in capfd.readouterr().err


def _answers(url: str) -> bool:
    try:
        httpx.get(f"{url}/_sandbox/clock", trust_env=False)
    except httpx.TransportError:
        return False
    return True
