"""Is it there already? Looked up in the ERP and at the store before a product is created (P1).

A few products are looked up one by one. For many, one listing of the store serves as the look-up for all of them, and
before each batch only what was added to the store since is read. What the listing shows is looked up exactly as well.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence

from tomada.domain.product import Product, Variation
from tomada.flows.context import FlowContext
from tomada.flows.holds.problems import Problem
from tomada.ports.publications import PublicationState
from tomada.ports.records import LinkRecord
from tomada.spi import Checkpoint, Listing, ListingQuery, RemoteIds

FLOW = "products"
PARENT, SENT, BY_SKU = "parent", "sent", "sku"
LINK_FIRST, DUPLICATE = "link_first", "product_duplicate"
FEW = 10
"""Up to so many products are looked up one by one."""
EACH = 2
"""Pages of a listing that one product may cost: looking it up alone takes at least so many requests."""


class StoreIndex:
    """The SKUs and GTINs of everything that a store sells: eight bytes for each.

    It may take one text for another that has the same hash, so what it knows has to be looked up exactly; what it
    does not know was not there at the last ``refresh``.
    """

    def __init__(self, ctx: FlowContext) -> None:
        self._ctx = ctx
        self._listed: array[int] = array("q")
        self._added: set[int] = set()
        self._cursor = ""

    def read(self, most: int) -> bool:
        """Read the whole catalogue; False when it has more than ``most`` pages or cannot be read on from its end."""
        seen: set[int] = set()
        pages = listings = 0
        for event in self._ctx.gateway.listings_fetch(ListingQuery()):
            if isinstance(event, Checkpoint):
                self._cursor, pages = event.cursor, pages + 1
                self._ctx.progress("listings", listings)
                if pages > most:
                    return False
            else:
                seen.update(_hashes(event))
                listings += 1
        self._listed = array("q", sorted(seen))
        return bool(self._cursor)

    def refresh(self) -> None:
        """Read what was added to the store since the last reading."""
        for event in self._ctx.gateway.listings_fetch(ListingQuery(cursor=self._cursor)):
            if isinstance(event, Checkpoint):
                self._cursor = event.cursor
            else:
                self._added.update(_hashes(event))

    def may_have(self, value: Product) -> bool:
        """Tell whether the store may have something with a SKU or GTIN of the product or of its variations."""
        return any(one in self._added or self._is_listed(one) for one in map(hash, _marks(_parts(value))))

    def _is_listed(self, wanted: int) -> bool:
        place = bisect_left(self._listed, wanted)
        return place < len(self._listed) and self._listed[place] == wanted


class LookUp:
    """How the products of one run are looked up.

    ``repeated`` are the SKUs that several active products of the ERP have, None when that is to be asked for each.
    """

    def __init__(self, ctx: FlowContext, repeated: Collection[str] | None = None) -> None:
        self._ctx = ctx
        self._repeated = repeated
        self._index: StoreIndex | None = None

    def prepare(self, products: int) -> None:
        """Get ready to look up so many products: many are looked up in one listing, unless that costs more."""
        if products <= FEW or not self._ctx.gateway.offers("listings_fetch"):
            return
        index = StoreIndex(self._ctx)
        if index.read(products * EACH):
            self._index = index

    def refresh(self) -> None:
        """Take in what was added to the store; called before the products of a batch are looked up."""
        if self._index:
            self._index.refresh()

    def find(self, value: Product) -> dict[str, RemoteIds] | Problem:
        """Look for an unlinked product: one exact SKU links by itself, anything else that is alike is a problem.

        Returns the new links, none when nothing is in the way of creating it.
        """
        twins = self._twins(value.sku)
        if twins > 1:
            details = {"sku": value.sku, "count": str(twins), "ref": value.ref}
            return Problem(DUPLICATE, "P1", "product", value.sku, details)
        if not self._ctx.gateway.offers("listings_fetch") or self._is_chosen(value.sku):
            return {}
        if _unanswered(self._ctx, value.ref):
            return {}  # what is found may be ours in part, which the plugin looks for as it sends
        listings = self._alike(value)
        if not listings:
            return {}
        linked = _link_exact(self._ctx, value, listings)
        if linked:
            return linked
        named = ", ".join(
            sorted({f"{one.ids.product_id}/{one.ids.variant_id}".rstrip("/") for one in listings})
        )
        details = {"sku": value.sku, "name": value.name or "", "listings": named, "ref": value.ref}
        return Problem(LINK_FIRST, "P1", "product", value.sku, details)

    def _is_chosen(self, sku: str) -> bool:
        """Tell whether a person has said to create the SKU although the store has something alike."""
        with self._ctx.database.read() as tx:
            holds = tx.holds.of_items(self._ctx.store.id, (LINK_FIRST,), [sku])
        return any(hold.settled_as == "create" for hold in holds)

    def _twins(self, sku: str) -> int:
        if self._repeated is not None and sku not in self._repeated:
            return 1
        return len(self._ctx.erp.products_by_sku([sku]).get(sku, []))

    def _alike(self, value: Product) -> list[Listing]:
        if self._index and not self._index.may_have(value):
            return []
        parts = _parts(value)
        query = ListingQuery(
            skus=tuple(sorted({part.sku for part in parts if part.sku})),
            gtins=tuple(sorted({part.gtin for part in parts if part.gtin})),
        )
        return [event for event in self._ctx.gateway.listings_fetch(query) if isinstance(event, Listing)]


def link(ctx: FlowContext, ids: RemoteIds, erp_product_id: str, sku: str, how: str) -> LinkRecord:
    """Make the link of a product that has the same SKU on both sides."""
    return LinkRecord(ctx.store.id, ids.product_id, ids.variant_id, sku, erp_product_id, sku, how, ctx.now())


def _parts(value: Product) -> list[Product | Variation]:
    return [value, *value.variations]


def _marks(parts: Iterable[Product | Variation]) -> Iterable[tuple[str, str]]:
    for part in parts:
        yield from _told(part.sku, part.gtin or "")


def _hashes(listing: Listing) -> Iterable[int]:
    marks = (*_told(listing.sku, listing.gtin), *_told(listing.product_sku, listing.product_gtin))
    return map(hash, marks)


def _told(sku: str, gtin: str) -> Iterable[tuple[str, str]]:
    return ((kind, text.strip()) for kind, text in (("sku", sku), ("gtin", gtin)) if text.strip())


def _unanswered(ctx: FlowContext, ref: str) -> bool:
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, [ref]).get(ref)
    return known is not None and known.state is PublicationState.UNKNOWN


def _link_exact(ctx: FlowContext, value: Product, listings: Sequence[Listing]) -> dict[str, RemoteIds]:
    """Link when every part has exactly one listing with its SKU, and no listing is left over."""
    sold: Sequence[Product | Variation] = value.variations or (value,)
    refs = {part.sku: part.ref for part in sold}
    by_sku: dict[str, list[Listing]] = {}
    for listing in listings:
        by_sku.setdefault(listing.sku, []).append(listing)
    with ctx.database.read() as tx:
        taken = tx.links.find(ctx.store.id, [(one.ids.product_id, one.ids.variant_id) for one in listings])
    exact = by_sku.keys() == refs.keys() and all(len(found) == 1 for found in by_sku.values())
    if not exact or taken or len({one.ids.product_id for one in listings}) > 1:
        return {}
    links = {refs[sku]: found[0].ids for sku, found in by_sku.items()}
    records = [link(ctx, found[0].ids, refs[sku], sku, BY_SKU) for sku, found in by_sku.items()]
    if value.variations:
        links[value.ref] = RemoteIds(listings[0].ids.product_id)
        if all(one.ids.variant_id for one in listings):
            records.append(link(ctx, links[value.ref], value.ref, value.sku, PARENT))
    with ctx.database.begin() as tx:
        tx.links.set(records)
        tx.audit.add([ctx.audit("link.made", "", "P1", sku=value.sku)])
    return links
