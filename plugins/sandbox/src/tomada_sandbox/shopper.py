"""What people do in a Tray store, buyers and merchant alike, for tests and the demo."""

from collections.abc import Callable
from typing import Any

from tomada_sandbox.tray.basket import lines_of
from tomada_sandbox.tray.buyers import add_address
from tomada_sandbox.tray.pieces import give_back, take
from tomada_sandbox.tray.placing import NOTES, TERMS, damage, place, settle
from tomada_sandbox.tray.seed import CANCELLED, TO_SEND, WAITING
from tomada_sandbox.tray.splitting import split
from tomada_sandbox.tray.state import Order, Product, Store, Variant
from tomada_sandbox.tray.wire import read_amount
from tomada_sandbox.world import World

Action = dict[str, Any]


def act(world: World, store_name: str, action: Action) -> dict[str, object]:
    """Do ``action["action"]``; an order is named by its number in ``order``.

    ``place`` (keys of ``placing.place``), ``place_many`` (``orders``: as many of those), ``pay``
    (``status``), ``split`` (``parts``: for each distribution centre but the main one SKU → pieces),
    ``change_status`` (``status``: a name), ``change`` (see there), ``cancel``, ``add_products`` (``products``:
    sku, name, price and perhaps id, gtin, stock, ``category`` (its name), ``fields`` (by their names in
    web_api), ``pictures``, ``variants`` of sku, price, id, gtin, stock and ``values`` (type → value), or ``kit`` of
    sku and quantity), ``count_stock`` (``sku``, ``stock``: a merchant sets
    a balance by hand), ``configure`` (switches of the store), ``webservice`` (those of its web service).
    Raises ``ValueError`` or ``LookupError``.
    """
    store = world.get(Store, store_name)
    name = action.get("action")
    details = {key: value for key, value in action.items() if key != "action"}
    if name in _ON_ORDERS:
        order = _order(store, details.pop("order"))
        _ON_ORDERS[name](world, store, order, details)
        return _told(store, order)
    if name in _ON_STORE:
        return _ON_STORE[name](world, store, details)
    known = ", ".join(map(str, (*_ON_STORE, *_ON_ORDERS)))
    raise ValueError(f"unknown action {name!r}; known: {known}")


def _place(world: World, store: Store, action: Action) -> dict[str, object]:
    return _told(store, place(world, store, action))


def _place_many(world: World, store: Store, action: Action) -> dict[str, object]:
    placed = [place(world, store, told) for told in action["orders"]]
    return {"orders": [order.id for order in placed]}


def _pay(world: World, store: Store, order: Order, action: Action) -> None:
    waiting = store.statuses[order.status_id].name == WAITING
    if "status" in action or waiting:
        order.status_id = store.status(str(action.get("status", TO_SEND))).id
    now = world.stamp(store)
    settle(store, order, now)
    store.touch(order, now)


def _change_status(world: World, store: Store, order: Order, action: Action) -> None:
    before, after = store.statuses[order.status_id], store.status(str(action["status"]))
    if after.type == "canceled" and before.type != "canceled":
        give_back(store, order.lines)
    order.status_id = after.id
    store.touch(order, world.stamp(store))


def _cancel(world: World, store: Store, order: Order, action: Action) -> None:
    _change_status(world, store, order, {"status": CANCELLED})


def _change(world: World, store: Store, order: Order, action: Action) -> None:
    """Change ``items``, ``quantities`` (SKU to number), ``address``, ``shipping``, terms, notes, ``damaged``.

    A null ``damaged`` repairs the order.
    """
    known = {"items", "quantities", "address", "shipping", "damaged", *TERMS, *NOTES}
    if unknown := set(action) - known:
        raise ValueError(f"an order has no {', '.join(sorted(unknown))} to change")
    terms = {key: read_amount(action[key], key) for key in TERMS if key in action}
    quantities = {sku: read_amount(value, "quantity") for sku, value in action.get("quantities", {}).items()}
    lines = lines_of(store, action["items"], world.stamp(store)) if "items" in action else order.lines
    if missing := set(quantities) - {line.sku for line in lines}:
        raise LookupError(f"order {order.id} has no {', '.join(sorted(missing))}")
    for key, value in terms.items():
        setattr(order, key, value)
    give_back(store, order.lines)
    order.lines = lines
    for line in order.lines:
        line.quantity = quantities.get(line.sku, line.quantity)
    take(store, order.lines)
    if "shipping" in action:
        order.shipment = str(action["shipping"])
    order.texts.update({key: str(action[key]) for key in NOTES if key in action})
    if "address" in action:
        _move(store, order, action["address"])
    if "damaged" in action:
        damage(store, order, str(action["damaged"] or ""))
    store.touch(order, world.stamp(store))


def _move(store: Store, order: Order, address: dict[str, Any]) -> None:
    """Give an order another delivery address; one that no order of the buyer has any more goes."""
    customer = store.customers[order.customer_id]
    former = order.address_id
    order.address_id = add_address(store, customer, {**customer.addresses[former], **address})
    if all(store.orders[number].address_id != former for number in customer.orders):
        del customer.addresses[former]
        store.touch_customer(customer)


def _split(world: World, store: Store, order: Order, action: Action) -> None:
    split(store, order, action["parts"], world.stamp(store))


def _add_products(world: World, store: Store, action: Action) -> dict[str, object]:
    return {"products": [_add_product(store, row).id for row in action["products"]]}


def _add_product(store: Store, row: Action) -> Product:
    id_ = int(row.get("id") or store.new_id())
    price = read_amount(row["price"], "price")
    stock = int(row.get("stock", 0))
    product = Product(id_, str(row["sku"]), str(row["name"]), price, str(row.get("gtin", "")), stock=stock)
    product.fields = {str(key): str(value) for key, value in row.get("fields", {}).items()}
    product.pictures = [str(address) for address in row.get("pictures", ())]
    if "category" in row:
        product.category_id = _category(store, str(row["category"]))
    for each in row.get("variants", ()):
        variant_price = read_amount(each.get("price", row["price"]), "price")
        values = tuple((str(type_), str(value)) for type_, value in each.get("values", {}).items())
        variant = Variant(int(each.get("id") or store.new_id()), str(each["sku"]), variant_price, values)
        variant.gtin, variant.stock = str(each.get("gtin", "")), int(each.get("stock", 0))
        product.variants.append(variant)
    for part in row.get("kit", ()):
        found = store.find_sku(str(part["sku"]))
        if found is None:
            raise LookupError(f"{store.key} has no product {part['sku']!r}")
        product.kit.append((found[0], int(part.get("quantity", 1))))
    return store.add_product(product)


def _category(store: Store, name: str) -> int:
    found = next((one.id for one in store.categories.values() if one.name == name), None)
    if found is None:
        raise LookupError(f"{store.key} has no category {name!r}")
    return found


def _count_stock(world: World, store: Store, action: Action) -> dict[str, object]:
    found = store.find_sku(str(action["sku"]))
    if found is None:
        raise LookupError(f"{store.key} has no product {action['sku']!r}")
    product = store.products[found[0]]
    counted = next((each for each in product.variants if each.id == found[1]), product)
    counted.stock = int(action["stock"])
    return {"sku": action["sku"], "stock": counted.stock}


def _web_service(world: World, store: Store, action: Action) -> dict[str, object]:
    store.service.change(action)
    return store.service.state()


def _configure(world: World, store: Store, action: Action) -> dict[str, object]:
    store.switches.change(action)
    return {"switches": dict(vars(store.switches))}


def _order(store: Store, number: object) -> Order:
    order = store.orders.get(int(str(number)))
    if order is None:
        raise LookupError(f"there is no order {number} in {store.key}")
    return order


def _told(store: Store, order: Order) -> dict[str, object]:
    return {
        "order": order.id,
        "status": store.statuses[order.status_id].name,
        "modified": order.modified_text,
        "total": f"{order.total:.2f}",
        **({"children": order.children} if order.children else {}),
    }


_ON_STORE: dict[object, Callable[[World, Store, Action], dict[str, object]]] = {
    "place": _place,
    "place_many": _place_many,
    "add_products": _add_products,
    "count_stock": _count_stock,
    "configure": _configure,
    "webservice": _web_service,
}

_ON_ORDERS: dict[object, Callable[[World, Store, Order, Action], None]] = {
    "pay": _pay,
    "change_status": _change_status,
    "change": _change,
    "cancel": _cancel,
    "split": _split,
}
