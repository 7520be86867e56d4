"""From a complete order as Tray sends it to an ``Order`` (tray-rest.md 10.4, A.3). Pure functions."""

from typing import Any

from pydantic import ValidationError

from tomada.domain.money import cents
from tomada.domain.order import Order, Payment, ShippingMethod
from tomada_tray_rest.channels import channel_of
from tomada_tray_rest.customers import customer_of, delivery_of
from tomada_tray_rest.items import items_of
from tomada_tray_rest.parts import split_from, split_into
from tomada_tray_rest.settings import Settings
from tomada_tray_rest.statuses import is_paid, status_of
from tomada_tray_rest.totals import money_of
from tomada_tray_rest.wire import (
    Record,
    WireError,
    decimal,
    first_text,
    identifier,
    integer,
    member,
    members,
    moment,
)

MOST_INSTALMENTS = 99
"""No card or shop splits a payment into more: such a number is damaged."""


def order_of(body: dict[str, Any], settings: Settings) -> Order:
    """Return the order of a complete read; raise ``WireError`` with the field that cannot be read."""
    record = member(body, "Order")
    try:
        return _order(record, settings)
    except ValidationError as error:  # a value that our model refuses; its text may be personal
        raise WireError("bad_value", ".".join(map(str, error.errors()[0]["loc"]))) from None


def _order(record: Record, settings: Settings) -> Order:
    remote_id = identifier(record, "id")
    if not remote_id:
        raise WireError("missing", "id")
    placed_at = moment(record, "date", settings.zone, "hour")
    if placed_at is None:
        raise WireError("missing", "date")
    status = status_of(record)
    items = items_of(record)
    money, money_warnings = money_of(record, items)
    delivery, delivery_warnings = delivery_of(record)
    return Order(
        remote_id=remote_id,
        number=remote_id,
        placed_at=placed_at,
        modified_at=moment(record, "modified", settings.zone) or placed_at,
        status=status,
        paid=is_paid(record, status, settings),
        customer=customer_of(record, settings),
        delivery=delivery,
        items=items,
        money=money,
        shipping=_shipping(record),
        channel=channel_of(record, settings),
        payments=_payments(record, settings),
        notes=first_text(record, "customer_note"),
        warnings=(*money_warnings, *delivery_warnings),
        split_from=split_from(record),
        split_into=split_into(record),
    )


def _shipping(record: Record) -> ShippingMethod | None:
    """Return the shipping: a text only, which is therefore the code; a pick-up may have just a place."""
    label = first_text(record, "shipment") or first_text(member(record, "PickupLocation"), "name")
    code = " ".join(label.split())
    return ShippingMethod(code=code, label=code) if code else None


def _payments(record: Record, settings: Settings) -> tuple[Payment, ...]:
    """Return the recorded payments; without any, the order's chosen method with the whole total.

    The text is the code, as the list knows nothing else (``payment_form``) and ids are often empty.
    """
    chosen = first_text(record, "payment_method", "payment_form", "payment_method_type")
    instalments = max(1, integer(record, "installment", 1))
    if instalments > MOST_INSTALMENTS:
        raise WireError("bad_integer", "installment")
    recorded = members(record, "Payment")
    if recorded:
        alone = len(recorded) == 1
        return tuple(_payment(one, chosen, instalments if alone else 1, settings) for one in recorded)
    if not chosen:
        return ()
    paid_at = moment(record, "payment_date", settings.zone)
    total = cents(decimal(record, "total"))
    return (Payment(code=chosen, label=chosen, value=total, instalments=instalments, paid_at=paid_at),)


def _payment(one: Record, chosen: str, instalments: int, settings: Settings) -> Payment:
    name = first_text(one, "method") or chosen
    paid_at = moment(one, "date", settings.zone)
    return Payment(
        code=name, label=name, value=decimal(one, "value"), instalments=instalments, paid_at=paid_at
    )
