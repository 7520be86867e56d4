"""Linking a store's catalogue with the ERP's: by SKU by itself, by GTIN and name as suggestions only (P1)."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from tomada.domain.erp_catalogue import ErpProductRow
from tomada.flows.context import FlowContext
from tomada.flows.mapping.defaults import normalise
from tomada.ports.records import LinkRecord
from tomada.ports.stock import ListingRecord
from tomada.spi import Checkpoint, Listing, ListingQuery

CURSOR, ASKED, BEGAN = "listings", "listings_asked", "listings_began"
"""How far a match has read the store's list, the last SKU that it has asked for where there is no list, and when it
began to; empty when the last match came to its end."""
FRESH = timedelta(hours=6)
"""For so long a match that was cut short goes on with what it has read; a catalogue is edited meanwhile."""
AT_ONCE = 200
ASKED_AT_ONCE = 20
"""SKUs after which what was found is committed."""
LIKELY = 90
"""From which likeness of names (0 to 100) on a product is suggested."""
NAMES = 3
"""So many names, and so many products of each, are suggested at most."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A listing that was not linked by itself.

    ``why``: ``no_sku``, ``not_found``, ``variations`` (the ERP's product is sold in variations only), ``several`` (in
    the ERP), ``repeated`` (in the store) or ``taken``.
    ``suggestions``: (ERP product id, SKU, name, how it was found: sku, gtin or name), the best first.
    """

    listing: ListingRecord
    why: str
    suggestions: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(slots=True)
class Match:
    """What a match came to: links that were there, links that were made, and doubts.

    ``whole``: the store has told all that it sells; else what has a SKU of the ERP's.
    """

    listings: int = 0
    whole: bool = True
    linked_before: int = 0
    linked: list[LinkRecord] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def match(ctx: FlowContext) -> Match:
    """Read both catalogues and link what is beyond doubt: one exact SKU on both sides. Writes nothing at a remote.

    Cut short, the next one goes on with the store's catalogue where it was. Where a store does not list what it sells,
    it is asked for every SKU of the ERP.
    """
    whole = read_listings(ctx)
    rows = [row for row in ctx.erp.search_products() if row.active]
    ctx.progress("erp", len(rows))
    if not whole:
        _ask_for(ctx, sorted({row.sku.strip() for row in rows} - {""}))
    with ctx.database.read() as tx:
        listings = tx.listings.all(ctx.store.id)
        links = {(link.product_id, link.variant_id): link for link in tx.links.all(ctx.store.id)}
    result = Match(len(listings), whole)
    catalogue = _Catalogue(rows)
    repeated = _repeated(listing.sku for listing in listings)
    taken = {link.erp_product_id for link in links.values()}
    for listing in listings:
        if (listing.product_id, listing.variant_id) in links:
            result.linked_before += 1
            continue
        found = catalogue.by_sku(listing.sku)
        why = _doubt(listing, found, repeated, taken, catalogue)
        if why:
            result.doubts.append(Doubt(listing, why, catalogue.suggest(listing)))
        else:
            result.linked.append(_link(ctx, listing, found[0]))
            taken.add(found[0].product_id)
    for start in range(0, len(result.linked), AT_ONCE):
        _commit(ctx, result.linked[start : start + AT_ONCE])
    with ctx.database.begin() as tx:
        for name in (CURSOR, ASKED, BEGAN):
            tx.progress.set_cursor(ctx.store.id, name, "")
    return result


def read_listings(ctx: FlowContext) -> bool:
    """Read the store's catalogue and commit it page by page; a match that was cut short goes on where it was.

    Returns False when the store does not list what it sells.
    """
    cursor, began = _place(ctx)
    page: list[ListingRecord] = []
    seen = 0
    told = cursor is not None
    for event in ctx.gateway.listings_fetch(ListingQuery(cursor=cursor)):
        told = True
        if isinstance(event, Listing):
            page.append(_record(ctx, event))
            seen += 1
            continue
        _commit_page(ctx, page, event)
        page = []
        ctx.progress("listings", seen)
    if told:
        with ctx.database.begin() as tx:
            tx.listings.save(page)
            tx.listings.forget(ctx.store.id, began)
    return told


def _ask_for(ctx: FlowContext, skus: list[str]) -> None:
    """Ask the store for these SKUs, in ascending order, and commit what it sells of them; goes on as above."""
    _cursor, began = _place(ctx)
    with ctx.database.read() as tx:
        first = bisect_right(skus, tx.progress.cursor(ctx.store.id, ASKED) or "")
    for start in range(first, len(skus), ASKED_AT_ONCE):
        batch = skus[start : start + ASKED_AT_ONCE]
        events = ctx.gateway.listings_fetch(ListingQuery(skus=tuple(batch)))
        found = [_record(ctx, event) for event in events if isinstance(event, Listing)]
        with ctx.database.begin() as tx:
            tx.listings.save(found)
            tx.progress.set_cursor(ctx.store.id, ASKED, batch[-1])
        ctx.progress("listings", start + len(batch))
    with ctx.database.begin() as tx:
        tx.listings.forget(ctx.store.id, began)


def _place(ctx: FlowContext) -> tuple[str | None, datetime]:
    """Return from where the catalogue is to be read, and when this reading of it began (aware UTC)."""
    with ctx.database.begin() as tx:
        cursor, asked, told = (tx.progress.cursor(ctx.store.id, name) for name in (CURSOR, ASKED, BEGAN))
        if (cursor or asked) and told and ctx.now() - datetime.fromisoformat(told) <= FRESH:
            return cursor or None, datetime.fromisoformat(told)
        began = ctx.now()
        for name in (CURSOR, ASKED):
            tx.progress.set_cursor(ctx.store.id, name, "")
        tx.progress.set_cursor(ctx.store.id, BEGAN, began.isoformat())
    return None, began


def _commit_page(ctx: FlowContext, page: list[ListingRecord], checkpoint: Checkpoint) -> None:
    with ctx.database.begin() as tx:
        tx.listings.save(page)
        tx.progress.set_cursor(ctx.store.id, CURSOR, checkpoint.cursor)
        tx.progress.set_state(ctx.store.id, ctx.gateway.pending_state())


def _record(ctx: FlowContext, listing: Listing) -> ListingRecord:
    return ListingRecord(
        store_id=ctx.store.id,
        product_id=listing.ids.product_id,
        variant_id=listing.ids.variant_id,
        sku=listing.sku.strip(),
        gtin=listing.gtin.strip(),
        name=listing.name[:300],
        balance=listing.balance,
        price=listing.price,
        available=listing.available,
        read_at=ctx.now(),
    )


def _repeated(skus: Iterable[str]) -> frozenset[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for sku in skus:
        (twice if sku in seen else seen).add(sku)
    return frozenset(twice)


def _doubt(
    listing: ListingRecord,
    found: list[ErpProductRow],
    repeated: frozenset[str],
    taken: set[str],
    catalogue: "_Catalogue",
) -> str:
    if not listing.sku:
        return "no_sku"
    if listing.sku in repeated:
        return "repeated"
    if not listing.variant_id and catalogue.has_variations(listing.sku):
        return "variations"
    if not found:
        return "not_found"
    if len(found) > 1:
        return "several"
    return "taken" if found[0].product_id in taken else ""


class _Catalogue:
    """The ERP's active products by SKU, GTIN and normalised name; those with variations are not sold themselves."""

    def __init__(self, rows: Iterable[ErpProductRow]) -> None:
        self._by_sku: dict[str, list[ErpProductRow]] = {}
        self._by_gtin: dict[str, list[ErpProductRow]] = {}
        self._by_name: dict[str, list[ErpProductRow]] = {}
        self._parents: set[str] = set()
        for row in {row.product_id: row for row in rows}.values():
            if row.parent:
                self._parents.add(row.sku.strip())
                continue
            self._by_sku.setdefault(row.sku.strip(), []).append(row)
            if row.gtin:
                self._by_gtin.setdefault(row.gtin, []).append(row)
            self._by_name.setdefault(normalise(row.name), []).append(row)

    def by_sku(self, sku: str) -> list[ErpProductRow]:
        """The products with exactly this SKU."""
        return self._by_sku.get(sku, []) if sku else []

    def has_variations(self, sku: str) -> bool:
        """Tell whether this is the SKU of a product with variations."""
        return sku in self._parents

    def suggest(self, listing: ListingRecord) -> tuple[tuple[str, str, str, str], ...]:
        """Products that it may be: by SKU, by GTIN, by the likeness of names."""
        found: dict[str, tuple[ErpProductRow, str]] = {}
        for row in self.by_sku(listing.sku):
            found.setdefault(row.product_id, (row, "sku"))
        for row in self._by_gtin.get(listing.gtin, []) if listing.gtin else []:
            found.setdefault(row.product_id, (row, "gtin"))
        alike: list[tuple[str, float, int]] = process.extract(
            normalise(listing.name),
            self._by_name.keys(),
            scorer=fuzz.token_sort_ratio,
            score_cutoff=LIKELY,
            limit=NAMES,
        )
        for name, _score, _index in alike:
            for row in self._by_name[name][:NAMES]:
                found.setdefault(row.product_id, (row, "name"))
        return tuple((row.product_id, row.sku, row.name, how) for row, how in found.values())


def _link(ctx: FlowContext, listing: ListingRecord, row: ErpProductRow) -> LinkRecord:
    return LinkRecord(
        ctx.store.id,
        listing.product_id,
        listing.variant_id,
        listing.sku,
        row.product_id,
        row.sku,
        "sku",
        ctx.now(),
    )


def _commit(ctx: FlowContext, links: list[LinkRecord]) -> None:
    """Commit links, and wake the orders that wait for them."""
    keys = {f"{link.product_id}/{link.variant_id}" if link.variant_id else link.product_id for link in links}
    with ctx.database.begin() as tx:
        tx.links.set(links)
        waiting = [
            hold.order_id
            for hold in tx.holds.select(ctx.store.id)
            if hold.code == "unlinked" and hold.key in keys and hold.order_id
        ]
        tx.orders.wake(ctx.store.id, sorted(set(waiting)))
        tx.audit.add(
            [ctx.audit("link.made", "", "P1", sku=link.sku, product=link.product_id) for link in links]
        )
