"""A bench and servers for each test of the transport."""

from collections.abc import Callable, Iterator

import pytest

from tests.transport.bench import Bench
from tests.transport.support import Handler, Loopback


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], Loopback]]:
    servers: list[Loopback] = []

    def start(handler: Handler) -> Loopback:
        servers.append(Loopback(handler))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
