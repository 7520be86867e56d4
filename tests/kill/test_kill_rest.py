"""Killed at every boundary and run again: nothing doubled, nothing lost (O2, O3, DESIGN 9.1). Over Tray REST."""

from collections import Counter
from typing import Any

import pytest

from tests.kill.running import changed_by_other_than, check_each_was_a_place_to_die, enumerate_kills

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return enumerate_kills("tests.kill.rest:RestScenario")


def test_o2_each_order_is_created_once_wherever_it_was_killed(summary: dict[str, Any]) -> None:
    assert summary["expected"]["erp"] == [
        ["label-a", "1001", "40.00", "aprovado"],
        ["label-a", "1003", "40.00", "aprovado"],
        ["label-b", "1001", "40.00", "aprovado"],
        ["label-b", "1003", "40.00", "aprovado"],
    ]
    assert summary["expected"]["holds"] == [[1, "1002", "unmapped"], [2, "1002", "unmapped"]]
    assert summary["expected"]["last_runs"] == ["done", "done"]


def test_each_request_and_each_commit_was_a_place_to_die(summary: dict[str, Any]) -> None:
    names = summary["boundaries"]
    asked = Counter(name.rpartition("/")[2] for name in names if name.startswith("request.before"))
    assert asked["auth"] == 2  # both tokens had expired
    assert asked["orders"] == 7  # two pages a store, one of them once more after a 502, then one each
    assert asked["complete"] == 6
    assert asked["pedido.incluir.php"] == 4
    assert names.count("commit.before") > 20
    check_each_was_a_place_to_die(summary)
    assert len(summary["late"]) == asked["auth"] + asked["pedido.incluir.php"]


def test_what_only_reads_changes_nothing_durable(summary: dict[str, Any]) -> None:
    assert changed_by_other_than(summary) == [
        "request.before GET 127.0.0.1/tray/a/web_api/orders",  # the fault had its turn
        "request.after GET 127.0.0.1/tray/a/web_api/orders",  # waiting for the next attempt moved the clock
        "commit.after",  # the clock is moved on between two runs
    ]
