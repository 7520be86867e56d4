"""A sales order and its parts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass
class Line:
    """An item of an order; ``product_id`` is None for a text that is no product."""

    product_id: int | None
    sku: str
    description: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    info: str = ""


@dataclass
class Instalment:
    """An instalment of an order."""

    days: str
    due: date
    value: Decimal
    texts: dict[str, str]


@dataclass
class Exit:
    """What an order has taken out of a deposit by being posted."""

    product_id: int
    deposit: str
    quantity: Decimal


@dataclass
class Order:
    """A sales order. ``texts`` are fields that are stored and shown as they came.

    ``reserved`` is what it reserves by product id; ``posted`` says that its stock was posted, ``exits`` what that
    took.
    """

    id: int
    number: int
    ecommerce_number: str
    placed: date
    situation: str
    contact_id: int
    customer: dict[str, str]
    lines: list[Line]
    created: datetime
    updated: datetime
    delivery: dict[str, str] | None = None
    freight: Decimal = ZERO
    discount: Decimal = ZERO
    other_expenses: Decimal = ZERO
    instalments: list[Instalment] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    ecommerce: dict[str, str] = field(default_factory=dict)
    intermediary: dict[str, str] = field(default_factory=dict)
    payments: list[dict[str, str]] = field(default_factory=list)
    internal_note: str = ""
    invoice_id: int = 0
    tracking_code: str = ""
    tracking_url: str = ""
    occurrences: list[tuple[str, datetime]] = field(default_factory=list)
    reserved: dict[int, Decimal] = field(default_factory=dict)
    posted: bool = False
    exits: list[Exit] = field(default_factory=list)

    @property
    def products_total(self) -> Decimal:
        """The sum of the items, to the cent."""
        return sum((line.quantity * line.unit_price for line in self.lines), ZERO).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )

    @property
    def total(self) -> Decimal:
        """Items − discount + freight + other expenses (A9.2; the formula is a guess)."""
        return self.products_total - self.discount + self.freight + self.other_expenses
