"""A row of the order list: what it says, its version, and whether it needs a complete read (O5).

The version has three parts: the row's ``modified``, a digest of what an ERP order is made of, and a digest of
what changes in an order's life without touching that (payment, parcel, invoice, notes: much of it written by
ourselves). The status stands in none of them, as the core keeps it apart. So a later row explains itself:

* the first digest differs: the order is another one now; read it.
* status or second digest differ: that is why ``modified`` moved; nothing to read.
* only ``modified`` differs: something changed that the list does not show, an address for instance; read it.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TypeVar

from tomada.domain.order import OrderStatus
from tomada.spi import Known
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
class Version:
    """The version of a row; its text is what the core keeps."""

    modified: str
    content: str
    life: str

    @classmethod
    def of(cls, record: Record) -> "Version":
        """Return the version of a row."""
        return cls(str(record.get("modified", "")), _digest(record, CONTENT), _digest(record, LIFE))

    @classmethod
    def parse(cls, kept: str) -> "Version | None":
        """Return the version that a text stands for, or None for a text that is no version of ours."""
        parts = kept.split("|")
        return cls(*parts) if len(parts) == 3 else None

    def __str__(self) -> str:
        return f"{self.modified}|{self.content}|{self.life}"


def _digest(record: Record, keys: tuple[str, ...]) -> str:
    told = json.dumps([record.get(key) or "" for key in keys], sort_keys=True, default=str)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says. Times are aware; None where the row does not carry them or they cannot be read.

    ``status`` is None when the row has no readable one.
    """

    remote_id: str
    version: Version
    modified: datetime | None
    placed_on: date | None
    status: OrderStatus | None
    paid: bool


class Need(Enum):
    """What a row calls for."""

    NOTHING = "nothing"
    STATUS = "status"
    DETAIL = "detail"


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
    return Row(remote_id, Version.of(record), modified, placed_on, status, paid)


def _readable(read: Callable[[], Value]) -> Value | None:
    try:
        return read()
    except WireError:
        return None


def need_of(row: Row, known: Known | None) -> Need:
    """Decide what a row calls for, given what is committed of its order."""
    kept = Version.parse(known.version) if known else None
    if known is None or kept is None or row.status is None:
        return Need.DETAIL
    same_status = known.status == row.status.code
    if kept == row.version and (
        same_status or not known.status
    ):  # a rejected order has a version and no status
        return Need.NOTHING
    if not known.status or kept.content != row.version.content:
        return Need.DETAIL
    if same_status and kept.life == row.version.life:
        return Need.DETAIL
    return Need.STATUS
