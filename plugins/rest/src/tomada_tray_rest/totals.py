"""The terms of an order's total (tray-rest.md 10.2).

total = items - discount - coupon + taxes + freight + payment-method rate + interest, as far as Tray's samples
show. Two things are not documented: whether ``discount`` holds the coupon already, and whether the cart's
additional values count. Of their readings the first that gives the stated total to the cent is taken; if none
does, the documented one, and the difference is left for all to see.
"""

from collections.abc import Iterator
from decimal import Decimal

from tomada.domain.money import ZERO, OrderMoney, cents
from tomada.domain.order import OrderItem
from tomada_tray_rest.items import total_of
from tomada_tray_rest.sentences import _
from tomada_tray_rest.wire import Record, WireError, decimal, member, text


def money_of(order: Record, items: tuple[OrderItem, ...]) -> tuple[OrderMoney, list[str]]:
    """Return the terms, and a warning when the lines do not add up to the store's ``partial_total``."""
    lines = total_of(items)
    stated = decimal(order, "partial_total", lines)
    readings = list(_readings(order, lines))
    money = next((reading for reading in readings if not reading.difference()), readings[0])
    if cents(stated) == lines:
        return money, []
    warning = _("The lines add up to {lines}, the store's own sum of items is {stated}.")
    return money, [warning.format(lines=lines, stated=stated)]


def _readings(order: Record, items: Decimal) -> Iterator[OrderMoney]:
    coupon, additional = _coupon(order), _additional(order)
    for adjustments in dict.fromkeys((ZERO, additional)):
        for taken_off in dict.fromkeys((coupon, ZERO)):
            yield OrderMoney(
                items=items,
                discount=decimal(order, "discount", ZERO),
                coupon=taken_off,
                adjustments=adjustments,
                freight=decimal(order, "shipment_value", ZERO),
                taxes=decimal(order, "taxes", ZERO),
                interest=decimal(order, "interest", ZERO),
                payment_rate=decimal(order, "payment_method_rate", ZERO),
                total=decimal(order, "total"),
            )


def _coupon(order: Record) -> Decimal:
    """Return the coupon's amount: its own field, else what follows the last slash of the joined one."""
    stated = decimal(member(order, "coupon"), "discount", ZERO)
    if stated:
        return stated
    joined = text(order, "discount_coupon")
    if "/" not in joined:
        return ZERO
    try:
        return decimal({"discount_coupon": joined.rpartition("/")[2]}, "discount_coupon", ZERO)
    except WireError:  # a code with a slash in it and no amount
        return ZERO


def _additional(order: Record) -> Decimal:
    added = decimal(order, "cart_additional_values_increase", ZERO)
    return added - decimal(order, "cart_additional_values_discount", ZERO)
