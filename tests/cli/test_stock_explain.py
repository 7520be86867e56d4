"""Why a balance is what it is, and why it is not sent (S8, P4)."""

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import clerk, told, writes
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


def test_p4_a_frozen_balance_is_said_to_be_held_and_not_sent(linked: Remotes, capsys: Capture) -> None:
    here(capsys, "sync", "loja", "stock", "--yes")
    twin = {"sku": "CAN-AZUL", "name": "Outra caneca", "price": "9.00", "stock": 2}
    clerk(linked, "add_products", products=[twin])
    here(capsys, "sync", "loja", "stock")
    since = linked.sandbox.journal_end()
    code, out, _err = here(capsys, "stock", "send", "loja", "CAN-AZUL", "CHA-CAMOMILA")
    assert code == 1
    assert [line.split()[:2] for line in out.splitlines()[1:3]] == [
        ["CAN-AZUL", "held"],
        ["CHA-CAMOMILA", "sent"],
    ]
    assert "tomada holds list --store loja" in out
    assert len(writes(linked, since)) == 1
    frozen = told(capsys, "stock", "explain", "CAN-AZUL")["stores"][0]["frozen_by"]
    assert (
        f"not sent: several ERP products have the SKU (tomada holds show {frozen})"
        in here(capsys, "stock", "explain", "CAN-AZUL")[1]
    )
    assert told(capsys, "stock", "explain", "CHA-CAMOMILA")["stores"][0]["frozen_by"] is None
