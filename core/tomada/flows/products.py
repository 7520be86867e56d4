"""The flow ``products``: the ERP's products → the store. Updates what is linked; creating is asked for (P1-P3)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tomada.domain.erp_catalogue import ErpCatalogueProduct, ProductKind
from tomada.domain.product import Product, Variation
from tomada.errors import EffectUnknown, FeatureMissing
from tomada.flows.changes import LOOK_BACK, TRY_AGAIN
from tomada.flows.context import FlowContext
from tomada.flows.erp_orders import OVERLAP
from tomada.flows.item_holds import reconcile_holds
from tomada.flows.problems import Problem
from tomada.flows.product_values import by_policy, merged, product_of
from tomada.flows.publish import BATCH, Item, Subject, Wanted, due, orphaned, publish
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import LinkRecord
from tomada.ports.stock import FeedRecord
from tomada.ports.storage import Transaction
from tomada.spi import Linked, Listing, ListingQuery, RemoteIds

FLOW = "products"
PARENT, SENT, BY_SKU = "parent", "sent", "sku"
LINK_FIRST, DUPLICATE = "link_first", "product_duplicate"


@dataclass(slots=True)
class ProductPlan:
    """What is to be sent. ``creates`` counts products that the store does not have; ``problems``: SKU → why not."""

    items: list[Item[Product]] = field(default_factory=list)
    creates: int = 0
    problems: dict[str, Problem] = field(default_factory=dict)
    looked_at: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def sync_products(ctx: FlowContext) -> None:
    """Send what changed of products that are linked (P2)."""
    read_product_changes(ctx)
    with ctx.database.read() as tx:
        changed = [one.key for one in tx.publications.dirty(ctx.store.id, FLOW)]
    if changed:
        _send(ctx, plan_products(ctx, changed, create=False))


def send_products(ctx: FlowContext, product_ids: Sequence[str]) -> Iterator[ProductPlan]:
    """Create or update these ERP products at the store, as a person asked for it; yield what became of each few.

    A few at a time are read and sent, so that it may be stopped anywhere and goes on where it was.
    """
    for start in range(0, len(product_ids), BATCH):
        plan = plan_products(ctx, product_ids[start : start + BATCH], create=True)
        _send(ctx, plan)
        ctx.progress("products", min(start + BATCH, len(product_ids)), len(product_ids))
        yield plan


def plan_products(ctx: FlowContext, product_ids: Iterable[str], *, create: bool) -> ProductPlan:
    """Read these ERP products and compare them with what the store was sent.

    A variation stands for its parent. With ``create`` unlinked products are looked for at the store before they
    count as new (P1); without it they are left alone.
    """
    orphaned(ctx, FLOW)
    plan = ProductPlan()
    wanted: dict[str, Wanted[Product]] = {}
    seen: set[str] = set()
    for product_id in product_ids:
        found = _whole(ctx, product_id, seen)
        if found is None:
            plan.gone.append(product_id)
            continue
        product, variations = found
        if product.product_id in wanted or not product.sku:
            continue
        value = product_of(product, variations)
        links = _links(ctx, value)
        if value.ref not in links:
            links |= _looked_up(ctx, plan, value) if create else {}
            if value.ref not in links and (not create or value.sku in plan.problems):
                continue
            plan.creates += value.ref not in links
        wanted[value.ref] = _wanted(ctx, value, links)
    plan.items = due(ctx, FLOW, wanted)
    return plan


def _whole(
    ctx: FlowContext, product_id: str, seen: set[str]
) -> tuple[ErpCatalogueProduct, tuple[ErpCatalogueProduct, ...]] | None:
    """Read a product with its variations; None for one that is gone, not active, or was read already."""
    if product_id in seen:
        return None
    seen.add(product_id)
    found = ctx.erp.read_catalogue_product(product_id)
    if found and found.kind is ProductKind.VARIATION and found.parent_id:
        return _whole(ctx, found.parent_id, seen)
    if found is None or not found.active or found.kind is ProductKind.SERVICE:
        return None
    read = (ctx.erp.read_catalogue_product(one.product_id) for one in found.variations)
    return found, tuple(one for one in read if one and one.active)


def _links(ctx: FlowContext, value: Product) -> dict[str, RemoteIds]:
    """Return the store's ids of a product and its variations, as far as they are linked."""
    refs = [value.ref, *(variation.ref for variation in value.variations)]
    with ctx.database.read() as tx:
        records = tx.links.of_products(ctx.store.id, refs)
    links = {record.erp_product_id: RemoteIds(record.product_id, record.variant_id) for record in records}
    if value.ref not in links and links:  # a parent is known by its variations
        links[value.ref] = RemoteIds(next(iter(links.values())).product_id)
    return links


def _wanted(ctx: FlowContext, value: Product, links: dict[str, RemoteIds]) -> Wanted[Product]:
    sent = by_policy(value, ctx.store.options.products, linked=frozenset(links))
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, [value.ref]).get(value.ref)
    before = Product.model_validate_json(known.value) if known and known.value else None
    return Wanted(sent, links, merged(before, sent))


def _looked_up(ctx: FlowContext, plan: ProductPlan, value: Product) -> dict[str, RemoteIds]:
    """Look for an unlinked product at the store: one exact SKU links by itself, anything else is held (P1)."""
    plan.looked_at.append(value.sku)
    twins = ctx.erp.products_by_sku([value.sku]).get(value.sku, [])
    if len(twins) > 1:
        details = {"sku": value.sku, "count": str(len(twins))}
        plan.problems[value.sku] = Problem(DUPLICATE, "P1", "product", value.sku, details)
        return {}
    if not ctx.gateway.offers("listings_fetch") or _chosen_to_create(ctx, value.sku):
        return {}
    if _unanswered(
        ctx, value.ref
    ):  # what is found may be ours in part, which the plugin looks for as it sends
        return {}
    listings = _alike(ctx, value)
    if not listings:
        return {}
    linked = _link_exact(ctx, value, listings)
    if linked:
        return linked
    named = ", ".join(sorted({f"{one.ids.product_id}/{one.ids.variant_id}".rstrip("/") for one in listings}))
    details = {"sku": value.sku, "name": value.name or "", "listings": named}
    plan.problems[value.sku] = Problem(LINK_FIRST, "P1", "product", value.sku, details)
    return {}


def _unanswered(ctx: FlowContext, ref: str) -> bool:
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, [ref]).get(ref)
    return known is not None and known.state is PublicationState.UNKNOWN


def _chosen_to_create(ctx: FlowContext, sku: str) -> bool:
    with ctx.database.read() as tx:
        holds = tx.holds.select(ctx.store.id, open_only=False)
    return any(hold.code == LINK_FIRST and hold.key == sku and hold.settled_as == "create" for hold in holds)


def _alike(ctx: FlowContext, value: Product) -> list[Listing]:
    parts: list[Product | Variation] = [value, *value.variations]
    query = ListingQuery(
        skus=tuple(sorted({part.sku for part in parts if part.sku})),
        gtins=tuple(sorted({part.gtin for part in parts if part.gtin})),
    )
    return [event for event in ctx.gateway.listings_fetch(query) if isinstance(event, Listing)]


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
    with ctx.database.begin() as tx:
        for sku, found in by_sku.items():
            tx.links.set([_link(ctx, found[0].ids, refs[sku], sku, BY_SKU)])
        tx.audit.add([ctx.audit("link.made", "", "P1", sku=value.sku)])
    return {**links, value.ref: RemoteIds(listings[0].ids.product_id)} if value.variations else links


def _link(ctx: FlowContext, ids: RemoteIds, erp_product_id: str, sku: str, how: str) -> LinkRecord:
    return LinkRecord(ctx.store.id, ids.product_id, ids.variant_id, sku, erp_product_id, sku, how, ctx.now())


def _send(ctx: FlowContext, plan: ProductPlan) -> None:
    if plan.looked_at:
        reconcile_holds(ctx, (LINK_FIRST, DUPLICATE), plan.looked_at, plan.problems)
    publish(ctx, _subject(ctx, plan.items), plan.items)
    _clean(ctx, plan)


def unlinked(ctx: FlowContext) -> list[str]:
    """Return the ids of the ERP's active products, parents included, that the store has no link to."""
    rows = [row for row in ctx.erp.search_products() if row.active and not row.variation and row.sku]
    with ctx.database.read() as tx:
        linked = {link.erp_product_id for link in tx.links.all(ctx.store.id)}
    return list(dict.fromkeys(row.product_id for row in rows if row.product_id not in linked))


def with_skus(ctx: FlowContext, skus: Sequence[str]) -> dict[str, list[str]]:
    """Return SKU → the ids of the ERP's active products with exactly it, parents included."""
    found: dict[str, list[str]] = {}
    for sku in skus:
        rows = [row for row in ctx.erp.search_products(sku) if row.active and row.sku.strip() == sku.strip()]
        found[sku] = list(dict.fromkeys(row.product_id for row in rows))
    return found


def _subject(ctx: FlowContext, items: Sequence[Item[Product]]) -> Subject[Product]:
    """Return what this flow publishes; the key is the ERP's product id."""
    parts: dict[str, tuple[str, str]] = {}
    for item in items:
        product = item.wanted.value
        parts[product.ref] = (product.sku, PARENT if product.variations else SENT)
        parts |= {variation.ref: (variation.sku, SENT) for variation in product.variations}

    def linked(tx: Transaction, event: Linked) -> None:
        sku, how = parts[event.ref]
        tx.links.set([_link(ctx, event.ids, event.ref, sku, how)])
        ctx.counts["linked"] += 1

    return Subject(FLOW, Product, ctx.gateway.products_push, linked=linked, rule="P2")


def _clean(ctx: FlowContext, plan: ProductPlan) -> None:
    """Take the mark off what was planned; what is under way or failed for now keeps it."""
    waiting = {item.publication.key for item in plan.items if item.publication.pending}
    with ctx.database.begin() as tx:
        done = [one for one in tx.publications.dirty(ctx.store.id, FLOW) if one.key not in waiting]
        for one in done:
            one.dirty = False
        tx.publications.save(done)


def read_product_changes(ctx: FlowContext) -> None:
    """Commit the ERP's feed of changed products as marks on every store of the account that has them linked.

    The feed forgets what it has answered: a page whose answer was lost marks every linked product instead.
    An account without the feed is left alone: its products are sent when a person asks for it.
    """
    with ctx.database.lock(f"erp-{ctx.account.id}-products") as locked:
        if not locked:
            return
        with ctx.database.read() as tx:
            feed = tx.feeds.get(ctx.account.id, FLOW)
        began = ctx.now()
        if ctx.began_at is not None and feed.read_at is not None and feed.read_at >= ctx.began_at:
            return
        if feed.present is False and feed.read_at and began - feed.read_at < TRY_AGAIN:
            return
        if feed.gap_at is not None:
            _mark(ctx, feed, None)
        pages = ctx.erp.product_changes(max((feed.since or began) - OVERLAP, began - LOOK_BACK))
        while True:
            feed.gap_at = ctx.now()
            _save(ctx, feed)
            try:
                page = next(pages, None)
            except FeatureMissing:
                feed.present, feed.gap_at, feed.read_at = False, None, began
                _save(ctx, feed)
                return
            except EffectUnknown:
                _mark(ctx, feed, None)
                raise
            if page is None:
                break
            _mark(ctx, feed, [change.product_id for change in page])
        feed.present, feed.since, feed.read_at, feed.gap_at = True, began, began, None
        _save(ctx, feed)


def _save(ctx: FlowContext, feed: FeedRecord) -> None:
    with ctx.database.begin() as tx:
        tx.feeds.save(feed)


def _mark(ctx: FlowContext, feed: FeedRecord, product_ids: Sequence[str] | None) -> None:
    """Mark these products (None: all) at every store that has them linked, and close the gap with it."""
    feed.gap_at = None
    with ctx.database.begin() as tx:
        for store in tx.stores.all():
            if store.erp_id != ctx.account.id:
                continue
            links = (
                tx.links.all(store.id) if product_ids is None else tx.links.of_products(store.id, product_ids)
            )
            keys = sorted({link.erp_product_id for link in links})
            known = tx.publications.find(store.id, FLOW, keys)
            marked = [known.get(key) or PublicationRecord(store.id, FLOW, key) for key in keys]
            for one in marked:
                one.dirty = True
            tx.publications.save(marked)
        tx.feeds.save(feed)
