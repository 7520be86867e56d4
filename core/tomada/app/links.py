"""Links: which ERP product a store's product is (P1)."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from tomada.app.opening import look_with, store_named
from tomada.app.person import actor
from tomada.app.products import erp_product
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.flows.holds.settle import orders_waiting_for
from tomada.i18n import _
from tomada.ports.records import AuditRecord, LinkRecord, StoreRecord
from tomada.spi import Listing, ListingQuery, RemoteIds

PRODUCT = "product"
"""Kind of the holds that hang on a link."""
PARENT = "parent"
"""How a product is linked that is sold in its variations only."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A link that was set, and how many orders go on with the next sync."""

    link: LinkRecord
    freed: int


def key_of(product: str, variant: str) -> str:
    """Return how a store's product is written: ``PRODUCT`` or ``PRODUCT/VARIANT``."""
    return f"{product}/{variant}" if variant else product


def links(installation: Installation, store_name: str) -> list[LinkRecord]:
    """Return the links of a store."""
    store = store_named(installation, store_name)
    with installation.database.read() as tx:
        return sorted(tx.links.all(store.id), key=lambda link: (link.product_id, link.variant_id))


def link(installation: Installation, store_name: str, key: str, erp_product_id: str) -> Linked:
    """Link a store's product to an ERP product.

    Raises ``UsageError`` for one that the store does not sell, or that cannot be sold by itself; and whatever keeps
    either side from answering.
    """
    store = store_named(installation, store_name)
    product, variant = parted(key)
    found = erp_product(installation, store.id, erp_product_id.strip())
    sku = sku_of(installation, store, product, variant)
    with installation.database.read() as tx:
        known = tx.links.find(store.id, [(product, variant)]).get((product, variant))
    made = LinkRecord(
        store.id,
        product,
        variant,
        sku or (known.sku if known else ""),
        found.product_id,
        found.sku,
        "person",
        installation.now(),
    )
    return Linked(made, save(installation, [made]))


def save(installation: Installation, made: Sequence[LinkRecord]) -> int:
    """Commit links of one store that a person has set, and return how many orders they free."""
    freed: set[int] = set()
    with installation.database.begin() as tx:
        tx.links.set(made)
        for one in made:
            key = key_of(one.product_id, one.variant_id)
            freed |= orders_waiting_for(tx, one.store_id, PRODUCT, key)
            details = {"product": key, "erp_product": one.erp_product_id}
            tx.audit.add(
                [AuditRecord(installation.now(), actor(), "link.set", one.store_id, "", "P1", details)]
            )
        for store_id in {one.store_id for one in made}:
            tx.orders.wake(store_id, sorted(freed))
    return len(freed)


def sku_of(installation: Installation, store: StoreRecord, product: str, variant: str) -> str:
    """Return the SKU that the store's product has there; empty when its platform does not list its products."""
    with installation.gateway(store) as gateway:
        if not gateway.offers("listings_fetch"):
            return ""
        events = list(gateway.listings_fetch(ListingQuery(products=(product,))))
    listed = {event.ids: event for event in events if isinstance(event, Listing)}
    found = listed.get(RemoteIds(product, variant))
    if found:
        return found.sku
    if not listed:
        raise UsageError(
            "link.unlisted",
            _("{store} has no product {key}.").format(store=store.name, key=key_of(product, variant)),
            _(
                "It is the id in the address of the product's page in the store's administration, not its SKU."
            ),
        )
    raise UsageError(
        "link.variations",
        _("{store} sells {key} only in variations; name one of them.").format(store=store.name, key=product),
        _("There are: {names}").format(
            names=", ".join(
                f"{key_of(ids.product_id, ids.variant_id)} ({one.sku})" for ids, one in listed.items()
            )
        ),
    )


def unlink(installation: Installation, store_name: str, key: str) -> None:
    """Remove a link; the next order with the product looks for its SKU in the ERP again."""
    store = store_named(installation, store_name)
    product, variant = parted(key)
    with installation.database.begin() as tx:
        if not tx.links.remove(store.id, product, variant):
            raise UsageError(
                "link.unknown",
                _("The product {key} is not linked.").format(key=key),
                look_with(f"tomada links list {shlex.quote(store.name)}"),
            )
        details = {"product": key_of(product, variant)}
        tx.audit.add([AuditRecord(installation.now(), actor(), "link.removed", store.id, "", "P1", details)])


def parted(key: str) -> tuple[str, str]:
    """Take ``PRODUCT/VARIANT`` apart; raises ``UsageError`` without a product."""
    product, _slash, variant = key.strip().partition("/")
    if not product:
        raise UsageError("link.key", _("Name the store's product as PRODUCT or PRODUCT/VARIANT."))
    return product, variant
