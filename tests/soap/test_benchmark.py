"""The benchmark of both modalities with a tiny size: what is compared is comparable. Times are never judged here."""

from benchmarks import modalities

ORDERS = 4


def test_both_bring_in_the_same_orders_with_the_calls_that_are_claimed() -> None:
    readings = modalities.measure(ORDERS)
    rest, soap, rest_again, again = readings
    assert rest.created == soap.created == ORDERS
    assert soap.calls == 1 + 5 * ORDERS
    assert (rest_again.created, again.created, again.calls) == (0, 0, 1)
    assert [claim.holds for claim in modalities.claims(readings)[:3]] == [True] * 3
