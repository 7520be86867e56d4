"""Changes that an application makes to orders (tray-rest.md 10.6, 10.7)."""

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tray.answers import RefusedError, invalid, saved
from tomada_sandbox.tray.bodies import fields
from tomada_sandbox.tray.mail import tell
from tomada_sandbox.tray.orders import find
from tomada_sandbox.tray.pieces import give_back
from tomada_sandbox.tray.seed import CANCELLED
from tomada_sandbox.tray.state import Store
from tomada_sandbox.tray.wire import read_amount
from tomada_sandbox.world import World

_AMOUNTS = ("taxes", "shipment_value", "discount")
_TEXTS = ("sending_code", "sending_date", "tracking_url", "store_note", "customer_note", "partner_id")


def update(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``PUT /orders/:id``: any of the documented fields; others are ignored."""
    order = find(store, request, id_)
    given = fields(request, "Order")
    if "status_id" in given and _number(given["status_id"]) not in store.statuses:
        raise invalid("status_id", "Invalid status")
    try:
        amounts = {key: read_amount(given[key], key) for key in _AMOUNTS if key in given}
    except ValueError as error:
        raise RefusedError(400, {"Order": {"": [str(error)]}}) from None
    if "status_id" in given:
        order.status_id = _number(given["status_id"])
        tell(world, store, order, "status", store.statuses[order.status_id].name)
    if given.get("sending_code"):
        tell(world, store, order, "tracking", str(given["sending_code"]))
    for key, amount in amounts.items():
        setattr(order, key, amount)
    if "shipment" in given:
        order.shipment = str(given["shipment"])
    order.texts.update({key: str(given[key]) for key in _TEXTS if key in given})
    store.touch(order, world.stamp(store))
    return saved(order.id)


def cancel(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``PUT /orders/cancel/:id``: refused for orders that are cancelled or concluded."""
    order = find(store, request, id_)
    type_ = store.statuses[order.status_id].type
    if type_ == "canceled":
        raise RefusedError(400, ["Order already canceled"])
    if type_ == "closed":
        raise RefusedError(400, ["Unable to cancel the order because its status does not allow changes."])
    order.status_id = store.status(CANCELLED).id
    give_back(store, order.lines)
    tell(world, store, order, "status", CANCELLED)
    store.touch(order, world.stamp(store))
    return saved(order.id)


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isdecimal() else 0
