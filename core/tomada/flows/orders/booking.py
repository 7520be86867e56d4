"""Where each term of an order's money goes in the ERP (M1, M2, M3)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tomada.domain.erp import ErpInstalment
from tomada.domain.money import ZERO, cents, instalments
from tomada.domain.order import Order

DAYS_BETWEEN_INSTALMENTS = 30


@dataclass(frozen=True, slots=True)
class Booking:
    """The ERP's four numbers of an order in BRL, and ``difference``: what the store's terms leave unexplained.

    ``total`` = products - discount + freight + other expenses, with the difference already booked in it.
    """

    products: Decimal
    discount: Decimal
    freight: Decimal
    other_expenses: Decimal
    total: Decimal
    difference: Decimal


def book(order: Order, *, with_freight: bool) -> Booking:
    """Book an order: negative terms into the discount, positive ones into other expenses (M2).

    Without ``with_freight`` (the store's off-switch) the freight is left out, and the total is lower by it.
    """
    money = order.money
    products = cents(sum((item.quantity * item.unit_price for item in order.items), ZERO))
    freight = cents(money.freight) if with_freight else ZERO
    total = cents(money.total) - (ZERO if with_freight else cents(money.freight))
    terms = [
        -money.discount,
        -money.coupon,
        money.adjustments,
        money.taxes,
        money.interest,
        money.payment_rate,
    ]
    unrounded = products + sum(terms, ZERO) + money.freight
    booked = [cents(term) for term in terms]
    booked.append(total - (products + sum(booked, ZERO) + freight))  # unexplained, and what rounding leaves
    return Booking(
        products=products,
        discount=-sum((term for term in booked if term < 0), ZERO),
        freight=freight,
        other_expenses=sum((term for term in booked if term > 0), ZERO),
        total=total,
        difference=cents(money.total) - cents(unrounded),
    )


def payment_difference(order: Order) -> Decimal:
    """Return what the payments sum to minus the total; zero without payments (M3: named, changes nothing)."""
    if not order.payments:
        return ZERO
    return cents(sum((payment.value for payment in order.payments), ZERO) - order.money.total)


def schedule(order: Order, total: Decimal, placed_on: date) -> tuple[ErpInstalment, ...]:
    """Return instalments that add up to ``total``: the payments' own where they cover it, else a single one."""
    if total <= 0:
        return ()
    parts: list[tuple[int, Decimal]] = []
    for payment in order.payments:
        parts += enumerate(instalments(cents(payment.value), payment.instalments))
    if sum((value for _, value in parts), ZERO) != total or any(value < 0 for _, value in parts):
        parts = [(0, total)]
    return tuple(
        ErpInstalment(
            days=month * DAYS_BETWEEN_INSTALMENTS,
            due=placed_on + timedelta(days=month * DAYS_BETWEEN_INSTALMENTS),
            value=value,
        )
        for month, value in parts
        if value > 0
    )
