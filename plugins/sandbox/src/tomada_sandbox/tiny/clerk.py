"""What a person does on the account's screens, for tests and the demo."""

from collections.abc import Callable
from typing import Any

from tomada_sandbox.tiny import seed
from tomada_sandbox.tiny.order_writing import set_situation
from tomada_sandbox.tiny.state import Account, Contact, Order
from tomada_sandbox.tiny.wire import read_decimal, situation_code
from tomada_sandbox.world import World

Action = dict[str, Any]


def act(world: World, account: Account, action: Action) -> dict[str, object]:
    """Do ``action["action"]``; an order is named by its id or number in ``order``.

    ``set_status`` (``status``: code or label), ``cancel``, ``attach_invoice`` (``invoice``: id, default a new
    one), ``edit_note`` (``note``: the internal one), ``add_marker`` and ``remove_marker`` (``marker``),
    ``set_tracking`` (``code``, ``url``), ``set_stock`` (``sku``, ``stock``), ``add_products`` (``products``:
    rows of ``seed.add_products``), ``add_contact`` (``fields``), ``configure`` (switches of the account).
    Raises ``ValueError`` or ``LookupError``.
    """
    name = action.get("action")
    if name in _ON_ORDERS:
        order = _order(account, action)
        _ON_ORDERS[name](world, account, order, action)
        order.updated = world.stamp(account)
        return {"order": order.id}
    if name in _ON_ACCOUNT:
        return _ON_ACCOUNT[name](world, account, action)
    known = ", ".join(map(str, (*_ON_ORDERS, *_ON_ACCOUNT)))
    raise ValueError(f"unknown action {name!r}; known: {known}")


def _order(account: Account, action: Action) -> Order:
    wanted = str(action["order"])
    for order in account.orders.values():
        if wanted in (str(order.id), str(order.number)):
            return order
    raise LookupError(f"there is no order {wanted} in {account.key}")


def _set_status(world: World, account: Account, order: Order, action: Action) -> None:
    code = situation_code(str(action["status"]))
    if code is None:
        raise ValueError(f"unknown status {action['status']!r}")
    set_situation(world, account, order, code)


def _cancel(world: World, account: Account, order: Order, action: Action) -> None:
    set_situation(world, account, order, "cancelado")


def _attach_invoice(world: World, account: Account, order: Order, action: Action) -> None:
    order.invoice_id = int(action.get("invoice") or account.new_id())


def _edit_note(world: World, account: Account, order: Order, action: Action) -> None:
    order.internal_note = str(action["note"])


def _add_marker(world: World, account: Account, order: Order, action: Action) -> None:
    account.marker_id(action["marker"])
    if action["marker"] not in order.markers:
        order.markers.append(action["marker"])


def _remove_marker(world: World, account: Account, order: Order, action: Action) -> None:
    if action["marker"] not in order.markers:
        raise LookupError(f"order {order.id} has no marker {action['marker']!r}")
    order.markers.remove(action["marker"])


def _set_tracking(world: World, account: Account, order: Order, action: Action) -> None:
    order.tracking_code, order.tracking_url = str(action["code"]), str(action.get("url", ""))


def _set_stock(world: World, account: Account, action: Action) -> dict[str, object]:
    product = account.product_by_sku(action["sku"])
    stock = read_decimal(action["stock"])
    if product is None:
        raise LookupError(f"there is no product {action['sku']!r} in {account.key}")
    if stock is None:
        raise ValueError("stock must be a number")
    product.stock = stock
    return {"product": product.id}


def _add_products(world: World, account: Account, action: Action) -> dict[str, object]:
    return {"products": [product.id for product in seed.add_products(world, account, action["products"])]}


def _add_contact(world: World, account: Account, action: Action) -> dict[str, object]:
    now = world.stamp(account)
    fields = {str(key): str(value) for key, value in action["fields"].items()}
    return {"contact": account.store_contact(Contact(account.new_id(), fields, now, now)).id}


def _configure(world: World, account: Account, action: Action) -> dict[str, object]:
    account.switches.change({name: value for name, value in action.items() if name != "action"})
    return {"switches": dict(vars(account.switches))}


_ON_ORDERS: dict[object, Callable[[World, Account, Order, Action], None]] = {
    "set_status": _set_status,
    "cancel": _cancel,
    "attach_invoice": _attach_invoice,
    "edit_note": _edit_note,
    "add_marker": _add_marker,
    "remove_marker": _remove_marker,
    "set_tracking": _set_tracking,
}

_ON_ACCOUNT: dict[object, Callable[[World, Account, Action], dict[str, object]]] = {
    "set_stock": _set_stock,
    "add_products": _add_products,
    "add_contact": _add_contact,
    "configure": _configure,
}
