"""What all tests may share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import PostgresServer, running

# The same examples every time, and no judgement by the clock of a busy machine.
settings.register_profile("tomada", derandomize=True, deadline=None)
settings.load_profile("tomada")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started when the first test asks for it."""
    with running() as server:
        yield server
