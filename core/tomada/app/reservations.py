"""The orders that take pieces of a product, whatever store sold them, until the ERP has them off its balance (S8)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.flows.stock.kits import kit_book, open_entries
from tomada.i18n import _
from tomada.ports.records import ErpRecord
from tomada.ports.stock import LedgerRecord
from tomada.ports.storage import Transaction


@dataclass(frozen=True, slots=True)
class Reserved:
    """The pieces that one line of an order takes of an ERP product; times are aware UTC.

    ``sku``: the ERP's. ``kit``: the ERP product that was sold where that is a kit, empty otherwise. ``erp_order``: its
    number in the ERP, empty while it is not there; from ``in_erp_since`` on the ERP knows of it.
    """

    erp: str
    erp_product: str
    sku: str
    store: str
    order: str
    quantity: Decimal
    since: datetime
    kit: str
    erp_order: str
    in_erp_since: datetime | None


def reservations(installation: Installation, sku: str) -> list[Reserved]:
    """Return what takes pieces of a SKU of the ERP, or of a store's product that is linked, the oldest first.

    Of a kit these are the orders that take pieces of any of its components. Raises ``UsageError`` for a SKU that no
    store has linked.
    """
    with installation.database.read() as tx:
        products: dict[int, set[str]] = {}
        for store in tx.stores.all():
            found = {
                link.erp_product_id for link in tx.links.all(store.id) if sku in (link.sku, link.erp_sku)
            }
            products.setdefault(store.erp_id, set()).update(found)
        if not any(products.values()):
            raise UsageError(
                "stock.unlinked_sku",
                _("No store has a product with the SKU {sku} linked.").format(sku=sku),
                _("Link it: tomada links match STORE"),
            )
        accounts = {account.id: account for account in tx.erps.all()}
        taken = [
            one for erp_id, ids in products.items() for one in _of_account(tx, accounts[erp_id], sorted(ids))
        ]
    return sorted(taken, key=lambda one: (one.since, one.store, one.order))


def _of_account(tx: Transaction, account: ErpRecord, product_ids: list[str]) -> list[Reserved]:
    kits = kit_book(tx, account)
    shelves = kits.shelves(product_ids)
    entries = open_entries(tx, account, kits, shelves)
    stocks = tx.stocks.find(account.id, shelves)
    orders = tx.orders.get_many(sorted({entry.order_id for found in entries.values() for entry in found}))
    names = {store.id: store.name for store in tx.stores.all()}

    def told(shelf: str, taker: str, entry: LedgerRecord) -> Reserved:
        order = orders[entry.order_id]
        return Reserved(
            erp=account.name,
            erp_product=shelf,
            sku=stocks[shelf].sku if shelf in stocks else "",
            store=names[entry.store_id],
            order=order.remote_id,
            quantity=entry.quantity * kits.pieces(taker)[shelf],
            since=entry.began_at,
            kit=taker if taker in kits.made_of else "",
            erp_order=order.erp_number,
            in_erp_since=entry.recorded_at,
        )

    return [
        told(shelf, taker, entry)
        for shelf in shelves
        for taker in kits.takers(shelf)
        for entry in entries.get(taker, ())
    ]
