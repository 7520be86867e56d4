"""What hooks may yield: each check returns what is wrong with a value, or None, and quotes no value (X1)."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from types import UnionType

from tomada.domain.order import Order, OrderStatusChange
from tomada.domain.store_product import StoreProduct
from tomada.host.checks import CAPABILITIES
from tomada.spi import (
    Ask,
    Checkpoint,
    CheckResult,
    CodeEntry,
    Done,
    Fetched,
    Linked,
    Listing,
    Outcome,
    OutcomeKind,
    Proposal,
    Rejected,
    RemoteIds,
    Reservation,
    ReservationState,
    SampleProblem,
    SampleRow,
    Say,
    StepState,
)


def order_event(item: object) -> str | None:
    """Check what ``orders_fetch`` yields."""
    if isinstance(item, Checkpoint):
        return _texts(item, "cursor")
    return _order(item, Order | OrderStatusChange)


def complete_order(item: object) -> str | None:
    """Check what ``orders_read`` yields: complete orders only."""
    return _order(item, Order)


def receipt_of(receipts: Collection[str], item: object) -> str | None:
    """Check what ``orders_confirm`` yields: one of the receipts that it was given."""
    if not isinstance(item, str):
        return _unexpected(item)
    return None if item in receipts else "yielded a receipt that it was not given"


def listing_event(item: object) -> str | None:
    """Check what ``listings_fetch`` yields."""
    if isinstance(item, Checkpoint):
        return _texts(item, "cursor")
    if not isinstance(item, Listing):
        return _unexpected(item)
    if item.balance is not None and (not isinstance(item.balance, int) or isinstance(item.balance, bool)):
        return "Listing.balance must be an integer or None"
    if item.price is not None and not isinstance(item.price, Decimal):
        return "Listing.price must be a Decimal or None"
    return _remote_ids(item.ids) or _texts(item, "sku", "name", "gtin", "product_sku", "product_gtin")


def store_product(item: object) -> str | None:
    """Check what ``products_fetch`` yields."""
    return None if isinstance(item, StoreProduct) else _unexpected(item)


def reservation(item: object) -> str | None:
    """Check what ``stock_reserve`` yields."""
    if not isinstance(item, Reservation):
        return _unexpected(item)
    if not isinstance(item.state, ReservationState):
        return "Reservation.state must be a ReservationState"
    if not isinstance(item.quantity, Decimal) or not item.quantity.is_finite() or item.quantity < 0:
        return "Reservation.quantity must be a Decimal that is not negative"
    return _remote_ids(item.ids) or _texts(item, "order_id", "line_id")


class Outcomes:
    """Checks what a push hook yields: one outcome for each key of its batch, links before it."""

    def __init__(self, keys: Collection[str], *, may_link: bool = False) -> None:
        self._missing = set(keys)
        self._may_link = may_link

    def __call__(self, item: object) -> str | None:
        """Check one item."""
        if isinstance(item, Linked) and self._may_link:
            return self._key(item.key) or _texts(item, "ref") or _remote_ids(item.ids)
        if not isinstance(item, Outcome):
            return _unexpected(item)
        if not isinstance(item.kind, OutcomeKind):
            return "Outcome.kind must be an OutcomeKind"
        wrong = self._key(item.key) or _texts(item, "code", "message", "field", "ticket")
        self._missing.discard(item.key)
        return wrong

    def _key(self, key: object) -> str | None:
        return None if key in self._missing else "yielded a key that it was not given, or a second outcome"


def code_entry(item: object) -> str | None:
    """Check one entry of a store's own list."""
    if not isinstance(item, CodeEntry):
        return _unexpected(item)
    return _texts(item, "code", "label", "type")


def check_result(item: object) -> str | None:
    """Check one step of ``connection_check``."""
    if not isinstance(item, CheckResult):
        return _unexpected(item)
    if not isinstance(item.state, StepState):
        return "CheckResult.state must be a StepState"
    unknown = sorted(set(item.lacks) - CAPABILITIES)
    if unknown:
        return f"CheckResult.lacks names unknown capabilities: {', '.join(unknown)}"
    return _texts(item, "name", "message", "hint")


def sample_event(settings: Collection[str], item: object) -> str | None:
    """Check what ``sample_read`` yields; ``settings`` are those of the platform."""
    if isinstance(item, Proposal):
        known = item.name in settings
        return _texts(item, "name", "value", "why") if known else "Proposal names an unknown setting"
    if isinstance(item, SampleProblem):
        return _texts(item, "column", "code", "message")
    if not isinstance(item, SampleRow):
        return _unexpected(item)
    texts = all(isinstance(value, str) for value in item.values.values())
    return _texts(item, "key") or (None if texts else "SampleRow.values must be texts")


def setup_step(item: object) -> str | None:
    """Check one step of ``connection_setup``."""
    if isinstance(item, Ask):
        return _texts(item, "key", "text")
    if isinstance(item, Say | Done):
        return _texts(item, "text")
    return _unexpected(item)


def _order(item: object, values: type | UnionType) -> str | None:
    if isinstance(item, Rejected):
        wrong = _texts(item, "remote_id", "code", "message", "field", "raw", "version")
        return wrong or _receipt(item.receipt)
    if not isinstance(item, Fetched):
        return _unexpected(item)
    if not isinstance(item.value, values):
        return f"Fetched.value is {type(item.value).__name__}"
    if not isinstance(item.modified_at, datetime) or item.modified_at.tzinfo is None:
        return "Fetched.modified_at must be an aware datetime"
    return _texts(item, "version") or _receipt(item.receipt)


def _texts(item: object, *names: str) -> str | None:
    for name in names:
        if not isinstance(getattr(item, name), str):
            return f"{type(item).__name__}.{name} must be a text"
    return None


def _remote_ids(ids: object) -> str | None:
    if not isinstance(ids, RemoteIds):
        return f"ids is {type(ids).__name__}"
    return _texts(ids, "product_id", "variant_id")


def _receipt(receipt: object) -> str | None:
    return None if receipt is None or isinstance(receipt, str) else "receipt must be a text or None"


def _unexpected(item: object) -> str:
    return f"yielded {type(item).__name__}, which it must not"
