"""Goods and where they lie: products, deposits and movements."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

ZERO = Decimal(0)
CENT = Decimal("0.01")

MovementKind = Literal["E", "S", "B"]
"""In, out, and the new balance itself (tiny-api.md A7.2)."""

KINDS: dict[str, MovementKind] = {"E": "E", "S": "S", "B": "B"}


@dataclass
class Deposit:
    """A warehouse. The product's balance leaves out one that is to be disregarded; ``company`` owns it."""

    name: str
    disregard: bool = False
    company: str = ""


@dataclass
class Product:
    """A product, parent, variation or kit, with the one-letter codes of tiny-api.md A6.

    ``kit`` lists component ids and quantities. ``balances`` are the physical ones by deposit; ``reserved`` is
    what orders and people reserve, which the account shows only with the reservation module. ``details`` are
    further fields by the names under which they are read.
    """

    id: int
    sku: str
    name: str
    price: Decimal
    created: datetime
    unit: str = "UN"
    gtin: str = ""
    situation: Literal["A", "I", "E"] = "A"
    class_: Literal["S", "K", "V", "F", "M"] = "S"
    variation: Literal["N", "P", "V"] = "N"
    parent_id: int | None = None
    grid: dict[str, str] = field(default_factory=dict)
    kit: list[tuple[int, Decimal]] = field(default_factory=list)
    balances: dict[str, Decimal] = field(default_factory=dict)
    reserved: Decimal = ZERO
    promotional_price: Decimal = ZERO
    cost: Decimal = ZERO
    images: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)


@dataclass
class PriceList:
    """A price list: per cent on or off every product's prices, and product id → (price, promotional price)."""

    id: int
    name: str
    percent: Decimal = ZERO
    exceptions: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)


@dataclass
class Movement:
    """What changed a balance: ``balance`` is the deposit's after it, ``origin`` what booked it."""

    id: int
    product_id: int
    kind: MovementKind
    quantity: Decimal
    deposit: str
    at: datetime
    balance: Decimal
    note: str = ""
    origin: str = ""
