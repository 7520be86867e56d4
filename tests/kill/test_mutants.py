"""The kill test finds mistakes: each is made on purpose, and a death at one boundary shows it (T2, S1, S2, S6)."""

from typing import Any

import pytest

from tests.kill.running import run_program

pytestmark = pytest.mark.timeout(600)

SHOWN_BY = {
    "intent not written before the send": "a invoices",
    "no read-back of what got no answer": "a invoices",
    "settle_time not waited for": "a invoices",
    "feed page taken without gap mark": "b balances CHA-CAMOMILA",
    "ledger not kept": "exceeded",
    "product sent while its category is uncertain": "categories",
}
"""Mistake → the part of the state that it spoils."""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_program("tests.kill.mutants")


@pytest.mark.parametrize("mistake", SHOWN_BY)
def test_a_mistake_is_found(told: dict[str, Any], mistake: str) -> None:
    assert SHOWN_BY[mistake] in told["found"][mistake]


def test_the_flows_without_it_pass_the_same_deaths(told: dict[str, Any]) -> None:
    assert told["healthy"] == [{}] * 5  # two mistakes are shown by the same death
