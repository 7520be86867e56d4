"""Kits: their number follows from their components, and what orders take of a kit is taken of those (S5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tomada.ports.erp_options import Kits
from tomada.ports.records import ErpRecord
from tomada.ports.stock import LedgerRecord
from tomada.ports.storage import Transaction

ONE = Decimal(1)

Entries = Mapping[str, Sequence[LedgerRecord]]
"""ERP product → the open entries of the ledger that name it."""


@dataclass(frozen=True, slots=True)
class KitBook:
    """The account's kits: kit → component → pieces of it in one kit, and component → the kits that have it."""

    made_of: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    part_of: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def pieces(self, product_id: str) -> Mapping[str, Decimal]:
        """Return what leaves the shelf with one of a product: a kit's components, else the product itself."""
        return self.made_of.get(product_id) or {product_id: ONE}

    def shelves(self, product_ids: Iterable[str]) -> list[str]:
        """Return the products whose balances these products' numbers follow from."""
        return list(dict.fromkeys(piece for one in product_ids for piece in self.pieces(one)))

    def takers(self, product_id: str) -> list[str]:
        """Return the products whose sale takes pieces of this one."""
        itself = [] if product_id in self.made_of else [product_id]
        return [*itself, *self.part_of.get(product_id, ())]

    def taken(self, product_id: str, entries: Entries, of: str = "") -> list[LedgerRecord]:
        """Return the entries that take pieces of a product, each with its pieces, for the number of ``of``.

        A store's own number of ``of`` may leave out what was sold of it there (S4); what was sold of anything else it
        is not known to leave out.
        """
        found = []
        for taker in self.takers(product_id):
            each = self.pieces(taker)[product_id]
            for entry in entries.get(taker, ()):
                known = entry.in_store_balance and taker == (of or product_id)
                found.append(_times(entry, each, in_store_balance=known))
        return found


def kit_book(tx: Transaction, account: ErpRecord) -> KitBook:
    """Return the account's kits; none where it keeps finished kits in stock."""
    if account.options.kits is Kits.OWN:
        return KitBook()
    made_of = {
        kit.product_id: {component: Decimal(pieces) for component, pieces in kit.components.items()}
        for kit in tx.makeups.kits(account.id)
    }
    part_of: dict[str, list[str]] = {}
    for kit, components in made_of.items():
        for component in components:
            part_of.setdefault(component, []).append(kit)
    return KitBook(made_of, part_of)


def open_entries(
    tx: Transaction, account: ErpRecord, book: KitBook, product_ids: Iterable[str]
) -> dict[str, list[LedgerRecord]]:
    """Return the open entries of all that takes pieces of these products, by the product that they name."""
    takers = dict.fromkeys(taker for one in product_ids for taker in book.takers(one))
    return tx.ledger.by_product(account.id, list(takers))


def _times(entry: LedgerRecord, each: Decimal, *, in_store_balance: bool) -> LedgerRecord:
    recorded = None if entry.recorded_quantity is None else entry.recorded_quantity * each
    return replace(
        entry,
        quantity=entry.quantity * each,
        recorded_quantity=recorded,
        in_store_balance=in_store_balance,
    )
