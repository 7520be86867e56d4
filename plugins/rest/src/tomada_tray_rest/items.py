"""The lines of a complete order (tray-rest.md 10.4)."""

from decimal import Decimal

from tomada.domain.order import OrderItem
from tomada_tray_rest.wire import Record, WireError, decimal, identifier, members, text


def items_of(order: Record) -> tuple[OrderItem, ...]:
    """Return what was sold, each line with the price that was charged.

    Tray marks the pieces of a kit with ``product_kit_id``, the id of the kit's product [guess]. Where the kit
    itself is a line, its pieces are left out, as they are its content; where it is not, they are the lines.
    """
    records = members(order, "ProductsSold")
    sold = {identifier(record, "product_id") for record in records if not _kit_of(record)}
    return tuple(_item(record) for record in records if not _kit_of(record) or _kit_of(record) not in sold)


def _kit_of(record: Record) -> str:
    kit = identifier(record, "product_kit_id")
    return "" if kit == identifier(record, "product_id") else kit


def _item(record: Record) -> OrderItem:
    product_id = identifier(record, "product_id")
    if not product_id:
        raise WireError("missing", "product_id")
    quantity = decimal(record, "quantity")
    if quantity <= 0:
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
    """Return what the lines add up to."""
    return sum((item.quantity * item.unit_price for item in items), Decimal(0))
