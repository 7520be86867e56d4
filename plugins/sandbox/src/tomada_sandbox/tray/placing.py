"""Orders, from what the shopper says of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tomada_sandbox.tray.basket import lines_of
from tomada_sandbox.tray.buyers import customer_of
from tomada_sandbox.tray.order_parts import MARKETPLACE, NATIVE
from tomada_sandbox.tray.order_view import complete_json
from tomada_sandbox.tray.pieces import take
from tomada_sandbox.tray.seed import TO_SEND, WAITING
from tomada_sandbox.tray.state import Order, Payment, Store
from tomada_sandbox.tray.wire import read_amount, read_moment
from tomada_sandbox.world import World

TERMS = ("discount", "coupon", "taxes", "shipment_value", "payment_method_rate", "interest")
NOTES = ("customer_note", "store_note", "sending_code", "sending_date", "tracking_url")

_METHODS = {
    "boleto": ("Boleto - Vindi", "bank_billet"),
    "pix": ("Pix - Vindi", "pix"),
    "credit_card": ("Cartão de crédito - Vindi", "credit_card"),
}

_KEYS = {
    *("id", "date", "modified", "status", "customer", "items", "shipping", "payment", "payments", "paid"),
    *("installment", "channel", "marketplace", "mercado_livre", "external_code", "coupon_code", "total"),
    *("damaged", *TERMS, *NOTES),
}


def place(world: World, store: Store, told: Mapping[str, Any]) -> Order:
    """Place one order; raises ``ValueError`` or ``LookupError`` for what cannot be placed.

    All keys may be missing. ``id``; ``date`` and ``modified`` (now); ``status`` (a name; by default that of a
    paid or of a waiting order); ``customer`` (see ``buyers``); ``items`` (see ``basket``; default: a cup);
    ``shipping`` (text); ``payment`` (boleto, pix, credit_card or a text), ``paid`` (all but boletos are),
    ``installment``, ``payments`` (records: method, value, date); ``channel`` (text), ``marketplace``
    and ``mercado_livre`` (fields of web_api's records), ``external_code``; the terms of the total, ``total``
    itself if it is to differ, ``coupon_code``; notes and tracking; ``damaged`` (a field).
    """
    if unknown := set(told) - _KEYS:
        raise ValueError(f"unknown fields of an order: {', '.join(sorted(unknown))}")
    now = world.stamp(store)
    id_ = int(told.get("id") or store.new_order_id())
    if id_ in store.orders:
        raise ValueError(f"{store.key} has an order {id_} already")
    placed = read_moment(str(told["date"])) if told.get("date") else now
    lines = lines_of(store, told.get("items", [{"sku": "CAN-AZUL"}]), placed)
    terms = {key: read_amount(told[key], key) for key in TERMS if key in told}
    method, type_ = _method(str(told.get("payment", "pix")))
    paid = bool(told.get("paid", type_ not in ("bank_billet", "")))
    status = store.status(str(told.get("status") or (TO_SEND if paid else WAITING)))
    marketplace = _record(told, "marketplace", MARKETPLACE)
    native = _record(told, "mercado_livre", NATIVE)
    payments = _payments(store, told.get("payments", ()), method, placed)
    total = read_amount(told["total"], "total") if "total" in told else None
    modified = read_moment(str(told["modified"])) if told.get("modified") else now
    customer, address_id = customer_of(store, told.get("customer"), id_, placed)
    order = Order(id_, placed, modified, status.id, customer.id, address_id, lines)
    for key, amount in terms.items():
        setattr(order, key, amount)
    order.shipment = str(told.get("shipping", "Correios PAC"))
    order.coupon_code = str(told.get("coupon_code", "CUPOM" if order.coupon else ""))
    order.marketplace, order.native = marketplace, native
    order.point_sale = str(told.get("channel") or _channel(order))
    order.external_code = str(told.get("external_code") or marketplace.get("marketplace_order_id", ""))
    order.payment_method, order.payment_method_type = method, type_
    order.installment = int(told.get("installment", 1))
    order.stated_total, order.payments = total, payments
    order.texts = {key: str(told[key]) for key in NOTES if key in told}
    if paid:
        settle(store, order, placed)
    if told.get("damaged"):
        damage(store, order, str(told["damaged"]))
    if store.statuses[order.status_id].type != "canceled":
        take(store, order.lines)
    return store.add_order(order)


def settle(store: Store, order: Order, at: datetime) -> None:
    """Note that an order is paid; the whole total is recorded unless payments are recorded already."""
    order.paid_at = at
    if not order.payments:
        order.payments = [Payment(store.new_id(), order.payment_method, order.total, at)]


def damage(store: Store, order: Order, path: str) -> None:
    """Damage a field of the complete read, or repair all when there is none; ``ValueError`` if unknown."""
    former, order.damaged = order.damaged, path
    order.complete_json = b""
    try:
        complete_json(store, order)
    except (LookupError, TypeError):
        order.damaged = former
        raise ValueError(f"an order has no field {path!r} to damage") from None
    finally:
        order.complete_json = b""


def _method(payment: str) -> tuple[str, str]:
    return _METHODS.get(payment, (payment, ""))


def _payments(
    store: Store, told: Sequence[Mapping[str, Any]], method: str, placed: datetime
) -> list[Payment]:
    return [
        Payment(
            store.new_id(),
            _method(str(row["method"]))[0] if "method" in row else method,
            _positive(read_amount(row["value"], "value")),
            read_moment(str(row["date"])) if row.get("date") else placed,
        )
        for row in told
    ]


def _positive(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError("a payment cannot be negative")
    return value


def _record(told: Mapping[str, Any], name: str, known: Sequence[str]) -> dict[str, str]:
    record = told.get(name) or {}
    if unknown := set(record) - set(known):
        raise ValueError(f"unknown fields of {name}: {', '.join(sorted(unknown))}")
    return {key: str(value) for key, value in record.items()}


def _channel(order: Order) -> str:
    if order.native:
        return "MERCADO LIVRE"
    return order.marketplace.get("marketplace_name", "").upper()[:45] or "LOJA VIRTUAL"
