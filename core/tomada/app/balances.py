"""Why a store's balance is what it is: every term with its source and its time (S8)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tomada.bootstrap import Installation
from tomada.domain.stock import Balance
from tomada.errors import UsageError
from tomada.flows.stock.balances import Terms
from tomada.flows.stock.duplicates import frozen
from tomada.flows.stock.plan import key_of
from tomada.flows.stock.terms import published_rule, terms_of
from tomada.i18n import _
from tomada.ports.options import StockRule
from tomada.ports.publications import PublicationRecord
from tomada.ports.stock import LedgerRecord


@dataclass(frozen=True, slots=True)
class Taking:
    """An order's line that the number leaves out because the ERP does not count it yet."""

    store: str
    order: str
    quantity: Decimal
    since: datetime


@dataclass(frozen=True, slots=True)
class Explained:
    """One store's number: the rule, every term, what was published last and when.

    Where nothing was published yet, ``listed`` is what the store itself said that it has, at ``listed_at``.
    ``frozen_by``: the hold for which the store's number is left as it is, whatever the terms say (P4).
    """

    store: str
    sku: str
    product: str
    erp_product: str
    rule: StockRule
    terms: Terms | None
    read_at: datetime | None
    takings: tuple[Taking, ...]
    published: int | None
    published_at: datetime | None
    listed: int | None
    listed_at: datetime | None
    frozen_by: int | None


_Told = tuple[int | None, datetime | None]


def _at_store(publication: PublicationRecord | None) -> tuple[_Told, _Told]:
    """Return what was published and when, and what the store itself said that it has and when."""
    nothing: _Told = (None, None)
    if publication is None or not publication.value:
        return nothing, nothing
    quantity = Balance.model_validate_json(publication.value).quantity
    if publication.sent_at:
        return (quantity, publication.sent_at), nothing
    return nothing, (quantity, publication.ended_at)


def _takers(terms: Terms) -> list[LedgerRecord]:
    """Return the entries that are taken off a number, of a kit those of its components."""
    return [*terms.entries, *(entry for part in terms.parts for entry in part.terms.entries)]


def explain(installation: Installation, sku: str) -> list[Explained]:
    """Return the number of every store that sells a SKU; raises ``UsageError`` when none is linked to it."""
    with installation.database.read() as tx:
        stores = tx.stores.all()
        accounts = {account.id: account for account in tx.erps.all()}
        links = {store.id: [one for one in tx.links.all(store.id) if one.how != "parent"] for store in stores}
    names = {store.id: store.name for store in stores}
    found = []
    for store in stores:
        chosen = {key_of(link): link for link in links[store.id] if sku in (link.sku, link.erp_sku)}
        account = accounts[store.erp_id]
        options = published_rule(store.options.stock)
        terms = terms_of(installation.database, account, store, chosen, options)
        with installation.database.read() as tx:
            stocks = tx.stocks.find(account.id, [link.erp_product_id for link in chosen.values()])
            told = tx.publications.find(store.id, "stock", list(chosen))
            left = frozen(tx, store)
            taking = [entry for one in terms.values() for entry in _takers(one)]
            orders = tx.orders.get_many(sorted({entry.order_id for entry in taking}))
        for key, link in chosen.items():
            publication, stock, one = told.get(key), stocks.get(link.erp_product_id), terms.get(key)
            published, listed = _at_store(publication)
            found.append(
                Explained(
                    store=store.name,
                    sku=link.sku,
                    product=key.rstrip("/"),
                    erp_product=link.erp_product_id,
                    rule=store.options.stock.rule,
                    terms=one,
                    read_at=stock.read_at if stock else None,
                    takings=tuple(
                        Taking(
                            names[entry.store_id],
                            orders[entry.order_id].number,
                            entry.quantity,
                            entry.began_at,
                        )
                        for entry in (_takers(one) if one else ())
                    ),
                    published=published[0],
                    published_at=published[1],
                    listed=listed[0],
                    listed_at=listed[1],
                    frozen_by=left[link.erp_product_id].id if link.erp_product_id in left else None,
                )
            )
    if not found:
        raise UsageError(
            "stock.unlinked_sku",
            _("No store has a product with the SKU {sku} linked.").format(sku=sku),
            _("Link it: tomada links match STORE"),
        )
    return found
