"""Customers of a store, from what the shopper says of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tomada_sandbox.tray.order_parts import ADDRESS, CUSTOMER
from tomada_sandbox.tray.people import fake
from tomada_sandbox.tray.state import Customer, Store

_KINDS = ("person", "company", "foreign")
_CODES = {"type", "foreign"}


def customer_of(store: Store, told: object, order_id: int, now: datetime) -> tuple[Customer, int]:
    """Return the customer, new or known by document, and the id of the delivery address.

    ``told`` is nothing or a kind (made up from the store's seed and the order), or fields of web_api with, if
    need be, ``kind`` and ``seed`` of a made-up buyer that they change and ``delivery``, another address.
    Raises ``ValueError`` or ``TypeError`` for anything else.
    """
    fields = _fields(store, told, order_id)
    delivery = fields.pop("delivery", None) or {}
    if unknown := set(fields) - set(CUSTOMER) - _CODES:
        raise ValueError(f"unknown fields of a customer: {', '.join(sorted(unknown))}")
    texts = {key: str(value) for key, value in fields.items()}
    customer = store.find_customer(texts)
    if customer is None:
        customer = store.add_customer(Customer(store.new_id(), texts, now))
    address = {key: value for key, value in texts.items() if key in ADDRESS and key != "country"}
    return customer, add_address(store, customer, address | delivery)


def add_address(store: Store, customer: Customer, told: Mapping[str, Any]) -> int:
    """Return the id of an address of a customer, which is added unless it is there already."""
    registered = {key: customer.fields.get(key, "") for key in ADDRESS}
    registered |= {"recipient": customer.fields.get("name", ""), "country": _code(registered["country"])}
    if unknown := set(told) - set(ADDRESS):
        raise ValueError(f"unknown fields of an address: {', '.join(sorted(unknown))}")
    address = registered | {key: str(value) for key, value in told.items()}
    for id_, known in customer.addresses.items():
        if known == address:
            return id_
    id_ = store.new_id()
    customer.addresses[id_] = address
    store.touch_customer(customer)
    return id_


def _fields(store: Store, told: object, order_id: int) -> dict[str, Any]:
    if told is None or isinstance(told, str):
        told = {"kind": told or "person"}
    if not isinstance(told, dict):
        raise TypeError("customer must be a kind or an object")
    fields = dict(told)
    kind, seed = fields.pop("kind", None), fields.pop("seed", f"{store.seed} {order_id}")
    if kind is not None and kind not in _KINDS:
        raise ValueError(f"a customer's kind must be one of {_KINDS}")
    if kind is None:
        known = {"type": "1" if fields.get("cnpj") and not fields.get("cpf") else "0", "country": "Brasil"}
        return known | fields
    return fake(kind, str(seed)) | fields


def _code(country: str) -> str:
    return "BRA" if country in ("", "Brasil") else country
