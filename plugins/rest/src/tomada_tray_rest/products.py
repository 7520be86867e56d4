"""Products and their variations: created or updated, linked as soon as the store has given an id (P1, P2)."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tomada.domain.product import Product, Variation
from tomada.errors import RejectedByRemote, RemoteContractChanged
from tomada.spi import Linked, Listing, ListingQuery, Push, PushEvent, RemoteIds
from tomada_tray_rest.answers import listed
from tomada_tray_rest.catalogue import listings
from tomada_tray_rest.categories import Categories
from tomada_tray_rest.product_bodies import product_body, variant_body
from tomada_tray_rest.sentences import _
from tomada_tray_rest.wire import Record, first_text, text
from tomada_tray_rest.writing import accepted, gone, unchanged, write_each

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession


def push_products(session: "TraySession", batch: Sequence[Push[Product]]) -> Iterator[PushEvent]:
    """Write the products one after the other; see ``ProductHooks.products_push``."""
    return write_each(batch, partial(_write, session, Categories(session)))


def _write(session: "TraySession", categories: Categories, push: Push[Product]) -> Iterator[PushEvent]:
    links = dict(push.links)
    if push.uncertain:
        for linked in _found(session, push, links):
            links[linked.ref] = linked.ids
            yield linked
    product, before = push.value, push.previous
    body, warnings = product_body(product, before if product.ref in links else None, categories)
    wrote = False
    if product.ref not in links:
        created = session.write("POST", "/products", {"Product": body})
        links[product.ref] = RemoteIds(_id_of(created))
        wrote = True
        yield Linked(push.key, product.ref, links[product.ref])
    elif body:
        if session.write("PUT", f"/products/{links[product.ref].product_id}", {"Product": body}) is None:
            yield gone(push.key)
            return
        wrote = True
    known = {one.ref: one for one in before.variations} if before else {}
    for place, variation in enumerate(product.variations, 1):
        made, sent = _write_variant(
            session, push.key, links, product, variation, known.get(variation.ref), place
        )
        wrote = wrote or sent
        if made is not None:
            yield made
    yield accepted(push.key, *warnings) if wrote else unchanged(push.key)


def _write_variant(
    session: "TraySession",
    key: str,
    links: dict[str, RemoteIds],
    product: Product,
    variation: Variation,
    before: Variation | None,
    place: int,
) -> tuple[Linked | None, bool]:
    """Create or update one variation; return its link if it is new, and whether anything was sent."""
    product_id = links[product.ref].product_id
    ids = links.get(variation.ref)
    body = variant_body(variation, before if ids else None, product_id)
    if ids is None:
        made = session.write("POST", "/products/variants", {"Variant": {**body, "order": str(place)}})
        return Linked(key, variation.ref, RemoteIds(product_id, _id_of(made))), True
    if not body:
        return None, False
    if session.write("PUT", f"/products/variants/{ids.variant_id}", {"Variant": body}) is None:
        raise RejectedByRemote("tray.gone", _("The store has this variation no more."), field=variation.sku)
    return None, True


def _found(session: "TraySession", push: Push[Product], links: dict[str, RemoteIds]) -> Iterator[Linked]:
    """Look for what an unanswered write may have made: by the SKU, alone among the store's products."""
    product = push.value
    if product.ref not in links:
        found = _with_reference(session, product.sku)
        if len(found) > 1:
            raise RejectedByRemote(
                "tray.several", _("The store has several products with this SKU."), field="reference"
            )
        if not found:
            return
        ids = RemoteIds(found[0])
        links[product.ref] = ids
        yield Linked(push.key, product.ref, ids)
    refs = {variation.sku: variation.ref for variation in product.variations}
    query = ListingQuery(products=(links[product.ref].product_id,))
    for listing in listings(session, query) if refs else ():
        if isinstance(listing, Listing) and refs.get(listing.sku, product.ref) not in links:
            yield Linked(push.key, refs[listing.sku], listing.ids)


def _with_reference(session: "TraySession", sku: str) -> list[str]:
    answer = session.get("/products", {"reference": sku, "sort": "id_asc", "limit": 50})
    records = [] if answer is None else listed(answer.body, "Products", "Product")
    return [text(record, "id") for record in records if text(record, "reference") == sku]


def _id_of(made: Record | None) -> str:
    found = first_text(made or {}, "id", "product_id")
    if not found:
        raise RemoteContractChanged("tray.no_id", _("The store created something without telling its id."))
    return found
