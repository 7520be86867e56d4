"""Ranks of the ERP's statuses (T1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomada.domain.status import ErpStatus, goes_back, rank

ORDER = [
    ErpStatus.OPEN,
    ErpStatus.APPROVED,
    ErpStatus.PREPARING,
    ErpStatus.INVOICED,
    ErpStatus.READY,
    ErpStatus.SHIPPED,
    ErpStatus.DELIVERED,
]


def test_t1_ranks_rise_in_the_order_of_work() -> None:
    assert [rank(status) for status in ORDER] == sorted({rank(status) for status in ORDER})


def test_t1_steps_may_be_skipped_but_not_taken_back() -> None:
    assert not goes_back(ErpStatus.OPEN, ErpStatus.SHIPPED)
    assert goes_back(ErpStatus.SHIPPED, ErpStatus.APPROVED)


def test_t1_shipped_and_not_delivered_stand_side_by_side() -> None:
    assert not goes_back(ErpStatus.SHIPPED, ErpStatus.NOT_DELIVERED)
    assert not goes_back(ErpStatus.NOT_DELIVERED, ErpStatus.SHIPPED)


def test_t1_cancelled_stands_aside() -> None:
    assert not goes_back(ErpStatus.SHIPPED, ErpStatus.CANCELLED)
    assert not goes_back(ErpStatus.CANCELLED, ErpStatus.OPEN)
    with pytest.raises(KeyError):
        rank(ErpStatus.CANCELLED)


STEPS = st.sampled_from([status for status in ErpStatus if status is not ErpStatus.CANCELLED])


@given(STEPS, STEPS, STEPS)
def test_t1_going_back_is_an_order_of_the_statuses(a: ErpStatus, b: ErpStatus, c: ErpStatus) -> None:
    assert not goes_back(a, a)
    assert not (goes_back(a, b) and goes_back(b, a))
    assert not (goes_back(a, b) and goes_back(b, c)) or goes_back(a, c)
    assert goes_back(a, b) == (rank(b) < rank(a))


@given(st.sampled_from(list(ErpStatus)))
def test_t1_cancelling_and_its_undoing_are_no_steps(status: ErpStatus) -> None:
    assert not goes_back(status, ErpStatus.CANCELLED)
    assert not goes_back(ErpStatus.CANCELLED, status)
