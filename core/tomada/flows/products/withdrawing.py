"""Products that are not active in the ERP any more: unavailable at the store, never deleted, and back again (P4)."""

from collections.abc import Mapping, Sequence

from tomada.domain.product import Product, Variation
from tomada.errors import GuardRail
from tomada.flows.context import FlowContext
from tomada.flows.products.looking_up import FLOW
from tomada.flows.products.values import merged
from tomada.flows.sending.publish import Wanted
from tomada.i18n import _
from tomada.ports.publications import PublicationRecord
from tomada.spi import RemoteIds


def withdrawals(ctx: FlowContext, product_ids: Sequence[str]) -> dict[str, Wanted[Product]]:
    """Return what a store is to be told of products that are active no more: of those that are linked as a whole."""
    return _told(ctx, product_ids, available=False) if ctx.store.options.products.withdraw else {}


def returns(ctx: FlowContext, product_ids: Sequence[str]) -> dict[str, Wanted[Product]]:
    """Return what a store is to be told of products that were withdrawn and of which nothing else may be sent."""
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, product_ids)
    return _told(ctx, [key for key, one in known.items() if _was_withdrawn(one)], available=True)


def given_back(product: Product, told: PublicationRecord | None) -> Product:
    """Return an active product as it is to be sent: available again where it was withdrawn, else left as it is."""
    if told is None or not _was_withdrawn(told):
        return product
    return product.model_copy(update={"available": True})


def _was_withdrawn(told: PublicationRecord) -> bool:
    """Tell whether the store was told so, or may have been by a send that got no answer."""
    said = [Product.model_validate_json(one) for one in (told.value, told.pending) if one]
    return any(product.available is False for product in said)


def _told(ctx: FlowContext, product_ids: Sequence[str], *, available: bool) -> dict[str, Wanted[Product]]:
    with ctx.database.read() as tx:
        links = {link.erp_product_id: link for link in tx.links.of_products(ctx.store.id, product_ids)}
        known = tx.publications.find(ctx.store.id, FLOW, list(links))
    wanted = {}
    for product_id, link in links.items():
        if link.variant_id:
            continue
        told = known.get(product_id)
        before = Product.model_validate_json(told.value) if told and told.value else None
        sent = Product(
            ref=product_id,
            sku=before.sku if before else link.erp_sku,
            available=available,
            variations=tuple(map(_named, before.variations)) if before else (),
        )
        wanted[product_id] = Wanted(sent, _links(ctx, sent, link.product_id), merged(before, sent))
    return wanted


def guard_withdrawals(ctx: FlowContext, count: int) -> None:
    """Raise ``GuardRail`` when one run would withdraw more than may go to zero, and nobody has confirmed it (G1)."""
    if ctx.confirmed or count <= ctx.store.options.guard.zero_at_least:
        return
    raise GuardRail(
        "guard.withdrawn",
        _("More than {count} products would be made unavailable, as the ERP has them active no more.").format(
            count=ctx.store.options.guard.zero_at_least
        ),
        _("Look at them in the ERP. To go on: tomada sync {store} products --yes").format(
            store=ctx.store.name
        ),
    )


def _named(variation: Variation) -> Variation:
    return Variation(ref=variation.ref, sku=variation.sku, attributes=variation.attributes)


def _links(ctx: FlowContext, product: Product, product_id: str) -> Mapping[str, RemoteIds]:
    with ctx.database.read() as tx:
        parts = tx.links.of_products(ctx.store.id, [one.ref for one in product.variations])
    return {
        product.ref: RemoteIds(product_id),
        **{part.erp_product_id: RemoteIds(part.product_id, part.variant_id) for part in parts},
    }
