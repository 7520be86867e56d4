"""Killed at every boundary over SOAP and run again: nothing doubled, nothing lost (O2, O3, T2, S1, DESIGN 9.1)."""

from collections import Counter
from typing import Any

import pytest

from tests.kill.running import check_each_was_a_place_to_die, enumerate_kills

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return enumerate_kills("tests.soap.kill:SoapScenario")


def test_o2_each_order_is_created_once_and_every_list_is_empty(summary: dict[str, Any]) -> None:
    expected = summary["expected"]
    assert expected["erp"] == [
        ["label-a", "1001", "40.00", "enviado"],
        ["label-a", "1002", "40.00", "aprovado"],
        ["label-b", "1001", "40.00", "aprovado"],
    ]
    assert expected["holds"] == [[1, "1003", "unmapped"]]
    assert expected["a"]["todo"] == expected["b"]["todo"] == expected["open"] == []


def test_t2_each_thing_reached_the_store_once(summary: dict[str, Any]) -> None:
    found = summary["expected"]["a"]
    assert Counter(kind for _order, kind, _value in found["mails"]) == {
        "invoice": 1,
        "status": 1,
        "tracking": 1,
    }
    assert ["BONE", ["BONE-P", "BONE-M"]] in found["products"]
    assert found["balances"]["CAMISETA-M-BR"] == 2


def test_each_call_and_each_commit_was_a_place_to_die(summary: dict[str, Any]) -> None:
    names = summary["boundaries"]
    calls = [name for name in names if name.startswith("request.before") and "ws_servidor" in name]
    assert len(calls) > 30
    assert names.count("commit.before") > 20
    check_each_was_a_place_to_die(summary)


def test_each_write_took_effect_after_a_death(summary: dict[str, Any]) -> None:
    late = Counter(name.rpartition(" ")[2].rpartition("/")[2] for name in summary["late"])
    assert late["fWSAtualizaListaToDo"] >= 4
    assert late["fWSAtualizaEstoqueProduto"] >= 5
    assert late["fWSCadastraGradeProduto"] == late["pedido.incluir.php"] == 2
    for once in (
        "fWSCadastraProduto",
        "fWSAtualizaRastreioPedido",
        "fWSAtualizaStatusPedido",
        "fWSCadastraNotaFiscalPedido",
    ):
        assert late[once] == 1, once
