"""Killed anywhere in a merchant's morning, and gone on with: each thing is there once (O2, P1, P5, V1, T2, D1)."""

from collections import Counter
from typing import Any

import pytest

from tests.kill.running import changed_by_other_than, check_each_was_a_place_to_die, enumerate_kills

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return enumerate_kills("tests.kill.merchant:MerchantScenario", processes=2)


@pytest.fixture
def found(summary: dict[str, Any]) -> dict[str, Any]:
    return dict(summary["expected"])


def test_d1_what_was_mapped_or_settled_is_created_once_with_that_value(found: dict[str, Any]) -> None:
    assert found["orders"] == [
        ["1001", "preparando_envio", "C", "a"],
        ["1002", "entregue", "C", "a"],
        ["1003", "aprovado", "X", "a"],
        ["1004", "aprovado", "C", "Feiras"],
        ["1005", "aprovado", "X", "a"],
        ["1006", "aprovado", "C", "Feiras"],
    ]
    assert (found["held"], found["under_way"]) == ([], [])
    assert [row for row in found["mapped"] if row[0] in ("channel", "shipping")] == [
        ["channel", "FEIRA", "Feiras"],
        ["shipping", "Drone", "X"],
    ]


def test_p1_the_product_and_its_category_were_made_once(found: dict[str, Any]) -> None:
    [sent] = [product for product in found["at_store"] if product[0] == "BONE"]
    assert sent[3:] == [["https://fotos.example/frente.jpg"], [["BONE-P", "39.90"], ["BONE-M", "39.90"]]]
    assert Counter(found["categories"])["Casa"] == Counter(found["categories"])["Luz"] == 1
    assert {"BONE", "BONE-P", "BONE-M"} <= set(found["links"])


def test_p5_the_store_s_product_came_into_the_erp_once(found: dict[str, Any]) -> None:
    assert set(found["in_erp"].values()) == {1}
    assert "LANTERNA" in found["in_erp"]
    assert "LANTERNA" in found["links"]


def test_v1_price_and_promotion_stand_at_the_store(found: dict[str, Any]) -> None:
    [cup] = [product for product in found["at_store"] if product[0] == "CAN-AZUL"]
    assert (cup[1], cup[2]["promotional_price"]) == ("88.00", "71.50")
    assert set(cup[2]) == {"promotional_price", "start_promotion", "end_promotion"}


def test_t2_each_buyer_was_told_each_status_once(found: dict[str, Any]) -> None:
    assert (found["statuses"]["1001"], found["statuses"]["1002"]) == ("AGUARDANDO ENVIO", "ENTREGUE")
    assert found["mails"] == [[1001, "status", "AGUARDANDO ENVIO"], [1002, "status", "ENTREGUE"]]


def test_each_write_and_each_commit_was_a_place_to_die(summary: dict[str, Any]) -> None:
    check_each_was_a_place_to_die(summary)
    written = Counter("/".join(name.split()[2].split("/")[3:]) for name in summary["late"])
    assert written == {
        "api2/pedido.incluir.php": 4,
        "api2/pedido.alterar.situacao": 1,
        "api2/produto.incluir.php": 1,
        "web_api/categories": 2,
        "web_api/products": 1,
        "web_api/products/variants": 2,
        "web_api/products/5006": 1,
        "web_api/orders/1001": 1,
        "web_api/orders/1002": 1,
    }


def test_what_only_reads_changes_nothing_durable(summary: dict[str, Any]) -> None:
    feeds = "lista.atualizacoes"  # which forget what they have answered
    assert changed_by_other_than(summary, feeds) == ["commit.after"]  # the clock is moved on between two runs
