"""One sandbox for all its tests; each test opens accounts and stores of its own in it."""

from collections.abc import Iterator
from itertools import count

import pytest

from tomada_sandbox.client import SandboxClient
from tomada_sandbox.server import SandboxServer

_names = count(1)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def control(sandbox: SandboxServer) -> Iterator[SandboxClient]:
    with SandboxClient(sandbox.url) as client:
        yield client
        client.clear_faults()


@pytest.fixture
def name() -> str:
    """A name that no account or store of the sandbox has."""
    return f"test-{next(_names)}"
