"""Everything that a few orders need to know of the ERP before anything can be decided: products and customers.

Reads the ERP as little as possible: links and contacts that are known cost no request (C1, P1).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from tomada.domain.documents import kind_of_document
from tomada.domain.order import Order
from tomada.domain.status import ErpStatus
from tomada.flows.context import FlowContext
from tomada.flows.mapping.mappings import MappingTable
from tomada.flows.orders.buyer import document_of
from tomada.flows.orders.entering import Rest, stays_out
from tomada.flows.orders.recreate import is_to_be_recreated
from tomada.ports.records import ContactRecord, LinkRecord, OrderRecord

ProductKey = tuple[str, str]


@dataclass(slots=True)
class Resolved:
    """What was found for a few orders.

    ``rests``: remote id → why the order stays out; for the others everything else was looked up.
    ``links``: (product id, variant id) → link. ``candidates``: SKU → how many active ERP products have it, for
    SKUs that gave no link. ``contacts``: document → how many contacts have it; ``contact_codes``: the codes of those,
    where it is more than one. ``originals``: the store's id → an order that parts were split off (O8).
    ``cancelled``: the ids of orders whose ERP order is cancelled, which their store is not told by itself (O7).
    ``new_links`` and ``new_contacts`` were learnt just now and are to be saved with the decisions.
    """

    mappings: MappingTable
    rests: dict[str, Rest] = field(default_factory=dict)
    links: dict[ProductKey, LinkRecord] = field(default_factory=dict)
    candidates: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    contact_codes: dict[str, list[str]] = field(default_factory=dict)
    originals: dict[str, OrderRecord] = field(default_factory=dict)
    cancelled: frozenset[int] = frozenset()
    new_links: list[LinkRecord] = field(default_factory=list)
    new_contacts: list[ContactRecord] = field(default_factory=list)


def resolve(ctx: FlowContext, mappings: MappingTable, work: Sequence[tuple[OrderRecord, Order]]) -> Resolved:
    """Resolve the products and customers of orders that are to enter the ERP."""
    found = Resolved(mappings)
    new = [
        (record, order) for record, order in work if not record.erp_id or is_to_be_recreated(record, order)
    ]
    found.cancelled = _cancelled(ctx, [record for record, _ in work if record.erp_id])
    found.originals = _originals(ctx, [order for _, order in new])
    for record, order in new:
        rest = stays_out(ctx, record, order, mappings, found.originals.get(order.split_from))
        if rest:
            found.rests[record.remote_id] = rest
    fresh = [(record, order) for record, order in new if record.remote_id not in found.rests]
    if fresh:
        _resolve_products(ctx, [order for _, order in fresh], found)
        _resolve_customers(ctx, {document_of(record, order) for record, order in fresh}, found)
    return found


def _cancelled(ctx: FlowContext, records: Sequence[OrderRecord]) -> frozenset[int]:
    """Return the orders that the ERP has cancelled, unless the store is told so or a person has said that it is not."""
    if not records:
        return frozenset()
    with ctx.database.read() as tx:
        news = tx.erp_news.find([record.id for record in records])
        cancelled = frozenset(one.order_id for one in news.values() if one.status == ErpStatus.CANCELLED)
        if not cancelled:
            return cancelled
        table = MappingTable(ctx.store, tx.mappings.all(ctx.store.id), tx.mappings.codes(ctx.store.id))
    status = table.status_out(ErpStatus.CANCELLED)
    kept_back = not status and table.set_by("status_out", ErpStatus.CANCELLED)
    tells = status and ctx.store.options.sending.statuses and ctx.gateway.offers("order_status_push")
    return frozenset() if tells or kept_back else cancelled


def _originals(ctx: FlowContext, orders: Sequence[Order]) -> dict[str, OrderRecord]:
    ids = sorted({order.split_from for order in orders if order.split_from})
    if not ids:
        return {}
    with ctx.database.read() as tx:
        return tx.orders.find(ctx.store.id, ids)


def _resolve_products(ctx: FlowContext, orders: Sequence[Order], found: Resolved) -> None:
    skus = {(item.product_id, item.variant_id): item.sku.strip() for order in orders for item in order.items}
    with ctx.database.read() as tx:
        found.links = tx.links.find(ctx.store.id, list(skus))
    missing = {key: sku for key, sku in skus.items() if key not in found.links}
    searched = sorted({sku for sku in missing.values() if sku})
    products = ctx.erp.products_by_sku(searched) if searched else {}
    for (product_id, variant_id), sku in missing.items():
        candidates = products.get(sku, [])
        if len(candidates) != 1:
            found.candidates[sku] = len(candidates)
            continue
        product = candidates[0]
        link = LinkRecord(
            ctx.store.id, product_id, variant_id, sku, product.product_id, product.sku, "sku", ctx.now()
        )
        found.links[product_id, variant_id] = link
        found.new_links.append(link)


def _resolve_customers(ctx: FlowContext, documents: Collection[str], found: Resolved) -> None:
    hashes = {ctx.database.hash(document): document for document in documents if kind_of_document(document)}
    with ctx.database.read() as tx:
        remembered = tx.contacts.find(ctx.account.id, list(hashes))
    for hashed, document in hashes.items():
        contact = remembered.get(hashed)
        if contact is None or contact.count > 1:  # several contacts: a person may have merged them since
            hits = ctx.erp.find_contacts(document)
            first = hits[0].contact_id if hits else ""
            contact = ContactRecord(ctx.account.id, hashed, len(hits), first, ctx.now())
            found.new_contacts.append(contact)
            if contact.count > 1:
                found.contact_codes[document] = sorted(hit.code for hit in hits if hit.code)
        found.contacts[document] = contact.count
