"""Invoices of orders: bare bodies, and products inside or beside them (tray-rest.md 12.1)."""

from typing import Any

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tray.answers import RefusedError, created, invalid, saved
from tomada_sandbox.tray.bodies import fields
from tomada_sandbox.tray.mail import tell
from tomada_sandbox.tray.orders import find
from tomada_sandbox.tray.state import Invoice, Order, Store
from tomada_sandbox.tray.wire import write_moment
from tomada_sandbox.world import World

_FIELDS = ("issue_date", "number", "serie", "value", "key", "link", "xml_danfe")
_KEY = 44


def listing(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``GET /orders/:id/invoices``: no paging; ``ProductCfop`` stands beside the invoice."""
    order = find(store, request, id_)
    return Answer.json({"OrderInvoices": [_shown(each) for each in store.invoices.get(order.id, [])]})


def create(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``POST /orders/:id/invoices``: nothing keeps an order from having the same invoice twice."""
    order = find(store, request, id_)
    made = Invoice(store.new_id(), order.id, {})
    _write(world, store, order, made, fields(request))
    made.created = made.modified
    store.invoices.setdefault(order.id, []).append(made)
    tell(world, store, order, "invoice", made.fields.get("key", ""))
    return created(made.id)


def update(world: World, store: Store, request: Request, id_: str, invoice_id: str) -> Answer:
    """``PUT /orders/:order_id/invoices/:invoice_id``."""
    order = find(store, request, id_)
    found = next((each for each in store.invoices.get(order.id, []) if each.id == int(invoice_id)), None)
    if found is None:
        raise RefusedError(404, ["OrderInvoice not found"])
    before = found.fields.get("key", "")
    _write(world, store, order, found, fields(request))
    if found.fields.get("key", "") != before:
        tell(world, store, order, "invoice", found.fields.get("key", ""))
    return saved(found.id)


def _write(world: World, store: Store, order: Order, invoice: Invoice, given: dict[str, Any]) -> None:
    key = str(given.get("key", invoice.fields.get("key", "")))
    if len(key) != _KEY:
        raise invalid("key", "Invalid key", "OrderInvoice")
    invoice.fields |= {name: str(given[name]) for name in _FIELDS if name in given}
    listed = given.get("ProductCfop", invoice.cfops)
    invoice.cfops = [dict(each) for each in (listed if isinstance(listed, list) else [listed])]
    now = world.stamp(store)
    invoice.modified = write_moment(now)
    store.touch(order, now)


def _shown(invoice: Invoice) -> dict[str, object]:
    told = {name: invoice.fields.get(name, "") for name in _FIELDS}
    return {
        "OrderInvoice": {"id": str(invoice.id), "order_id": str(invoice.order_id), **told},
        "ProductCfop": [{**each, "order_invoice_id": str(invoice.id)} for each in invoice.cfops],
    }
