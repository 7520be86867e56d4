"""Records of stock: what the ERP has, what orders take, what the stores list, how far the ERP's feeds were read."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tomada.spi import ReservationState


@dataclass(slots=True)
class StockRecord:
    """The last consistent read of one ERP product; identity: (erp_id, product_id).

    ``on_hand`` and ``reserved`` in pieces; ``deposits``: name → pieces as a decimal text, those that the ERP leaves
    out of its sum not included. ``read_at`` is a moment before the read began: whatever the ERP had counted by
    then is in it. ``missing``: the ERP has no such product any more.
    """

    erp_id: int
    product_id: str
    sku: str
    on_hand: Decimal
    reserved: Decimal
    deposits: dict[str, str]
    read_at: datetime
    missing: bool = False


@dataclass(slots=True)
class MakeupRecord:
    """What a whole read of an ERP product said that its balance depends on; identity: (erp_id, product_id).

    ``active``: it is sold. ``components``: of a kit, product id → pieces of it in one kit as a decimal text; empty for
    what is no kit. ``changed``: the ERP has told of a change since it was read, at ``read_at``.
    """

    erp_id: int
    product_id: str
    active: bool
    components: dict[str, str]
    read_at: datetime
    changed: bool = False


@dataclass(slots=True)
class LedgerRecord:
    """What one line of an order takes from stock until the ERP counts it (S2).

    ``recorded_at``: when we knew that the ERP has the order, and ``recorded_quantity`` the pieces that it has it
    with (None: not known yet); ``posted_at``: when we knew that it has reached the account's posting trigger.
    ``ended_at``: when the pieces became free again, or had left as the ERP's balance shows. ``changed_at``:
    when the store's side of the line was seen to change last, with which it may have moved its own number.
    ``erp_product_id``: the product whose pieces the ERP's order takes, whatever the line is linked to later; None
    while the ERP has no order, and the line takes what it is linked to.
    """

    id: int
    store_id: int
    order_id: int
    line_id: str
    product_id: str
    variant_id: str
    quantity: Decimal
    state: ReservationState
    in_store_balance: bool
    began_at: datetime
    changed_at: datetime
    recorded_at: datetime | None = None
    recorded_quantity: Decimal | None = None
    posted_at: datetime | None = None
    ended_at: datetime | None = None
    erp_product_id: str | None = None


@dataclass(slots=True)
class ListingRecord:
    """What the store said of one product or variation that it sells, at ``read_at``; price in BRL."""

    store_id: int
    product_id: str
    variant_id: str
    sku: str
    gtin: str
    name: str
    balance: int | None
    price: Decimal | None
    available: bool
    read_at: datetime


@dataclass(slots=True)
class FeedRecord:
    """How far one feed of changes of an ERP account was read.

    ``since``: changes before it are committed, as of ``read_at``. ``gap_at``: the last page that is not committed was
    asked for then, so its rows may be lost until a sweep has read everything after it. ``present``: None until the
    account has answered once; False when it lacks the feed. ``round_ended``: when the last round of reading every
    linked product one by one was complete.
    """

    erp_id: int
    feed: str
    since: datetime | None = None
    read_at: datetime | None = None
    gap_at: datetime | None = None
    present: bool | None = None
    round_ended: datetime | None = None
