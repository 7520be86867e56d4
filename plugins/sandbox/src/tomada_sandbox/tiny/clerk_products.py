"""The clerk at the catalogue: adds, edits, deactivates and deletes products."""

from decimal import Decimal

from tomada_sandbox.tiny import feed, seed
from tomada_sandbox.tiny.clerk_support import Action, OnAccount, amount_of, product_of
from tomada_sandbox.tiny.goods import Product
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import read_decimal
from tomada_sandbox.world import World

_TEXTS = {"name": 120, "unit": 3, "gtin": 14}
_AMOUNTS = ("price", "promotional_price", "cost")


def _add(world: World, account: Account, action: Action) -> dict[str, object]:
    """``add_products``: ``products`` are rows of ``seed.add_products``."""
    added = seed.add_products(world, account, action["products"])
    for product in (one for parent in added for one in (parent, *account.children(parent))):
        _changed(world, account, product)
        if any(product.balances.values()):
            feed.enqueue(account.changed_stock, product.id, world.stamp(account))
    return {"products": [product.id for product in added]}


def _edit(world: World, account: Account, action: Action) -> dict[str, object]:
    """``edit_product``: what is told is changed.

    ``name``, ``unit``, ``gtin``, ``price``, ``promotional_price``, ``cost``, ``new_sku``, ``images``, ``kit`` (rows of
    ``sku`` and ``quantity``), ``details`` (fields by the names of the API).
    """
    product = product_of(account, action)
    for key in _AMOUNTS:
        if key in action:
            setattr(product, key, amount_of(action, key))
    for key, size in _TEXTS.items():
        if key in action:
            setattr(product, key, str(action[key])[:size])
    if "new_sku" in action:
        product.sku = str(action["new_sku"])
        account.find_by_sku(product)
    if "images" in action:
        product.images = [str(address) for address in action["images"]]
    if "kit" in action:
        product.kit = [_component(account, row) for row in action["kit"]]
    product.details |= {str(key): str(value) for key, value in action.get("details", {}).items()}
    return _changed(world, account, product)


def _component(account: Account, row: Action) -> tuple[int, Decimal]:
    quantity = read_decimal(row.get("quantity", 1))
    if not quantity:
        raise ValueError("a component needs a quantity")
    return product_of(account, row).id, quantity


def _deactivate(world: World, account: Account, action: Action) -> dict[str, object]:
    product = product_of(account, action)
    product.situation = "I"
    return _changed(world, account, product)


def _activate(world: World, account: Account, action: Action) -> dict[str, object]:
    product = product_of(account, action)
    product.situation = "A"
    return _changed(world, account, product)


def _delete(world: World, account: Account, action: Action) -> dict[str, object]:
    """``delete_product``: it stays readable by its id, with situation E; its variations go with it."""
    product = product_of(account, action)
    for one in (product, *account.children(product)):
        one.situation = "E"
        _changed(world, account, one)
    return {"product": product.id}


def _changed(world: World, account: Account, product: Product) -> dict[str, object]:
    feed.enqueue(account.changed_products, product.id, world.stamp(account))
    return {"product": product.id}


ACTIONS: dict[object, OnAccount] = {
    "add_products": _add,
    "edit_product": _edit,
    "deactivate_product": _deactivate,
    "activate_product": _activate,
    "delete_product": _delete,
}
