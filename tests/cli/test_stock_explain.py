"""Why a balance is what it is (S8)."""

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import told
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]


def test_s8_what_the_store_said_is_told_from_what_was_published(linked: Remotes, capsys: Capture) -> None:
    here(capsys, "sync", "loja", "stock")
    before = told(capsys, "stock", "explain", "CAN-AZUL")["stores"][0]
    assert (before["published"], before["published_at"], before["listed"]) == (None, None, 50)
    out = here(capsys, "stock", "explain", "CAN-AZUL")[1]
    assert "published: nothing yet" in out
    assert "the store's own number, read 20" in out
    assert "reserved in the ERP: 0\n" in out
    here(capsys, "sync", "loja", "stock", "--yes")
    after = told(capsys, "stock", "explain", "CAN-AZUL")["stores"][0]
    assert (after["published"], after["listed"], after["listed_at"]) == (25, None, None)
    assert "own number" not in here(capsys, "stock", "explain", "CAN-AZUL")[1]
