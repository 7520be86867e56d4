"""One sandbox process with one virtual clock for all end-to-end tests; each test has accounts and stores of its own."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.e2e.stage import Stage
from tomada.storage.crypto import KEY_VARIABLE, encode_key, new_key
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.process import SandboxProcess

_tries = count(1)


@pytest.fixture(scope="session")
def shared_clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clock") / "clock"
    VirtualClock.create(path)
    return path


@pytest.fixture(scope="session")
def sandbox_url(shared_clock: Path) -> Iterator[str]:
    with SandboxProcess(shared_clock) as process:
        yield process.url


@pytest.fixture
def stage(
    sandbox_url: str, shared_clock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """An empty stage; its key and clock are in the environment."""
    key = new_key()
    monkeypatch.setenv(KEY_VARIABLE, encode_key(key))
    monkeypatch.setenv("TOMADA_CLOCK", str(shared_clock))
    with SandboxClient(sandbox_url) as sandbox:
        made = Stage(sandbox, tmp_path / "home", f"t{next(_tries)}-")
        made.home.mkdir()
        made.create(key)
        yield made
        sandbox.clear_faults()
        made.close()
