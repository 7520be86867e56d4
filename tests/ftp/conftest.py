"""The sandbox's servers for the tests of the exchange of files; each test has stores of its own."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.ftp.stage import FileStage
from tomada.storage.crypto import KEY_VARIABLE, encode_key, new_key
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.process import SandboxProcess

_tries = count(1)


@pytest.fixture(scope="session")
def files_clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clock") / "clock"
    VirtualClock.create(path)
    return path


@pytest.fixture(scope="session")
def files_url(files_clock: Path) -> Iterator[str]:
    with SandboxProcess(files_clock) as process:
        yield process.url


@pytest.fixture
def stage(
    files_url: str, files_clock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FileStage]:
    """An empty stage; its key and clock are in the environment."""
    key = new_key()
    monkeypatch.setenv(KEY_VARIABLE, encode_key(key))
    monkeypatch.setenv("TOMADA_CLOCK", str(files_clock))
    with SandboxClient(files_url) as sandbox:
        made = FileStage(sandbox, tmp_path / "home", f"f{next(_tries)}-")
        made.home.mkdir()
        made.create(key)
        yield made
        made.close()
