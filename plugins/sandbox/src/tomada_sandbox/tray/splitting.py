"""An order that is split over the store's distribution centres once it is paid (tray-rest.md 9.1).

The original is edited, and each other centre gets an order of its own: values are split in proportion, and the note of
a part points to the original. Only the shop's own channels are split. No piece moves: all were taken at the start.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from tomada_sandbox.tray.state import ZERO, Line, Order, Store
from tomada_sandbox.tray.wire import read_amount

OWN_CHANNELS = ("LOJA VIRTUAL", "PARTICULAR")

_CENT = Decimal("0.01")
_TERMS = ("discount", "coupon", "taxes", "shipment_value", "payment_method_rate", "interest")


def split(store: Store, order: Order, parts: Sequence[Mapping[str, Any]], now: datetime) -> list[Order]:
    """Split off one order for each of ``parts`` (SKU → pieces); raises ``ValueError`` where Tray would not."""
    if order.paid_at is None:
        raise ValueError("an order is split when it is paid")
    if order.point_sale not in OWN_CHANNELS:
        raise ValueError("an order of a marketplace is not split")
    whole, total, terms = order.partial_total, order.total, {name: getattr(order, name) for name in _TERMS}
    paid = [payment.value for payment in order.payments]
    found = []
    for part in parts:
        lines = [_moved(store, order, sku, read_amount(pieces, sku)) for sku, pieces in part.items()]
        child = copy(order)
        child.id, child.origin, child.children = store.new_order_id(), order.id, []
        child.placed, child.lines = now, lines
        child.row_json = child.complete_json = b""
        child.texts = {"store_note": f"Pedido originado do pedido {order.id}"}
        share = child.partial_total / whole
        for name, amount in terms.items():
            setattr(child, name, (amount * share).quantize(_CENT))
            setattr(order, name, getattr(order, name) - getattr(child, name))
        child.payments = [
            replace(payment, id=store.new_id(), value=(value * child.total / total).quantize(_CENT))
            for payment, value in zip(order.payments, paid, strict=True)
        ]
        order.payments = [
            replace(payment, value=payment.value - off.value)
            for payment, off in zip(order.payments, child.payments, strict=True)
        ]
        store.add_order(child)
        store.touch(child, now)
        order.children = [*order.children, child.id]
        found.append(child)
    store.touch(order, now)
    return found


def _moved(store: Store, order: Order, sku: str, pieces: Decimal) -> Line:
    """Take pieces out of an order's line and return the line of the part."""
    line = next((one for one in order.lines if one.sku == sku), None)
    if line is None or not ZERO < pieces <= line.quantity:
        raise LookupError(f"order {order.id} has no {pieces} of {sku!r}")
    order.lines = [
        replace(one, quantity=one.quantity - pieces) if one is line else one
        for one in order.lines
        if one is not line or one.quantity > pieces
    ]
    return replace(line, id=store.new_id(), quantity=pieces)
