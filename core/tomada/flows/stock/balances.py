"""The number that a store may sell: one formula, from one read of the ERP, with every term (S1, S2, S4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from tomada.domain.money import ZERO
from tomada.ports.options import StockOptions, StockRule
from tomada.ports.stock import LedgerRecord, StockRecord

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Terms:
    """Every term of one store's number, in pieces: ``on_hand`` - ``reserved`` - ``ledger`` - ``safety``, times share.

    ``reserved`` is zero unless the rule is *available*. ``ledger`` is what orders take that the ERP's numbers do
    not show yet; ``entries`` are those orders' lines, each with the pieces that it takes. ``quantity`` is what is
    published. Of a kit ``on_hand`` is how many its ``parts`` suffice for, which the others were taken off already
    (S5). ``inactive``: the ERP sells it no more, so it has none.
    """

    on_hand: Decimal
    reserved: Decimal
    ledger: Decimal
    safety: Decimal
    share_percent: int
    quantity: int
    entries: tuple[LedgerRecord, ...] = ()
    parts: tuple["Part", ...] = ()
    inactive: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A component of a kit: the pieces of it in one kit, how its number comes about, and how many may be taken."""

    product_id: str
    sku: str
    pieces: Decimal
    terms: Terms
    read_at: datetime
    free: Decimal


def balance_of(
    stock: StockRecord,
    options: StockOptions,
    store_id: int,
    entries: Iterable[LedgerRecord],
    *,
    reserves: bool,
) -> Terms:
    """Return the number of one store for one ERP product.

    ``entries`` are the ledger's open entries of the product, of all stores of the account; ``reserves`` says that
    the account reserves the pieces of orders. A product that the ERP has no more is published as zero (P4).
    """
    on_hand = ZERO if stock.missing else _on_hand(stock, options.warehouse)
    reserved = stock.reserved if options.rule is StockRule.AVAILABLE and not stock.missing else ZERO
    taken = tuple(_taken(entries, stock, options.rule, store_id, reserves=reserves))
    ledger = sum((entry.quantity for entry in taken), ZERO)
    return _terms(options, on_hand, reserved=reserved, ledger=ledger, entries=taken)


def part_of_kit(stock: StockRecord, pieces: Decimal, terms: Terms) -> Part:
    """Return a component of a kit, which is free as far as nothing takes it."""
    free = max(ZERO, terms.on_hand - terms.reserved - terms.ledger)
    return Part(stock.product_id, stock.sku, pieces, terms, stock.read_at, free)


def kit_balance_of(parts: Sequence[Part], options: StockOptions) -> Terms:
    """Return the number of a kit: the kits that the scarcest component suffices for (S5)."""
    on_hand = min((part.free // part.pieces for part in parts), default=ZERO)
    return replace(_terms(options, on_hand), parts=tuple(parts))


def sold_no_more(options: StockOptions) -> Terms:
    """Return the number of what is not active in the ERP: none, whatever lies on the shelf (P4)."""
    return replace(_terms(options, ZERO), inactive=True)


def _terms(
    options: StockOptions,
    on_hand: Decimal,
    *,
    reserved: Decimal = ZERO,
    ledger: Decimal = ZERO,
    entries: tuple[LedgerRecord, ...] = (),
) -> Terms:
    safety = options.safety_pieces + max(ZERO, on_hand) * options.safety_percent / HUNDRED
    free = on_hand - reserved - ledger - safety
    quantity = max(ZERO, free * options.share_percent / HUNDRED).to_integral_value(ROUND_FLOOR)
    return Terms(on_hand, reserved, ledger, safety, options.share_percent, int(quantity), entries)


def _on_hand(stock: StockRecord, warehouse: str) -> Decimal:
    """With one warehouse its own balance; a warehouse that the ERP does not name has nothing."""
    return Decimal(stock.deposits.get(warehouse, "0")) if warehouse else stock.on_hand


def _taken(
    entries: Iterable[LedgerRecord], stock: StockRecord, rule: StockRule, store_id: int, *, reserves: bool
) -> list[LedgerRecord]:
    """Return the entries with what is to be taken off what this read of the ERP shows (S2)."""
    found = []
    for entry in entries:
        if entry.in_store_balance and entry.store_id == store_id:
            continue
        left = entry.quantity - counted(entry, stock, rule, reserves=reserves)
        if left > ZERO:
            found.append(replace(entry, quantity=left))
    return found


def counted(entry: LedgerRecord, stock: StockRecord, rule: StockRule, *, reserves: bool) -> Decimal:
    """Return how many of the entry's pieces the ERP's numbers of this read have off already.

    Posted stock is off the physical balance, whatever the order was posted with. A reservation is off the available
    balance alone, with the pieces that the ERP's order has: a line that grew since is counted in part (O6). Only a
    read that began after we knew counts.
    """
    if has_posted(entry, stock):
        return entry.quantity
    by_reservation = reserves and rule is StockRule.AVAILABLE
    if by_reservation and entry.recorded_at is not None and stock.read_at > entry.recorded_at:
        return entry.quantity if entry.recorded_quantity is None else entry.recorded_quantity
    return ZERO


def has_posted(entry: LedgerRecord, stock: StockRecord) -> bool:
    """Tell whether this read shows the posting of the entry's order."""
    return entry.posted_at is not None and stock.read_at > entry.posted_at
