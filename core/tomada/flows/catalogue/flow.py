"""The flow ``catalogue``: a store's products → the ERP, as a person asks for it (P5).

What the ERP has already is linked and left as it is, or its blanks are filled. Creating goes the same way as anything
that goes out to a store: an intent before it, its outcome after it, and a look before anything is repeated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tomada.domain.erp_catalogue import ErpCatalogueProduct, ErpProductRow, ProductKind
from tomada.domain.store_product import StoreProduct
from tomada.errors import GuardRail
from tomada.flows.catalogue.erp_drafts import draft_of, filled
from tomada.flows.context import FlowContext
from tomada.flows.mapping.defaults import normalise
from tomada.flows.sending.publish import BATCH, Subject, Wanted, due, orphaned, publish
from tomada.i18n import _
from tomada.ports.options import Existing, LinkBy
from tomada.ports.publications import PublicationState
from tomada.ports.records import LinkRecord
from tomada.ports.storage import Transaction
from tomada.spi import CatalogueQuery, Linked, Outcome, OutcomeKind, Push, PushEvent, RemoteIds

FLOW = "catalogue"
PARENT, BY_SKU = "parent", "sku"


@dataclass(slots=True)
class Import:
    """What became of the products that were read: ``names`` has id at the store → SKU, or the id for one without.

    ``sent`` were to be created; ``linked`` were linked just now; ``filled`` got what they lacked; ``doubts``: why a
    person has to look first; ``refused``: why the ERP did not take what it lacked. ``skus`` are those of what was to
    be created.
    """

    names: dict[str, str] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)
    doubts: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    skus: set[str] = field(default_factory=set)


class ErpIndex:
    """What the ERP has, read once: its active products by SKU, GTIN and name."""

    def __init__(self, rows: Iterable[ErpProductRow]) -> None:
        self.by_sku: dict[str, list[ErpProductRow]] = {}
        self.by_gtin: dict[str, list[ErpProductRow]] = {}
        self.by_name: dict[str, list[ErpProductRow]] = {}
        for row in {row.product_id: row for row in rows if row.active}.values():
            self.by_sku.setdefault(row.sku.strip(), []).append(row)
            if row.gtin:
                self.by_gtin.setdefault(row.gtin, []).append(row)
            if not row.variation:
                self.by_name.setdefault(normalise(row.name), []).append(row)

    def alike(self, product: StoreProduct, link_by: LinkBy) -> list[ErpProductRow]:
        """Return what has the product's own SKU, else its GTIN or name if products are linked by that."""
        found = self.by_sku.get(product.sku.strip(), []) if product.sku else []
        if not found and link_by is LinkBy.GTIN and product.gtin:
            found = self.by_gtin.get(product.gtin, [])
        if not found and link_by is LinkBy.NAME:
            found = self.by_name.get(normalise(product.name), [])
        return found

    def with_gtin(self, product: StoreProduct) -> list[ErpProductRow]:
        """Return what has a GTIN of the product."""
        gtins = [product.gtin, *(one.gtin for one in product.variations)]
        return [row for gtin in gtins if gtin for row in self.by_gtin.get(gtin, [])]


def import_products(ctx: FlowContext, product_ids: Sequence[str], plan: Import) -> None:
    """Take these products of the store (all that are not linked when empty) into the ERP, and note what became of them.

    A few at a time are read and created once a person has said yes to many, so that it may be stopped anywhere. Raises
    ``GuardRail`` before anything is created when too many would be and nobody has (G1), and what stopped it.
    """
    orphaned(ctx, FLOW)
    index = ErpIndex(ctx.erp.search_products())
    with ctx.database.read() as tx:
        linked = {link.product_id for link in tx.links.all(ctx.store.id)}
    wanted: dict[str, Wanted[StoreProduct]] = {}
    query = CatalogueQuery(tuple(product_ids), lambda product_id: product_id in linked)
    for product in ctx.gateway.products_fetch(query):
        plan.names[product.product_id] = product.sku or product.product_id
        if product.product_id in linked:
            _fill(ctx, plan, product)
        elif not _link(ctx, plan, product, index):
            wanted[product.product_id] = Wanted(product)
            plan.skus.update(product.skus)
        _guard(ctx, len(wanted))
        if ctx.confirmed and len(wanted) >= BATCH:
            _send(ctx, plan, wanted)
            wanted = {}
        ctx.progress(FLOW, len(plan.names))
    _send(ctx, plan, wanted)
    _settle_found(ctx)


def _settle_found(ctx: FlowContext) -> None:
    """Take for created what was sent without an answer and is linked by now: the ERP has it."""
    with ctx.database.begin() as tx:
        linked = {link.product_id for link in tx.links.all(ctx.store.id)}
        found = [one for one in tx.publications.under_way(ctx.store.id, FLOW) if one.key in linked]
        for one in found:
            one.value, one.pending, one.state = one.pending, "", PublicationState.SETTLED
        tx.publications.save(found)


def _guard(ctx: FlowContext, count: int) -> None:
    limit = ctx.store.options.guard.products_created
    if ctx.confirmed or count <= limit:
        return
    raise GuardRail(
        "guard.products_created",
        _("More than {limit} products would be created in the ERP; none was.").format(limit=limit),
        _("To go on, repeat the command with --yes."),
    )


def _send(ctx: FlowContext, plan: Import, wanted: dict[str, Wanted[StoreProduct]]) -> None:
    plan.sent += wanted
    publish(ctx, _subject(ctx), due(ctx, FLOW, wanted, wanted))


def _link(ctx: FlowContext, plan: Import, product: StoreProduct, index: ErpIndex) -> bool:
    """Link what the ERP has for sure, note what leaves a doubt; False for what is to be created."""
    sold = [(one.sku.strip(), RemoteIds(product.product_id, one.variant_id)) for one in product.variations]
    sold = sold or [(product.sku.strip(), RemoteIds(product.product_id))]
    if not all(sku for sku, _ids in sold) or len({sku for sku, _ids in sold}) < len(sold):
        plan.doubts[product.product_id] = "no_sku"
        return True
    if not plan.skus.isdisjoint(sku for sku, _ids in sold):
        plan.doubts[product.product_id] = "repeated"
        return True
    found = {sku: [row for row in index.by_sku.get(sku, []) if not row.parent] for sku, _ids in sold}
    if len(sold) == 1 and not product.variations and not found[sold[0][0]]:
        found[sold[0][0]] = [
            row for row in index.alike(product, ctx.store.options.catalogue.link_by) if not row.parent
        ]
    if all(len(rows) == 1 for rows in found.values()):
        return _link_all(ctx, plan, product, {sku: rows[0] for sku, rows in found.items()}, sold)
    if any(found.values()) or index.with_gtin(product) or index.alike(product, LinkBy.SKU):
        plan.doubts[product.product_id] = "alike"
        return True
    return False


def _link_all(
    ctx: FlowContext,
    plan: Import,
    product: StoreProduct,
    rows: dict[str, ErpProductRow],
    sold: Sequence[tuple[str, RemoteIds]],
) -> bool:
    with ctx.database.read() as tx:
        taken = tx.links.of_products(ctx.store.id, [row.product_id for row in rows.values()])
    if taken:
        plan.doubts[product.product_id] = "taken"
        return True
    records = [
        LinkRecord(
            ctx.store.id,
            ids.product_id,
            ids.variant_id,
            sku,
            rows[sku].product_id,
            rows[sku].sku,
            BY_SKU,
            ctx.now(),
        )
        for sku, ids in sold
    ]
    with ctx.database.begin() as tx:
        tx.links.set(records)
        tx.audit.add([ctx.audit("link.made", "", "P5", sku=sku) for sku, _ids in sold])
    plan.linked.add(product.product_id)
    _fill(ctx, plan, product)
    return True


def _fill(ctx: FlowContext, plan: Import, product: StoreProduct) -> None:
    """Fill what the ERP's product lacks, or overwrite it, where the store's settings say so; never its balance.

    One with variations is left as it is: what a replacement does not name may be lost, and it names no variations.
    """
    existing = ctx.store.options.catalogue.existing
    if existing is Existing.LEAVE:
        return
    with ctx.database.read() as tx:
        links = tx.links.find(ctx.store.id, [(product.product_id, "")])
    link = links.get((product.product_id, ""))
    found = ctx.erp.read_catalogue_product(link.erp_product_id) if link else None
    draft = filled(found, product, overwrite=existing is Existing.OVERWRITE) if found else None
    if draft is None or draft.kind is ProductKind.PARENT:
        return
    (result,) = ctx.erp.update_products([draft])
    if not result.accepted:
        plan.refused[product.product_id] = result.message
        return
    plan.filled.add(product.product_id)
    with ctx.database.begin() as tx:
        tx.audit.add([ctx.audit(f"{FLOW}.filled", "", "P5", key=product.product_id, sku=draft.sku)])


def _subject(ctx: FlowContext) -> Subject[StoreProduct]:
    def push(batch: Sequence[Push[StoreProduct]]) -> Iterator[PushEvent]:
        return _create(ctx, batch)

    def linked(tx: Transaction, event: Linked) -> None:
        erp_id, _slash, sku = event.ref.partition("/")
        how = BY_SKU if event.ids.variant_id or sku else PARENT
        ids = event.ids
        tx.links.set(
            [LinkRecord(ctx.store.id, ids.product_id, ids.variant_id, sku, erp_id, sku, how, ctx.now())]
        )
        ctx.counts["linked"] += 1

    return Subject(FLOW, StoreProduct, push, linked=linked, rule="P5")


def _create(ctx: FlowContext, batch: Sequence[Push[StoreProduct]]) -> Iterator[PushEvent]:
    """Create products in the ERP with one call, after a look for those whose earlier creation got no answer."""
    fresh = []
    for push in batch:
        made = _made_before(ctx, push.value) if push.uncertain else ""
        if made:
            yield from _links_of(ctx, push.key, push.value, made)
            yield Outcome(push.key, OutcomeKind.ACCEPTED)
        else:
            fresh.append(push)
    if not fresh:
        return
    drafts = [draft_of(push.value, ctx.store.options.catalogue) for push in fresh]
    for push, result in zip(fresh, ctx.erp.create_products(drafts), strict=True):
        if result.accepted:
            yield from _links_of(ctx, push.key, push.value, result.product_id)
            yield Outcome(push.key, OutcomeKind.ACCEPTED)
        else:
            yield Outcome(push.key, OutcomeKind.REJECTED, result.code, result.message, result.field)


def _made_before(ctx: FlowContext, product: StoreProduct) -> str:
    """Return the ERP's id of what an unanswered call made; empty for nothing."""
    wanted = product.sku.strip() or product.variations[0].sku.strip()
    rows = [row for row in ctx.erp.search_products(wanted) if row.sku.strip() == wanted]
    parents = [row for row in rows if row.parent] if product.variations else rows
    if parents:
        return parents[0].product_id
    child = ctx.erp.read_catalogue_product(rows[0].product_id) if rows else None
    return child.parent_id if child else ""


def _links_of(ctx: FlowContext, key: str, product: StoreProduct, erp_id: str) -> Iterator[Linked]:
    """Yield the links of a product that was created; the ids of its variations are read, as the ERP does not tell."""
    if not product.variations:
        yield Linked(key, f"{erp_id}/{product.sku}", RemoteIds(product.product_id))
        return
    found = ctx.erp.read_catalogue_product(erp_id)
    yield Linked(key, f"{erp_id}/", RemoteIds(product.product_id))
    for variation in product.variations:
        child = _child_of(found, variation.sku)
        if child:
            yield Linked(key, f"{child}/{variation.sku}", RemoteIds(product.product_id, variation.variant_id))


def _child_of(found: ErpCatalogueProduct | None, sku: str) -> str:
    return next((one.product_id for one in found.variations if one.sku == sku), "") if found else ""
