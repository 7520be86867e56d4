"""The lines of a complete order (tray-rest.md 10.4)."""

from decimal import Decimal

from tomada.domain.money import cents
from tomada.domain.order import OrderItem
from tomada_tray_rest.wire import Record, WireError, decimal, identifier, members, text

MOST_PIECES = 10**7
"""No line sells so many: such a number is damaged, and money times it would not stay exact."""


def items_of(order: Record) -> tuple[OrderItem, ...]:
    """Return what was sold, each line with the price that was charged.

    Tray marks the pieces of a kit with ``product_kit_id``, the id of the kit's product [guess]. Where a kit
    itself is a line, its pieces are left out, as they are its content, unless only the pieces make the
    order's ``partial_total``: then the kit is. Where the kit is no line, its pieces are the lines.
    """
    records = members(order, "ProductsSold")
    sold = {identifier(record, "product_id") for record in records if not _kit_of(record)}
    kits = {_kit_of(record) for record in records} & sold - {""}
    without_pieces = _items([record for record in records if _kit_of(record) not in kits])
    without_kits = _items([record for record in records if identifier(record, "product_id") not in kits])
    stated = decimal(order, "partial_total", total_of(without_pieces))
    readings = (without_pieces, without_kits)
    return next((items for items in readings if total_of(items) == stated), without_pieces)


def _items(records: list[Record]) -> tuple[OrderItem, ...]:
    return tuple(_item(record) for record in records)


def _kit_of(record: Record) -> str:
    kit = identifier(record, "product_kit_id")
    return "" if kit == identifier(record, "product_id") else kit


def _item(record: Record) -> OrderItem:
    product_id = identifier(record, "product_id")
    if not product_id:
        raise WireError("missing", "product_id")
    quantity = decimal(record, "quantity")
    if not 0 < quantity < MOST_PIECES:
        raise WireError("bad_quantity", "quantity")
    return OrderItem(
        line_id=identifier(record, "id"),
        product_id=product_id,
        variant_id=identifier(record, "variant_id"),
        sku=text(record, "reference"),
        name=text(record, "name") or text(record, "original_name"),
        quantity=quantity,
        unit_price=decimal(record, "price"),
    )


def total_of(items: tuple[OrderItem, ...]) -> Decimal:
    """Return what the lines add up to, in whole cents."""
    return cents(sum((item.quantity * item.unit_price for item in items), Decimal(0)))
