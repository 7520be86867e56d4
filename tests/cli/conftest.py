"""Every test speaks English unless it says otherwise, and leaves the process's language as it was."""

import gettext
import logging
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.cli.connecting import Remotes, activate
from tests.cli.goods import IN_ERP, balances, told
from tests.cli.running import here
from tomada import i18n
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.server import SandboxServer

_tries = count(1)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before, domain, root = i18n.current(), gettext.textdomain(), logging.getLogger()
    handlers = list(root.handlers)
    for name in ("LC_ALL", "LC_MESSAGES", "TOMADA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en")
    yield
    root.handlers = handlers
    gettext.textdomain(domain)
    i18n.use(before)


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    with SandboxServer() as server:
        yield server.url


@pytest.fixture
def remotes(sandbox_url: str) -> Iterator[Remotes]:
    """An account and stores that no other test knows."""
    with SandboxClient(sandbox_url) as client:
        yield Remotes(client, f"c{next(_tries)}-")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with nothing in it; no key, no keyring and no clock of the person who runs the tests."""
    for name in ("TOMADA_KEY", "TOMADA_CLOCK", "TOMADA_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("TOMADA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TOMADA_KEY_FILE", str(tmp_path / "key"))
    return tmp_path / "home"


@pytest.fixture
def shop(home: Path, remotes: Remotes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Remotes:
    """The store ``loja``, connected and active; its orders of the last hour come in."""
    assert here(capsys, "init")[0] == 0
    assert here(capsys, *remotes.erp_words())[0] == 0
    activate(remotes, tmp_path, capsys, "loja")
    return remotes


@pytest.fixture
def linked(shop: Remotes, capsys: pytest.CaptureFixture[str]) -> Remotes:
    """The store ``loja`` with its catalogue linked."""
    assert told(capsys, "links", "match", "loja")["linked"] == len(IN_ERP)
    return shop


@pytest.fixture
def published(linked: Remotes, capsys: pytest.CaptureFixture[str]) -> Remotes:
    """The same with its balances sent."""
    assert here(capsys, "sync", "loja", "stock", "--yes")[0] == 0
    assert balances(linked) == IN_ERP
    return linked
