"""Killed at every boundary and run again: nothing doubled, nothing lost (O2, O3, DESIGN 9.1). Three fakes."""

from typing import Any

import pytest

from tests.kill.running import changed_by_other_than, check_each_was_a_place_to_die, enumerate_kills

pytestmark = pytest.mark.timeout(600)

READS = {
    "paged": {
        "list": 8,
        "read": 6,
    },  # two pages and the empty third, which is asked for again in the second run
    "todo": {
        "todo": 4,
        "read": 6,
        "acknowledge": 7,
    },  # each order's, and one of them again when its hold was over
    "folder": {"list": 4, "get": 4, "move": 5},  # two files a store
}
"""How often the undisturbed scenario asks what of the stores."""


@pytest.fixture(scope="module", params=READS)
def summary(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return request.param, enumerate_kills("tests.kill.fakes:FakesScenario", request.param)


def asked(summary: dict[str, Any], step: str) -> int:
    """How often a request was sent; its boundaries may name the store behind it."""
    return sum(name.split()[:2] == ["request.before", step] for name in summary["boundaries"])


def test_o2_each_order_is_created_once_wherever_it_was_killed(summary: tuple[str, dict[str, Any]]) -> None:
    _platform, found = summary
    assert found["expected"]["erp"] == [
        ["label-a", "1", "92.00", "11144477735"],
        ["label-a", "3", "92.00", "11144477735"],
        ["label-b", "1", "92.00", "11144477735"],
        ["label-b", "3", "92.00", "11144477735"],
    ]
    assert found["expected"]["holds"] == [[1, "2", "unmapped"], [2, "2", "unmapped"]]


def test_each_request_and_each_commit_was_a_place_to_die(summary: tuple[str, dict[str, Any]]) -> None:
    platform, found = summary
    assert {step: asked(found, step) for step in READS[platform]} == READS[platform]
    assert asked(found, "enter") == 4  # each store's session, in both runs
    assert asked(found, "log_in") == 2  # whose tokens had expired
    assert asked(found, "create_order") == 4
    assert asked(found, "find_orders") == 5  # one for each order, and the one that failed
    check_each_was_a_place_to_die(found)
    assert len(found["late"]) == sum(asked(found, step) for step in ("log_in", "create_order", "acknowledge"))


def test_what_only_reads_changes_nothing_durable(summary: tuple[str, dict[str, Any]]) -> None:
    _platform, found = summary
    others = changed_by_other_than(found, "request.before move")  # a file that was taken in is put aside
    assert others == [
        "request.before find_orders",  # the fault had its turn
        "commit.after",  # the clock is moved on between two runs
    ]
