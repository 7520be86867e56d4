"""From a store's product to a draft for the ERP, and what an ERP product lacks of it (P5)."""

from decimal import Decimal

from tomada.domain.erp_catalogue import (
    ErpCatalogueProduct,
    ErpProductDraft,
    ErpVariationDraft,
    ProductKind,
    ProductMeasures,
    ProductTexts,
)
from tomada.domain.money import ZERO
from tomada.domain.store_product import StoreProduct
from tomada.ports.options import CatalogueOptions


def draft_of(product: StoreProduct, options: CatalogueOptions) -> ErpProductDraft:
    """Return the draft of a product that the ERP does not have; what only the ERP knows comes from the settings."""
    return ErpProductDraft(
        sku=product.sku,
        name=product.name,
        unit=options.unit,
        origin=options.origin,
        ncm=product.ncm or options.ncm,
        kind=ProductKind.PARENT if product.variations else ProductKind.SIMPLE,
        price=product.price or ZERO,
        cost=product.cost or ZERO,
        gtin=product.gtin,
        brand=product.brand,
        category=product.category,
        measures=_measures(product),
        texts=ProductTexts(description=product.description, warranty=product.warranty),
        images=product.images if options.images else (),
        opening_stock=_opening(product.balance, options) if not product.variations else None,
        variations=tuple(
            ErpVariationDraft(
                sku=one.sku,
                price=one.price or product.price or ZERO,
                grid={axis.name: axis.value for axis in one.attributes},
                opening_stock=_opening(one.balance, options),
            )
            for one in product.variations
        ),
    )


def filled(found: ErpCatalogueProduct, product: StoreProduct, *, overwrite: bool) -> ErpProductDraft | None:
    """Return the whole of an ERP product with what it lacks (``overwrite``: with all that the store has).

    None when that changes nothing. Neither SKU, unit, origin, price nor balance is touched.
    """
    measures, texts = _measures(product), found.texts
    told = {
        "name": product.name,
        "gtin": product.gtin,
        "ncm": product.ncm,
        "brand": product.brand,
        "category": product.category,
        "images": product.images,
        "measures": measures if measures != ProductMeasures() else None,
    }
    changes = {
        name: value
        for name, value in told.items()
        if value and value != getattr(found, name) and (overwrite or _is_blank(getattr(found, name)))
    }
    for name, value in (("description", product.description), ("warranty", product.warranty)):
        if value and value != getattr(texts, name) and (overwrite or not getattr(texts, name)):
            texts = texts.model_copy(update={name: value})
    if not changes and texts == found.texts:
        return None
    return _whole(found).model_copy(update={**changes, "texts": texts})


def _whole(found: ErpCatalogueProduct) -> ErpProductDraft:
    """Return a draft that says of a product all that it has, as what a draft leaves empty may be lost."""
    kept = (
        "product_id",
        "sku",
        "name",
        "unit",
        "active",
        "kind",
        "price",
        "promotional_price",
        "cost",
        "gtin",
    )
    more = ("ncm", "brand", "category", "measures", "texts", "images", "grid", "components")
    return ErpProductDraft(
        origin=found.origin or "0", **{name: getattr(found, name) for name in (*kept, *more)}
    )


def _is_blank(value: object) -> bool:
    return not value or value == ProductMeasures()


def _measures(product: StoreProduct) -> ProductMeasures:
    sizes = product.sizes
    return ProductMeasures(
        net_weight=sizes.weight,
        gross_weight=sizes.weight,
        height=sizes.height,
        width=sizes.width,
        length=sizes.length,
    )


def _opening(balance: int | None, options: CatalogueOptions) -> Decimal | None:
    """The opening balance counts for a new product alone, so stock is never added twice."""
    return Decimal(balance) if balance and options.stock else None
