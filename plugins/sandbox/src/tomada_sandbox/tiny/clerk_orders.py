"""The clerk at the orders: approves, prepares, ships, delivers, cancels, and writes on them."""

from tomada_sandbox.clock import BRASILIA
from tomada_sandbox.tiny import contacts, stock_engine
from tomada_sandbox.tiny.clerk_support import Action, OnAccount, OnOrder, amount_of, order_of, product_of
from tomada_sandbox.tiny.sales import Line, Order
from tomada_sandbox.tiny.situations import set_situation
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import situation_code
from tomada_sandbox.world import World


def _set_status(world: World, account: Account, order: Order, action: Action) -> None:
    code = situation_code(str(action["status"]))
    if code is None:
        raise ValueError(f"unknown status {action['status']!r}")
    set_situation(world, account, order, code)


def _step(code: str) -> OnOrder:
    def take(world: World, account: Account, order: Order, action: Action) -> None:
        set_situation(world, account, order, code)

    return take


def _ship(world: World, account: Account, order: Order, action: Action) -> None:
    """``ship``: with ``code``, ``url``, ``carrier`` (a name) and ``service`` as far as they are told."""
    if "code" in action:
        _set_tracking(world, account, order, action)
    told = {"nome_transportador": action.get("carrier"), "forma_frete": action.get("service")}
    order.texts |= {key: str(value) for key, value in told.items() if value}
    set_situation(world, account, order, "enviado")


def _attach_invoice(world: World, account: Account, order: Order, action: Action) -> None:
    order.invoice_id = int(action.get("invoice") or account.new_id())


def _edit_items(world: World, account: Account, order: Order, action: Action) -> None:
    """``edit_items``: SKU → pieces in ``quantities``, 0 for none; Tiny lets nobody edit what is posted or invoiced."""
    if order.posted or order.invoice_id:
        raise ValueError("what is posted or invoiced cannot be edited")
    pieces = {str(sku): amount_of(action["quantities"], sku) for sku in action["quantities"]}
    if missing := set(pieces) - {line.sku for line in order.lines}:
        raise LookupError(f"order {order.id} has no {', '.join(sorted(missing))}")
    for line in order.lines:
        line.quantity = pieces.get(line.sku, line.quantity)
    order.lines = [line for line in order.lines if line.quantity]
    stock_engine.reserve_anew(world, account, order)


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


def _post_stock(world: World, account: Account, order: Order, action: Action) -> None:
    stock_engine.post(world, account, order)


def _unpost_stock(world: World, account: Account, order: Order, action: Action) -> None:
    stock_engine.unpost(world, account, order)


def _sell(world: World, account: Account, action: Action) -> dict[str, object]:
    """``sell``: an order that came by no store: ``quantity`` (1) of ``sku``, with a ``status`` (aberto)."""
    product, now = product_of(account, action), world.stamp(account)
    code = situation_code(str(action.get("status", "aberto")))
    if code is None:
        raise ValueError(f"unknown status {action['status']!r}")
    quantity = amount_of({"quantity": 1, **action}, "quantity")
    contact = contacts.of_order(world, account, {"nome": "Cliente do balcão"}, update=False)
    order = Order(
        id=account.new_id(),
        number=account.new_number(),
        ecommerce_number="",
        placed=now.astimezone(BRASILIA).date(),
        situation=code,
        contact_id=contact.id,
        customer=dict(contact.fields),
        lines=[Line(product.id, product.sku, product.name, product.unit, quantity, product.price)],
        created=now,
        updated=now,
        occurrences=[(code, now)],
    )
    account.add_order(order)
    stock_engine.follow(world, account, order)
    return {"order": order.id}


def on_order(act: OnOrder) -> OnAccount:
    """Return an action on the account that finds its order, does it and dates the change."""

    def find_and_act(world: World, account: Account, action: Action) -> dict[str, object]:
        order = order_of(account, action)
        act(world, account, order, action)
        order.updated = world.stamp(account)
        return {"order": order.id}

    return find_and_act


_ON_ORDERS: dict[object, OnOrder] = {
    "set_status": _set_status,
    "approve": _step("aprovado"),
    "prepare": _step("preparando_envio"),
    "make_ready": _step("pronto_envio"),
    "ship": _ship,
    "deliver": _step("entregue"),
    "fail_delivery": _step("nao_entregue"),
    "cancel": _step("cancelado"),
    "attach_invoice": _attach_invoice,
    "edit_items": _edit_items,
    "edit_note": _edit_note,
    "add_marker": _add_marker,
    "remove_marker": _remove_marker,
    "set_tracking": _set_tracking,
    "post_stock": _post_stock,
    "unpost_stock": _unpost_stock,
}

ACTIONS: dict[object, OnAccount] = {
    **{name: on_order(act) for name, act in _ON_ORDERS.items()},
    "sell": _sell,
}
