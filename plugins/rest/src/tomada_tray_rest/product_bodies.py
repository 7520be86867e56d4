"""Products and variations in Tray's fields (tray-rest.md 5.3, 5.6, 6.3): only what is told and differs."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tomada.domain.product import Product, Sizes, Variation
from tomada_tray_rest.categories import Categories
from tomada_tray_rest.sentences import _

LENGTHS = {
    "name": 200,
    "description": 4800,
    "description_small": 500,
    "ean": 120,
    "ncm": 8,
    "brand": 120,
    "reference": 120,
}
PICTURES = 6
_GRAMS = Decimal(1000)
_COLOURS = {"cor": "Cor", "color": "Cor", "colour": "Cor"}


def product_body(
    product: Product, before: Product | None, categories: Categories
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what is to be written and what the store takes only in part; ``before`` is what it has."""
    fields = _product_fields(product, categories)
    known = _product_fields(before, categories) if before else {}
    body = {name: value for name, value in fields.items() if known.get(name) != value}
    return body, _warnings(product, fields)


def variant_body(variation: Variation, before: Variation | None, product_id: str) -> dict[str, Any]:
    """Return what is to be written of a variation; a new one names its product and its one or two axes."""
    known = _variant_fields(before) if before else {}
    body = {name: value for name, value in _variant_fields(variation).items() if known.get(name) != value}
    return body if before is not None else {"product_id": product_id, **body}


def _product_fields(product: Product, categories: Categories) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": product.name,
        "description": product.description,
        "description_small": product.summary,
        "price": _price(product.price),
        "ean": product.gtin,
        "ncm": product.ncm and product.ncm.replace(".", ""),
        "brand": product.brand,
        "warranty": product.warranty,
        "reference": product.sku,
        "category_id": product.category_id
        or (categories.find(product.category) if product.category else None),
        **_sizes(product.sizes),
        **_pictures(product.images),
        "metatag": _metatag(product),
        "available": None if product.available is None else str(int(product.available)),
    }
    return {name: _cut(name, value) for name, value in fields.items() if value not in (None, "", [])}


def _variant_fields(variation: Variation) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "reference": variation.sku,
        "ean": variation.gtin,
        "price": _price(variation.price),
        **_sizes(variation.sizes),
        **_pictures(variation.images),
    }
    for place, axis in enumerate(variation.attributes[:2], 1):
        fields[f"type_{place}"] = _COLOURS.get(axis.name.strip().casefold(), axis.name)
        fields[f"value_{place}"] = axis.value
    return {name: _cut(name, value) for name, value in fields.items() if value not in (None, "")}


def _price(price: Decimal | None) -> str | None:
    """A price of zero would turn the product into one on request, so it is never sent (5.3)."""
    return f"{price:.2f}" if price else None


def _sizes(sizes: Sizes | None) -> dict[str, int]:
    if sizes is None:
        return {}
    told = {
        "weight": sizes.weight * _GRAMS,
        "height": sizes.height,
        "width": sizes.width,
        "length": sizes.length,
    }
    return {name: int(value.to_integral_value(ROUND_HALF_UP)) for name, value in told.items() if value}


def _pictures(images: tuple[str, ...] | None) -> dict[str, str]:
    return {f"picture_source_{place}": address for place, address in enumerate((images or ())[:PICTURES], 1)}


def _metatag(product: Product) -> list[dict[str, Any]]:
    told = (("keywords", product.seo_keywords), ("description", product.seo_description))
    return [{"type": name, "content": content, "local": 1} for name, content in told if content]


def _cut(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    length = LENGTHS.get(name)
    return value[:length] if length and isinstance(value, str) else value


def _warnings(product: Product, fields: Mapping[str, Any]) -> tuple[str, ...]:
    found = []
    if product.category and "category_id" not in fields:
        found.append(_("The store has no category {path}.").format(path=" > ".join(product.category)))
    if product.images and len(product.images) > PICTURES:
        found.append(_("The store takes {count} pictures only.").format(count=PICTURES))
    for name, told in (("name", product.name), ("description", product.description)):
        if told and len(told) > LENGTHS[name]:
            found.append(
                _("{field} was cut to {length} characters.").format(field=name, length=LENGTHS[name])
            )
    if any(len(variation.attributes) > 2 for variation in product.variations):
        found.append(_("The store takes two axes of variations only."))
    return tuple(found)
