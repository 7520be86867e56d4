"""Products and variants as web_api shows them: in lists and alone (tray-rest.md 5.2, 6.2)."""

from decimal import Decimal
from typing import Any

from tomada_sandbox.tiny.wire import money
from tomada_sandbox.tray.state import Product, Store, Variant
from tomada_sandbox.tray.wire import NO_DAY, flag

Json = dict[str, Any]

_CDN = "https://images.example/img/produtos"


def product_row(store: Store, product: Product) -> Json:
    """Return a product as the list shows it."""
    told = product.fields
    return {
        "id": str(product.id),
        "name": product.name,
        "slug": told.get("slug", f"produto-{product.id}"),
        "ean": product.gtin,
        "ncm": told.get("ncm", ""),
        "reference": product.sku,
        "model": told.get("model", ""),
        "brand": told.get("brand", ""),
        "brand_id": "0",
        "price": money(product.price),
        "cost_price": told.get("cost_price", "0.00"),
        "promotional_price": told.get("promotional_price", "0.00"),
        "start_promotion": told.get("start_promotion", NO_DAY),
        "end_promotion": told.get("end_promotion", NO_DAY),
        "weight": told.get("weight", "0"),
        "length": told.get("length", "0"),
        "width": told.get("width", "0"),
        "height": told.get("height", "0"),
        "stock": str(product.shown_stock),
        "minimum_stock": told.get("minimum_stock", "0"),
        "category_id": str(product.category_id),
        "related_categories": [],
        "all_categories": [str(product.category_id)] if product.category_id else "0",
        "available": flag(product.available),
        "available_for_purchase": flag(product.available),
        "availability": told.get("availability", ""),
        "upon_request": flag(product.price == 0),
        "has_variation": flag(product.variants),
        "is_kit": flag(product.kit),
        "created": product.created,
        "modified": product.modified,
        "ProductImage": _images(product.id, product.pictures),
        "Properties": [],
        "metatag": told.get("metatag") or [],
        "Variant": [{"id": str(each.id)} for each in product.variants],
        "AdditionalInfos": [],
    }


def price_on(sold: Product | Variant, day: str) -> Decimal:
    """Return what is paid on a day (ISO): the promotional price from its first to its last day (5.2)."""
    told = sold.fields
    promotional = Decimal(str(told.get("promotional_price", "0")))
    first, last = told.get("start_promotion", NO_DAY), told.get("end_promotion", NO_DAY)
    return promotional if promotional and first <= day <= last else sold.price


def product_single(store: Store, product: Product, today: str) -> Json:
    """Return a product as it is shown alone."""
    told = product.fields
    category = store.categories.get(product.category_id)
    return {
        **product_row(store, product),
        "title": told.get("title", ""),
        "description": told.get("description", ""),
        "description_small": told.get("description_small", ""),
        "current_price": money(price_on(product, today)),
        "category_name": category.name if category else "",
        "warranty": told.get("warranty", ""),
        "image": flag(product.pictures),
    }


def variant_row(product: Product, variant: Variant) -> Json:
    """Return a variant; lists and single reads show the same of it."""
    told = variant.fields
    return {
        "id": str(variant.id),
        "product_id": str(product.id),
        "ean": variant.gtin,
        "reference": variant.sku,
        "order": told.get("order", "1"),
        "price": money(variant.price),
        "cost_price": told.get("cost_price", "0.00"),
        "promotional_price": told.get("promotional_price", "0.00"),
        "start_promotion": told.get("start_promotion", NO_DAY),
        "end_promotion": told.get("end_promotion", NO_DAY),
        "stock": str(variant.stock),
        "minimum_stock": told.get("minimum_stock", "0"),
        "quantity_sold": "0",
        "weight": told.get("weight", "0"),
        "length": told.get("length", "0"),
        "width": told.get("width", "0"),
        "height": told.get("height", "0"),
        "available": flag(variant.stock > 0),
        "illustrative_image": "",
        "color_id_1": "0",
        "color_id_2": "0",
        "Sku": [{"type": type_, "value": value} for type_, value in variant.sku_values],
        "VariantImage": _images(variant.id, variant.pictures),
    }


def _images(id_: int, pictures: list[str]) -> list[Json]:
    """Pictures are served from the store's own addresses, which tell nothing of where they came from."""
    return [
        {"http": f"{_CDN}/{id_}_{place}.jpg", "https": f"{_CDN}/{id_}_{place}.jpg", "thumbs": {}}
        for place, _address in enumerate(pictures, 1)
    ]
