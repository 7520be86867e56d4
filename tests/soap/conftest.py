"""One sandbox with a clock of its own for all tests of the plugin; each test has a store of its own."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.kill.rest import MovingClock
from tests.soap.fakes import Shop
from tests.soap.stage import SoapStage
from tomada.storage.crypto import KEY_VARIABLE, encode_key, new_key
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.server import SandboxServer

_stores = count(1)


@pytest.fixture(scope="session")
def clock_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clock that the sandbox and an installation share."""
    return tmp_path_factory.mktemp("soap") / "clock"


@pytest.fixture(scope="session")
def sandbox(clock_path: Path) -> Iterator[SandboxClient]:
    with SandboxServer(clock_path) as server, SandboxClient(server.url) as client:
        yield client


@pytest.fixture
def stage(
    sandbox: SandboxClient, clock_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SoapStage]:
    """An empty stage; its key and clock are in the environment."""
    key = new_key()
    monkeypatch.setenv(KEY_VARIABLE, encode_key(key))
    monkeypatch.setenv("TOMADA_CLOCK", str(clock_path))
    made = SoapStage(sandbox, tmp_path / "home", f"s{next(_stores)}-")
    made.home.mkdir()
    made.create(key)
    made.installation.clock = MovingClock(VirtualClock(clock_path))
    yield made
    sandbox.clear_faults()
    made.close()


@pytest.fixture
def open_shop(sandbox: SandboxClient) -> Iterator[Callable[..., Shop]]:
    opened: list[Shop] = []

    def opener(service: Any = None, **settings: Any) -> Shop:
        shop = Shop(sandbox, f"loja-{next(_stores)}", service, **settings)
        opened.append(shop)
        return shop

    yield opener
    sandbox.clear_faults()
    for shop in opened:
        shop.close()


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    return open_shop()
