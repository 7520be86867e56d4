"""Where money goes in the ERP (M1, M2, M3)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flows.factories import make_item, make_order
from tomada.domain.money import OrderMoney
from tomada.domain.order import Payment
from tomada.flows.booking import book, payment_difference, schedule

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


def test_m2_nothing_to_pay_has_no_instalment() -> None:
    assert schedule(make_order(), Decimal(0), date(2026, 11, 2)) == ()
