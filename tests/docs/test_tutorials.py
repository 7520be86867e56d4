"""Pages that show what commands print: every command runs and prints just that."""

from pathlib import Path

import pytest

from tests.docs.pages import name
from tests.docs.played import PLAYED
from tests.docs.session import differences


@pytest.mark.parametrize("page", PLAYED, ids=name)
def test_every_command_of_the_page_prints_what_it_shows(page: Path, tmp_path: Path) -> None:
    with PLAYED[page](tmp_path) as session:
        told = differences(session, page)

    assert not told, "\n\n".join([*told, "to take it over: python -m tests.docs.refresh"])
