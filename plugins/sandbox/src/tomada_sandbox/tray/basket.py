"""Sold items, from what the shopper puts into the basket."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tomada_sandbox.tray.product_view import price_on
from tomada_sandbox.tray.state import ZERO, Line, Product, Store, Variant
from tomada_sandbox.tray.wire import read_amount, write_day

_CENT = Decimal("0.01")

_KEYS = {"sku", "product", "variant", "quantity", "price", "original_price", "name", "gtin"}


def lines_of(store: Store, items: Sequence[Mapping[str, Any]], placed: datetime) -> list[Line]:
    """Return the lines of an order; a kit becomes what ``Switches.kit_lines`` says.

    An item has ``sku``, or ``product`` and perhaps ``variant`` (ids), and may have ``quantity`` (1), ``price`` (what
    the product cost on the day of the order), ``original_price``, ``name`` and ``gtin``. What the store does not
    sell yet is added to it. Raises ``TypeError`` or ``ValueError`` for an item that is none.
    """
    if not isinstance(items, list | tuple) or not all(isinstance(item, dict) for item in items):
        raise TypeError('items must be a list of objects, such as [{"sku": "CAN-AZUL", "quantity": 2}]')
    lines: list[Line] = []
    for item in items:
        product, variant = _product(store, item)
        quantity = read_amount(item.get("quantity", 1), "quantity")
        listed = product.price if variant is None else variant.price
        asked = price_on(product if variant is None else variant, write_day(placed))
        price = read_amount(item["price"], "price") if "price" in item else asked
        if product.kit and variant is None:
            lines += _kit(store, product, quantity, price)
            continue
        original = read_amount(item.get("original_price", str(max(listed, price))), "original_price")
        sku = str(item.get("sku", product.sku if variant is None else variant.sku))
        name, gtin = str(item.get("name", product.name)), str(item.get("gtin", product.gtin))
        variant_id, values = (0, ()) if variant is None else (variant.id, variant.sku_values)
        line = Line(store.new_id(), product.id, variant_id, sku, name, quantity, price, original, gtin)
        line.sku_values = values
        lines.append(line)
    return lines


def _product(store: Store, item: Mapping[str, Any]) -> tuple[Product, Variant | None]:
    if unknown := set(item) - _KEYS:
        raise ValueError(f"unknown fields of an item: {', '.join(sorted(unknown))}")
    found = None
    if "product" in item:
        found = (int(item["product"]), int(item.get("variant") or 0))
    elif sku := str(item.get("sku", "")):
        found = store.find_sku(sku)
    elif not item.get("name"):
        raise ValueError("an item needs a sku, a product or a name")
    product = None if found is None else store.products.get(found[0])
    if product is None:
        product = _added(store, item, store.new_id() if found is None else found[0])
    wanted = 0 if found is None else found[1]
    variant = next((each for each in product.variants if each.id == wanted), None)
    if wanted and variant is None:
        variant = Variant(wanted, str(item.get("sku", "")), read_amount(item.get("price", 0), "price"))
        product.variants.append(variant)
    return product, variant


def _added(store: Store, item: Mapping[str, Any], id_: int) -> Product:
    sku = "" if item.get("variant") else str(item.get("sku", ""))
    name = str(item.get("name") or f"Produto {sku or id_}")
    price = read_amount(item.get("price", 0), "price")
    return store.add_product(Product(id_, sku, name, price, str(item.get("gtin", ""))))


def _kit(store: Store, kit: Product, quantity: Decimal, price: Decimal) -> list[Line]:
    line_id = store.new_id()
    if store.switches.kit_lines == "pieces":
        priced = _split(store, kit, price)
        return [_piece(store, kit, line_id, piece, count * quantity, each) for piece, count, each in priced]
    sold = Line(line_id, kit.id, 0, kit.sku, kit.name, quantity, price, max(price, kit.price), kit.gtin)
    pieces = [(store.products[id_], count) for id_, count in kit.kit]
    return [sold, *(_piece(store, kit, line_id, piece, count * quantity, ZERO) for piece, count in pieces)]


def _piece(
    store: Store, kit: Product, line_id: int, piece: Product, quantity: Decimal, price: Decimal
) -> Line:
    line = Line(store.new_id(), piece.id, 0, piece.sku, piece.name, quantity, price, piece.price, piece.gtin)
    line.kit_id, line.kit_line = kit.id, line_id
    return line


def _split(store: Store, kit: Product, price: Decimal) -> list[tuple[Product, int, Decimal]]:
    """Share the price of one kit among its pieces, in proportion to their own prices, to the cent."""
    pieces = [(store.products[id_], count) for id_, count in kit.kit]
    whole = sum((piece.price * count for piece, count in pieces), ZERO)
    shared = [(piece, count, (price * piece.price / (whole or 1)).quantize(_CENT)) for piece, count in pieces]
    rest = price - sum((each * count for _, count, each in shared), ZERO)
    if rest:
        piece, count, each = shared.pop()
        shared += [(piece, count - 1, each)] if count > 1 else []
        shared.append((piece, 1, each + rest))
    return shared
