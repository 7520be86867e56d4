"""What all tests may share."""

from collections.abc import Iterator

import pytest

from tests.postgres import PostgresServer, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started when the first test asks for it."""
    with running() as server:
        yield server
