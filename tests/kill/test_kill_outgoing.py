"""Killed at every boundary of what goes out, and run again: nothing doubled, nothing lost (T2, S1, P1, DESIGN 9.1)."""

from collections import Counter
from typing import Any

import pytest

from tests.kill.running import changed_by_other_than, check_each_was_a_place_to_die, enumerate_kills

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return enumerate_kills("tests.kill.outgoing:OutgoingScenario", processes=2)


@pytest.mark.parametrize("store", ["a", "b"])
def test_t2_each_thing_reached_both_stores_once_wherever_it_was_killed(
    summary: dict[str, Any], store: str
) -> None:
    found = summary["expected"][store]
    sent = [product for product in found["products"] if product[0] == "BONE"]
    images = ["https://fotos.example/frente.jpg", "https://fotos.example/lado.jpg"]
    assert sent == [["BONE", ["BONE-P", "BONE-M", "BONE-G"], images]]
    told = {"CHA-CAMOMILA": 7, "BONE-P": 5, "BONE-M": 5, "BONE-G": 5}
    assert found["balances"].items() >= told.items()
    assert len(found["invoices"]) == 1
    assert Counter(kind for _order, kind, _value in found["mails"]) == {
        "invoice": 1,
        "status": 1,
        "tracking": 1,
    }
    assert summary["expected"]["open"] == summary["expected"]["holds"] == []


def test_s2_the_last_piece_that_a_sold_is_offered_nowhere_wherever_it_was_killed(
    summary: dict[str, Any],
) -> None:
    """A published number was compared with the model whenever one was written, in every try."""
    for store in ("a", "b"):
        assert (
            summary["expected"][store]["balances"].items() >= {"TOALHA-ROSTO": 0, "VELA-BAUNILHA": 7}.items()
        )
    assert summary["expected"]["exceeded"] == []
    assert summary["expected"]["erp"] == [
        ["label-a", "aprovado"],
        ["label-a", "enviado"],
        ["label-b", "enviado"],
    ]


def test_each_write_and_each_commit_was_a_place_to_die(summary: dict[str, Any]) -> None:
    check_each_was_a_place_to_die(summary)
    assert Counter(name.split()[1] for name in summary["late"] if "/tray/" in name).keys() == {"POST", "PUT"}
    written = Counter(name.rpartition("/")[2] for name in summary["late"])
    assert written["products"] == 2
    assert written["variants"] == 6
    assert written["5007"] == 2  # what only the feed tells
    assert written["1001"] == 2  # a parcel with its status
    assert written["invoices"] == 2
    assert written["pedido.incluir.php"] == 1


def test_what_only_reads_changes_nothing_durable(summary: dict[str, Any]) -> None:
    feeds = "lista.atualizacoes"  # which forget what they have answered
    assert changed_by_other_than(summary, feeds) == ["commit.after"]  # the clock is moved on between two runs
