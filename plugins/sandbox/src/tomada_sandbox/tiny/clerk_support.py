"""What the clerk's actions share: finding what an action names."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tomada_sandbox.tiny.goods import Product
from tomada_sandbox.tiny.notes import Invoice
from tomada_sandbox.tiny.sales import Order
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import read_decimal
from tomada_sandbox.world import World

Action = dict[str, Any]
OnAccount = Callable[[World, Account, Action], dict[str, object]]
OnOrder = Callable[[World, Account, Order, Action], None]


def order_of(account: Account, action: Action) -> Order:
    """Return the order with an id or number in ``order``, or with an e-commerce number in ``ecommerce``."""
    if "ecommerce" in action:
        found = account.orders_by_ecommerce.get(str(action["ecommerce"]), [])
        if len(found) != 1:
            raise LookupError(f"{len(found)} orders in {account.key} have the number {action['ecommerce']}")
        return account.orders[found[0]]
    wanted = str(action["order"])
    for order in account.orders.values():
        if wanted in (str(order.id), str(order.number)):
            return order
    raise LookupError(f"there is no order {wanted} in {account.key}")


def product_of(account: Account, action: Action) -> Product:
    """Return the product with a SKU in ``sku``, or an id in ``product``."""
    if "product" in action:
        text = str(action["product"])
        found = account.products.get(int(text)) if text.isdecimal() else None
    else:
        text = str(action["sku"])
        found = account.product_by_sku(text)
    if found is None:
        raise LookupError(f"there is no product {text!r} in {account.key}")
    return found


def invoice_of(account: Account, action: Action) -> Invoice:
    """Return the note with an id in ``invoice``, else that of ``order``."""
    id_ = int(str(action["invoice"])) if "invoice" in action else order_of(account, action).invoice_id
    note = account.invoices.get(id_)
    if note is None:
        raise LookupError(f"there is no invoice {id_} in {account.key}")
    return note


def amount_of(action: Action, key: str) -> Decimal:
    """Return a number; raises ``ValueError`` for what is none."""
    value = read_decimal(action[key])
    if value is None:
        raise ValueError(f"{key} must be a number")
    return value
