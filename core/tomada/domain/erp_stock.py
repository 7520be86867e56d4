"""The ERP's balances: what is there, what is reserved, and how a balance is changed."""

from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime

from tomada.domain.payload import Payload


class ErpDeposit(Payload):
    """A warehouse's balance; ``disregard``: the product's balance leaves it out.

    ``company`` owns it (its name or document), empty where the ERP does not say.
    """

    name: str
    on_hand: Decimal
    disregard: bool = False
    company: str = ""


class ErpStock(Payload):
    """The balance of one product, in its unit; numbers may be negative.

    ``reserved`` is the whole account's, for all warehouses together, and always zero without the ERP's reservation
    module. ``read_at`` is the time before the request was sent: what the ERP did later may be missing (S2).
    """

    product_id: str
    sku: str
    on_hand: Decimal
    reserved: Decimal
    deposits: tuple[ErpDeposit, ...] = ()
    read_at: AwareDatetime


class ErpStockChange(Payload):
    """One row of the feed of stock changes.

    ``stock`` is None where the row could not be read beyond its product: ask for that balance. ``parent``: a
    product with variations, which is not sold itself.
    """

    product_id: str
    sku: str
    parent: bool = False
    changed_at: AwareDatetime | None = None
    stock: ErpStock | None


class StockEntryKind(StrEnum):
    """How a quantity changes a balance: added, taken, or the new balance itself."""

    IN = "in"
    OUT = "out"
    BALANCE = "balance"


class ErpStockEntry(Payload):
    """A movement that the ERP has booked: its id, and the balance after it; ``reserved`` None where not told."""

    entry_id: str
    on_hand: Decimal
    reserved: Decimal | None = None
