"""The terms of many numbers of a store: what the ERP was read to have, kits, and what orders take (S1, S2, S5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tomada.flows.erp_changes.ingest import reserves
from tomada.flows.stock.balances import Terms, balance_of, kit_balance_of, part_of_kit, sold_no_more
from tomada.flows.stock.kits import Entries, KitBook, kit_book, open_entries
from tomada.ports.options import StockOptions, StockRule
from tomada.ports.records import ErpRecord, LinkRecord, StoreRecord
from tomada.ports.stock import StockRecord
from tomada.ports.storage import Database

_WHOLE = {"safety_pieces": 0, "safety_percent": 0, "share_percent": 100}
"""Nothing is kept back of a component: what the store keeps back, it keeps back of kits."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of some products: their reads, kits, open entries and which of them the ERP sells no more."""

    stocks: Mapping[str, StockRecord]
    kits: KitBook
    entries: Entries
    inactive: frozenset[str]
    reserves: bool


def terms_of(
    database: Database,
    account: ErpRecord,
    store: StoreRecord,
    links: Mapping[str, LinkRecord],
    options: StockOptions,
) -> dict[str, Terms]:
    """Return the terms of each link (by key) whose ERP product was read, of a kit all its components as well."""
    read = _read(database, account, list({link.erp_product_id for link in links.values()}))
    return {
        key: _terms(read, link.erp_product_id, options, store.id)
        for key, link in links.items()
        if _is_read(read, link.erp_product_id)
    }


def published_rule(options: StockOptions) -> StockOptions:
    """Return the options by which a number is computed: a store that is not kept up to date gets it by hand."""
    if options.rule is StockRule.OFF:
        return options.model_copy(update={"rule": StockRule.AVAILABLE})
    return options


def _read(database: Database, account: ErpRecord, products: Sequence[str]) -> _Read:
    does_reserve = reserves(database, account)
    with database.read() as tx:
        kits = kit_book(tx, account)
        shelves = kits.shelves(products)
        makeups = tx.makeups.find(account.id, products)
        return _Read(
            stocks=tx.stocks.find(account.id, list(dict.fromkeys((*products, *shelves)))),
            kits=kits,
            entries=open_entries(tx, account, kits, shelves),
            inactive=frozenset(one for one, makeup in makeups.items() if not makeup.active),
            reserves=does_reserve,
        )


def _is_read(read: _Read, product_id: str) -> bool:
    return all(one in read.stocks for one in (product_id, *read.kits.pieces(product_id)))


def _terms(read: _Read, product_id: str, options: StockOptions, store_id: int) -> Terms:
    if product_id in read.inactive:
        return sold_no_more(options)
    if product_id not in read.kits.made_of:
        taken = read.kits.taken(product_id, read.entries)
        return balance_of(read.stocks[product_id], options, store_id, taken, reserves=read.reserves)
    if read.stocks[product_id].missing:
        return sold_no_more(options)
    whole = options.model_copy(update=_WHOLE)
    parts = []
    for one, pieces in read.kits.pieces(product_id).items():
        stock, taken = read.stocks[one], read.kits.taken(one, read.entries, of=product_id)
        terms = balance_of(stock, whole, store_id, taken, reserves=read.reserves)
        parts.append(part_of_kit(stock, pieces, terms))
    return kit_balance_of(parts, options)
