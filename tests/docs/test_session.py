"""How an output is compared with a page: what varies is left out, what matters is not."""

import pytest

from tests.docs.pages import Command
from tests.docs.session import difference


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("created: 2\n", "created: 2\n"),
        ("Since  2026-11-25 17:00:00\n", "Since 2026-11-26 09:30:01\n"),
        ("The sandbox runs at http://127.0.0.1:38115\n", "The sandbox runs at http://127.0.0.1:4000\n"),
        ("a\n…\nd\n", "a\nb\nc\nd\n"),
        ("…\n", "anything\n"),
    ],
)
def test_an_output_that_only_varies_fits(shown: str, printed: str) -> None:
    assert difference(Command("tomada sync", shown, 7), printed) == ""


@pytest.mark.parametrize(
    ("shown", "printed"),
    [("created: 2\n", "created: 3\n"), ("a\n…\nd\n", "a\nb\nc\n"), ("a\n", "a\nb\n"), ("", "Error: no.\n")],
)
def test_any_other_output_is_told_with_its_line(shown: str, printed: str) -> None:
    told = difference(Command("tomada sync", shown, 7), printed)

    assert told.startswith("line 7: tomada sync\n")
