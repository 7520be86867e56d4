"""From an ERP product to what a store is to show, by the store's field policy (P3)."""

from collections.abc import Mapping
from decimal import Decimal

from tomada.domain.erp_catalogue import ErpCatalogueProduct, ProductMeasures
from tomada.domain.product import Attribute, Product, Sizes, Variation
from tomada.ports.options import ProductOptions, When
from tomada.spi import RemoteIds

_GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "description": ("description", "summary"),
    "images": ("images",),
    "category": ("category", "category_id"),
    "seo": ("seo_title", "seo_keywords", "seo_description"),
    "price": ("price",),
    "facts": ("gtin", "ncm", "brand", "warranty", "sizes"),
}
"""Which fields of a product each option decides about."""


def product_of(found: ErpCatalogueProduct, variations: tuple[ErpCatalogueProduct, ...]) -> Product:
    """Return everything that the ERP knows of a product; what it does not know is left alone, never emptied."""
    return Product(
        ref=found.product_id,
        sku=found.sku,
        name=found.name or None,
        description=found.texts.description or None,
        price=found.price or None,
        gtin=found.gtin or None,
        ncm=found.ncm or None,
        brand=found.brand or None,
        warranty=found.texts.warranty or None,
        sizes=_sizes(found.measures),
        category=found.category or None,
        images=found.images or None,
        seo_title=found.texts.seo_title or None,
        seo_keywords=found.texts.seo_keywords or None,
        seo_description=found.texts.seo_description or None,
        variations=tuple(_variation(one) for one in variations),
    )


def sold_apart(product: Product, links: Mapping[str, RemoteIds]) -> bool:
    """Tell whether the store has variations where the ERP has none, or single products where the ERP has variations.

    Neither is the other: what is the ERP product's would be written over a product of the store that is more or less.
    ``links`` are the store's ids by ref, as far as there are any.
    """
    if not product.variations:
        return product.ref in links and bool(links[product.ref].variant_id)
    parts = [links[one.ref] for one in product.variations if one.ref in links]
    if not all(ids.variant_id for ids in parts):
        return True
    whole = [links[product.ref]] if product.ref in links else []
    return len({ids.product_id for ids in (*parts, *whole)}) > 1


def _variation(found: ErpCatalogueProduct) -> Variation:
    return Variation(
        ref=found.product_id,
        sku=found.sku,
        attributes=tuple(Attribute(name=name, value=value) for name, value in found.grid.items()),
        gtin=found.gtin or None,
        price=found.price or None,
        sizes=_sizes(found.measures),
        images=found.images or None,
    )


def _sizes(measures: ProductMeasures) -> Sizes | None:
    sizes = Sizes(
        weight=measures.gross_weight or measures.net_weight,
        height=measures.height,
        width=measures.width,
        length=measures.length,
    )
    return sizes if any(value for _name, value in sizes) else None


def with_prices(product: Product, prices: Mapping[str, Decimal | None]) -> Product:
    """Return the product with other prices of the parts that are named by their refs; None: it has none."""
    variations = tuple(
        one.model_copy(update={"price": prices.get(one.ref, one.price)}) for one in product.variations
    )
    return product.model_copy(
        update={"price": prices.get(product.ref, product.price), "variations": variations}
    )


def by_policy(product: Product, options: ProductOptions, *, linked: frozenset[str]) -> Product:
    """Return what may be sent: all but *never* where something is created, only *always* where it is there.

    ``linked`` are the refs that the store has already; a variation that is new is created whole.
    """
    variations = tuple(
        one.model_copy(update=_left_out(Variation, options, creating=one.ref not in linked))
        for one in product.variations
    )
    left_out = _left_out(Product, options, creating=product.ref not in linked)
    return product.model_copy(update={**left_out, "variations": variations})


def _left_out(
    model: type[Product | Variation], options: ProductOptions, *, creating: bool
) -> dict[str, None]:
    """Return the fields that are not sent, each as None."""
    return {
        name: None
        for group, names in _GROUPS.items()
        if not _sends(options, group, creating=creating)
        for name in names
        if name in model.model_fields
    }


def _sends(options: ProductOptions, group: str, *, creating: bool) -> bool:
    when = getattr(options, group)
    return when is When.ALWAYS or (creating and when is When.ON_CREATE)


def merged(before: Product | None, sent: Product) -> Product:
    """Return what the store has once it took ``sent``: what that leaves alone stays as it was sent before."""
    if before is None:
        return sent
    known = {variation.ref: variation for variation in before.variations}
    variations = tuple(
        one.model_copy(update=_kept(known[one.ref], one)) if one.ref in known else one
        for one in sent.variations
    )
    return sent.model_copy(update={**_kept(before, sent), "variations": variations})


def _kept(before: Product | Variation, sent: Product | Variation) -> dict[str, object]:
    old = dict(before)
    return {name: old.get(name) for name, value in sent if value is None}
