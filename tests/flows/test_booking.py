"""Where money goes in the ERP (M1, M2, M3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flows.factories import make_item, make_order
from tomada.domain.money import OrderMoney, cents
from tomada.domain.order import Payment
from tomada.flows.orders.booking import book, payment_difference, schedule

amounts = st.decimals(min_value=0, max_value=5_000, places=2)
signed = st.decimals(min_value=-500, max_value=500, places=2)


def erp_total(discount: Decimal, freight: Decimal, products: Decimal, other: Decimal) -> Decimal:
    return products - discount + freight + other


@given(amounts, st.integers(1, 9), amounts, amounts, signed, amounts, amounts, amounts, signed, signed)
def test_m2_erp_total_equals_the_stores_to_the_cent(
    price: Decimal,
    quantity: int,
    discount: Decimal,
    coupon: Decimal,
    adjustments: Decimal,
    freight: Decimal,
    taxes: Decimal,
    interest: Decimal,
    rate: Decimal,
    unexplained: Decimal,
) -> None:
    items = price * quantity
    money = OrderMoney(
        items=items,
        discount=discount,
        coupon=coupon,
        adjustments=adjustments,
        freight=freight,
        taxes=taxes,
        interest=interest,
        payment_rate=rate,
        total=items - discount - coupon + adjustments + freight + taxes + interest + rate + unexplained,
    )
    booking = book(
        make_order(items=(make_item(price=str(price), quantity=str(quantity)),), money=money),
        with_freight=True,
    )
    assert booking.difference == unexplained
    assert booking.total == money.total
    assert booking.total == erp_total(
        booking.discount, booking.freight, booking.products, booking.other_expenses
    )
    assert min(booking.discount, booking.other_expenses, booking.freight) >= 0


long_amounts = st.decimals(min_value=0, max_value=5_000, places=4)
long_signed = st.decimals(min_value=-500, max_value=500, places=4)
within_tolerance = st.decimals(min_value=Decimal("-0.05"), max_value=Decimal("0.05"), places=4)


@given(
    st.lists(
        st.tuples(long_amounts, st.decimals(min_value=Decimal("0.001"), max_value=9, places=3)), max_size=4
    ),
    st.lists(long_amounts, min_size=5, max_size=5),
    st.lists(long_signed, min_size=2, max_size=2),
    within_tolerance,
    st.booleans(),
)
def test_m2_erp_total_equals_the_stores_to_the_cent_for_any_decimals(
    lines: list[tuple[Decimal, Decimal]],
    plain: list[Decimal],
    signed_terms: list[Decimal],
    unexplained: Decimal,
    with_freight: bool,
) -> None:
    discount, coupon, freight, taxes, interest = plain
    adjustments, rate = signed_terms
    items = sum((price * quantity for price, quantity in lines), Decimal(0))
    money = OrderMoney(
        items=items,
        discount=discount,
        coupon=coupon,
        adjustments=adjustments,
        freight=freight,
        taxes=taxes,
        interest=interest,
        payment_rate=rate,
        total=items - discount - coupon + adjustments + freight + taxes + interest + rate + unexplained,
    )
    sold = tuple(make_item(price=str(price), quantity=str(quantity)) for price, quantity in lines)
    booking = book(make_order(items=sold, money=money), with_freight=with_freight)
    booked = (booking.discount, booking.freight, booking.other_expenses)
    assert booking.products - booking.discount + booking.freight + booking.other_expenses == booking.total
    assert booking.total == cents(money.total) - (0 if with_freight else cents(freight))
    assert all(value == cents(value) and value >= 0 for value in booked)
    assert abs(booking.difference - unexplained) <= Decimal("0.015")  # each of three roundings: half a cent


def test_m1_lines_that_do_not_add_up_to_the_stated_items_are_a_difference() -> None:
    money = OrderMoney(items=Decimal("90.00"), total=Decimal("90.00"))
    assert book(make_order(money=money), with_freight=True).difference == Decimal("10.00")


def test_m2_freight_can_be_switched_off() -> None:
    booking = book(make_order(), with_freight=False)
    assert (booking.freight, booking.total, booking.difference) == (0, Decimal("80.00"), 0)


def test_m3_payments_that_differ_are_named() -> None:
    less = (Payment(code="x", label="x", value=Decimal("80.00")),)
    assert payment_difference(make_order(payments=less)) == Decimal("-12.00")
    assert payment_difference(make_order(payments=())) == 0


@pytest.mark.parametrize("values", [["92.00"], ["50.00", "42.00"], ["80.00"], []])
@given(st.integers(1, 12))
def test_m2_instalments_add_up_to_the_total(values: list[str], count: int) -> None:
    payments = tuple(
        Payment(code="c", label="c", value=Decimal(value), instalments=count) for value in values
    )
    parts = schedule(make_order(payments=payments), Decimal("92.00"), date(2026, 11, 2))
    assert sum(part.value for part in parts) == Decimal("92.00")
    assert parts[0].due == date(2026, 11, 2)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["100.00", "-8.00"], id="a refund among the payments"),
        pytest.param(["30.667", "30.667", "30.666"], id="three decimals"),
    ],
)
def test_m2_payments_that_cannot_be_instalments_become_a_single_one(values: list[str]) -> None:
    payments = tuple(Payment(code="c", label="c", value=Decimal(value)) for value in values)
    parts = schedule(make_order(payments=payments), Decimal("92.00"), date(2026, 11, 2))
    assert sum(part.value for part in parts) == Decimal("92.00")


payment_values = st.lists(
    st.tuples(st.decimals(min_value=-100, max_value=900, places=3), st.integers(1, 24)), max_size=4
)


@given(payment_values, st.decimals(min_value=0, max_value=2_000, places=2), st.booleans())
def test_m2_instalments_add_up_whatever_was_paid(
    paid: list[tuple[Decimal, int]], total: Decimal, covered: bool
) -> None:
    if covered:
        total = max(Decimal(0), cents(sum((value for value, _ in paid), Decimal(0))))
    payments = tuple(Payment(code="c", label="c", value=value, instalments=count) for value, count in paid)
    money = OrderMoney(items=total, total=total)
    parts = schedule(make_order(payments=payments, money=money), total, date(2026, 11, 2))
    assert sum((part.value for part in parts), Decimal(0)) == total
    assert all(part.value > 0 and part.value == cents(part.value) for part in parts)
    assert all(part.due == date(2026, 11, 2) + timedelta(days=part.days) for part in parts)


def test_m2_nothing_to_pay_has_no_instalment() -> None:
    assert schedule(make_order(), Decimal(0), date(2026, 11, 2)) == ()
