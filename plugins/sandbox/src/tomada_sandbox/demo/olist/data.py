"""Reads Olist's public data set: gzip-compressed CSV, UTF-8, times in Brasília's without a zone."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tomada.errors import UsageError
from tomada_sandbox.sentences import _

Row = dict[str, str]

CANCELLED = "canceled"
FILES = ("orders", "order_items", "order_payments", "customers", "products")


@dataclass(frozen=True, slots=True)
class Sold:
    """A row of an order's items: one piece. ``price`` and ``freight`` in BRL."""

    product_id: str
    price: Decimal
    freight: Decimal


@dataclass(frozen=True, slots=True)
class Paid:
    """A row of an order's payments; ``value`` in BRL."""

    type: str
    instalments: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    """One order of the data set; ``changed`` is the last time that it tells, ``approved`` whether it was paid."""

    id: str
    status: str
    placed: str
    changed: str
    approved: bool
    buyer: Row
    items: tuple[Sold, ...]
    payments: tuple[Paid, ...]

    @property
    def total(self) -> Decimal:
        """What the items and their freight add up to; of an order without items what was paid."""
        if not self.items:
            return self.paid
        return sum((item.price + item.freight for item in self.items), Decimal(0))

    @property
    def paid(self) -> Decimal:
        """What the payments add up to."""
        return sum((payment.value for payment in self.payments), Decimal(0))

    @property
    def comes_in(self) -> bool:
        """Tell whether the order is one for an ERP: it has items, and was not cancelled before we saw it."""
        return self.status != CANCELLED and bool(self.items)

    @property
    def payments_differ(self) -> bool:
        """Tell whether another amount than the total was paid (M3)."""
        return bool(self.items) and self.paid != self.total


@dataclass(frozen=True, slots=True)
class DataSet:
    """Orders, oldest first, and the category of each product."""

    sales: list[Sale]
    categories: dict[str, str]


def read(folder: Path, limit: int | None = None) -> DataSet:
    """Read the first ``limit`` orders (all for None); raises ``UsageError`` when the data are not there or damaged."""
    missing = [name for name in FILES if not _file(folder, name).is_file()]
    if missing:
        raise UsageError(
            "demo.olist",
            _("{folder} does not hold Olist's data: {files} missing.").format(
                folder=folder, files=", ".join(_file(folder, name).name for name in missing)
            ),
            _("Name the folder that has them; without --olist the demo needs no data."),
        )
    try:
        return _read(folder, limit)
    except (OSError, EOFError, zlib.error, UnicodeError, csv.Error, LookupError, InvalidOperation) as error:
        raise UsageError(
            "demo.olist",
            _("The data in {folder} cannot be read: {reason}.").format(
                folder=folder, reason=type(error).__name__
            ),
        ) from error


def _read(folder: Path, limit: int | None) -> DataSet:
    buyers = {row["customer_id"]: row for row in _rows(folder, "customers")}
    items: dict[str, list[Sold]] = {}
    for row in _rows(folder, "order_items"):
        sold = Sold(row["product_id"], Decimal(row["price"]), Decimal(row["freight_value"]))
        items.setdefault(row["order_id"], []).append(sold)
    payments: dict[str, list[Paid]] = {}
    for row in _rows(folder, "order_payments"):
        paid = Paid(row["payment_type"], int(row["payment_installments"]), Decimal(row["payment_value"]))
        payments.setdefault(row["order_id"], []).append(paid)
    orders = sorted(
        _rows(folder, "orders"), key=lambda row: (row["order_purchase_timestamp"], row["order_id"])
    )
    sales = [
        Sale(
            id=row["order_id"],
            status=row["order_status"],
            placed=row["order_purchase_timestamp"],
            changed=max(row["order_purchase_timestamp"], row["order_approved_at"], *_deliveries(row)),
            approved=bool(row["order_approved_at"]),
            buyer=buyers[row["customer_id"]],
            items=tuple(items.get(row["order_id"], ())),
            payments=tuple(payments.get(row["order_id"], ())),
        )
        for row in orders[:limit]
    ]
    categories = {row["product_id"]: row["product_category_name"] for row in _rows(folder, "products")}
    return DataSet(sales, categories)


def _deliveries(row: Row) -> tuple[str, str]:
    return row["order_delivered_carrier_date"], row["order_delivered_customer_date"]


def _rows(folder: Path, name: str) -> Iterator[Row]:
    with gzip.open(_file(folder, name), "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.csv.gz"
