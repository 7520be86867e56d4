"""A row of the order list: what it says, and its version (see ``tomada.spi.row_versions``)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from tomada.domain.order import OrderStatus
from tomada.spi import RowVersion
from tomada_tray_rest.settings import Settings
from tomada_tray_rest.statuses import is_paid, status_of
from tomada_tray_rest.wire import Record, WireError, day, identifier, moment

Value = TypeVar("Value")

CONTENT = (
    "date",
    "customer_id",
    "partial_total",
    "taxes",
    "discount",
    "point_sale",
    "shipment",
    "shipment_value",
    "discount_coupon",
    "coupon",
    "payment_method_rate",
    "payment_form",
    "payment_method",
    "interest",
    "total",
    "progressive_discount",
    "shipping_progressive_discount",
    "value_1",
    "external_code",
    "ProductsSold",
    "MlOrder",
    "MarketplaceOrder",
    "PickupLocation",
)
LIFE = (
    "has_payment",
    "payment_date",
    "Payment",
    "has_shipment",
    "shipment_date",
    "sending_code",
    "is_traceable",
    "estimated_delivery_date",
    "has_invoice",
    "OrderInvoice",
    "OrderTransactions",
    "printed",
    "store_note",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says. Times are aware; None where the row does not carry them or they cannot be read.

    ``status`` is None when the row has no readable one.
    """

    remote_id: str
    version: RowVersion
    modified: datetime | None
    placed_on: date | None
    status: OrderStatus | None
    paid: bool


def read_row(record: Record, settings: Settings) -> Row | None:
    """Read a row; None for one without an id. Whatever else is damaged shows in the complete read."""
    try:
        remote_id = identifier(record, "id")
    except WireError:
        return None
    if not remote_id:
        return None
    modified = _readable(lambda: moment(record, "modified", settings.zone))
    status = _readable(lambda: status_of(record))
    paid = status is not None and bool(_readable(lambda: is_paid(record, status, settings)))
    placed_on = _readable(lambda: day(record, "date"))
    return Row(remote_id, _version(record), modified, placed_on, status, paid)


def _version(record: Record) -> RowVersion:
    content = [record.get(key) or "" for key in CONTENT]
    life = [record.get(key) or "" for key in LIFE]
    return RowVersion.of(record.get("modified", ""), content, life)


def _readable(read: Callable[[], Value]) -> Value | None:
    try:
        return read()
    except WireError:
        return None
