"""Killed at every boundary of what goes out, and run again: nothing doubled, nothing lost (T2, S1, P1, DESIGN 9.1)."""

from collections import Counter
from typing import Any

import pytest

from tests.kill.running import enumerate_kills

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return enumerate_kills("tests.kill.outgoing:OutgoingScenario")


@pytest.mark.parametrize("store", ["a", "b"])
def test_t2_each_thing_reached_both_stores_once_wherever_it_was_killed(
    summary: dict[str, Any], store: str
) -> None:
    found = summary["expected"][store]
    sent = [product for product in found["products"] if product[0] == "BONE"]
    images = ["https://fotos.example/frente.jpg", "https://fotos.example/lado.jpg"]
    assert sent == [["BONE", ["BONE-P", "BONE-M", "BONE-G"], images]]
    sold = {"CAN-AZUL": 23, "CHA-CAMOMILA": 7, "BONE-P": 5, "BONE-M": 5, "BONE-G": 5}
    assert found["balances"].items() >= sold.items()
    assert len(found["invoices"]) == 1
    assert Counter(kind for _order, kind, _value in found["mails"]) == {
        "invoice": 1,
        "status": 1,
        "tracking": 1,
    }
    assert summary["expected"]["open"] == summary["expected"]["holds"] == []


def test_each_write_and_each_commit_was_a_place_to_die(summary: dict[str, Any]) -> None:
    names = summary["boundaries"]
    writes = [name for name in names if name.startswith(("request.before POST", "request.before PUT"))]
    writes = [name for name in writes if "/tiny/" not in name]
    feeds = [name for name in names if name.startswith("request.before") and "lista.atualizacoes" in name]
    assert len(writes) == 20
    assert summary["kills"] == 1 + names.count("commit.before") + len(feeds) + 2 * len(writes)
