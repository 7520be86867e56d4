"""Products, variants and categories: lists, single reads and writes (tray-rest.md 5, 6, 8.2)."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from tomada_sandbox.messages import Answer, Request, page_of
from tomada_sandbox.tiny.wire import money
from tomada_sandbox.tray.answers import RefusedError, created, invalid, saved
from tomada_sandbox.tray.bodies import fields
from tomada_sandbox.tray.listing import envelope, paging, sorting
from tomada_sandbox.tray.product_view import product_row, product_single, variant_row
from tomada_sandbox.tray.state import Category, Product, Store, Variant
from tomada_sandbox.tray.wire import flag, read_amount, write_day, write_moment
from tomada_sandbox.world import World

T = TypeVar("T")

PICTURES = 6
_TEXTS = (
    "description",
    "description_small",
    "ncm",
    "brand",
    "model",
    "weight",
    "length",
    "width",
    "height",
    "cost_price",
    "promotional_price",
    "start_promotion",
    "end_promotion",
    "availability",
    "warranty",
    "title",
    "minimum_stock",
    "order",
    "metatag",
)
_LENGTHS = {"name": 200, "ean": 120, "ncm": 8, "description": 4800, "brand": 120, "reference": 120}

_PRODUCT_FILTERS: dict[str, Callable[[Product], str]] = {
    "id": lambda product: str(product.id),
    "reference": lambda product: product.sku,
    "ean": lambda product: product.gtin,
    "name": lambda product: product.name,
    "category_id": lambda product: str(product.category_id),
    "available": lambda product: flag(product.available),
    "stock": lambda product: str(product.shown_stock),
    "has_variation": lambda product: flag(product.variants),
}
_VARIANT_FILTERS: dict[str, Callable[[tuple[Product, Variant]], str]] = {
    "id": lambda pair: str(pair[1].id),
    "product_id": lambda pair: str(pair[0].id),
    "reference": lambda pair: pair[1].sku,
    "ean": lambda pair: pair[1].gtin,
    "price": lambda pair: money(pair[1].price),
    "stock": lambda pair: str(pair[1].stock),
}


def products(world: World, store: Store, request: Request) -> Answer:
    """``GET /products``."""
    found = _filtered(list(store.products.values()), _PRODUCT_FILTERS, request.query)
    return _page(
        "Products",
        found,
        lambda product: {"Product": product_row(store, product)},
        lambda product: product.id,
        request,
        _PRODUCT_FILTERS,
    )


def product(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``GET /products/:id``."""
    today = write_day(world.stamp(store))
    return Answer.json({"Product": product_single(store, _product(store, id_), today)})


def create_product(world: World, store: Store, request: Request) -> Answer:
    """``POST /products``: nothing keeps two products from having one reference."""
    given = fields(request, "Product")
    name = str(given.get("name", "")).strip()
    if not name:
        raise invalid("name", "This field can't be left blank.", "Product")
    made = Product(store.new_id(), "", name, Decimal(0))
    _write_product(world, store, made, given)
    made.created = made.modified
    store.add_product(made)
    request.note(product=made.id)
    return created(made.id)


def update_product(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``PUT /products/:id``: what is not given stays."""
    found = _product(store, id_)
    _write_product(world, store, found, fields(request, "Product"))
    store.renamed()
    request.note(product=found.id)
    return saved(found.id)


def variants(world: World, store: Store, request: Request) -> Answer:
    """``GET /products/variants``."""
    pairs = [(each, variant) for each in store.products.values() for variant in each.variants]
    found = _filtered(pairs, _VARIANT_FILTERS, request.query)
    return _page(
        "Variants",
        found,
        lambda pair: {"Variant": variant_row(*pair)},
        lambda pair: pair[1].id,
        request,
        _VARIANT_FILTERS,
    )


def variant(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``GET /products/variants/:id``."""
    return Answer.json({"Variant": variant_row(*_variant(store, id_))})


def create_variant(world: World, store: Store, request: Request) -> Answer:
    """``POST /products/variants``: one for each combination of at most two axes (6.3)."""
    given = fields(request, "Variant")
    parent = store.products.get(_number(given.get("product_id")))
    if parent is None:
        raise invalid("product_id", "Invalid product", "Variant")
    values = _axes(given)
    if not values:
        raise invalid("type_1", "This field can't be left blank.", "Variant")
    if any(each.sku_values == values for each in parent.variants):
        raise invalid("value_1", "Variant already exists", "Variant")
    made = Variant(store.new_id(), "", parent.price, values)
    _write_variant(world, store, made, given)
    store.add_variant(parent, made)
    request.note(variant=made.id)
    return created(made.id)


def update_variant(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``PUT /products/variants/:id``: what is not given stays."""
    _parent, found = _variant(store, id_)
    given = fields(request, "Variant")
    _write_variant(world, store, found, given)
    values = _axes(given)
    if values:
        found.sku_values = values
    store.renamed()
    request.note(variant=found.id)
    return saved(found.id)


def categories(world: World, store: Store, request: Request) -> Answer:
    """``GET /categories``; ``parent_id`` is an empty text at the root."""
    return _page(
        "Categories",
        list(store.categories.values()),
        lambda each: {
            "Category": {
                "id": str(each.id),
                "parent_id": str(each.parent_id) if each.parent_id else "",
                "name": each.name,
                "description": "",
                "small_description": "",
                "Images": [],
            }
        },
        lambda each: each.id,
        request,
        ("id", "name", "parent_id"),
    )


def create_category(world: World, store: Store, request: Request) -> Answer:
    """``POST /categories``: nothing keeps two categories from having one name."""
    given = fields(request, "Category")
    name = str(given.get("name", "")).strip()
    if not name:
        raise invalid("name", "This field can't be left blank.", "Category")
    parent = _number(given.get("parent_id"))
    if parent and parent not in store.categories:
        raise invalid("parent_id", "Invalid category", "Category")
    made = Category(store.new_id(), parent, name)
    store.categories[made.id] = made
    request.note(category=made.id)
    return created(made.id)


def _product(store: Store, id_: str) -> Product:
    found = store.products.get(int(id_))
    if found is None:
        raise RefusedError(404, ["Product not found"])
    return found


def _variant(store: Store, id_: str) -> tuple[Product, Variant]:
    parent = store.variants.get(int(id_))
    if parent is None:
        raise RefusedError(404, ["Variant not found"])
    return parent, next(each for each in parent.variants if each.id == int(id_))


def _write_product(world: World, store: Store, product: Product, given: Mapping[str, Any]) -> None:
    _check(given, "Product")
    category = _number(given["category_id"]) if "category_id" in given else product.category_id
    if category and category not in store.categories:
        raise invalid("category_id", "Invalid category", "Product")
    product.name = str(given.get("name", product.name))
    product.sku = str(given.get("reference", product.sku))
    product.gtin = str(given.get("ean", product.gtin))
    product.price = _amount(given, "price", product.price, "Product")
    product.stock = _pieces(given, product.stock, "Product")
    product.category_id = category
    product.available = str(given.get("available", flag(product.available))) == "1"
    product.fields |= {key: given[key] for key in _TEXTS if key in given}
    product.pictures = _pictures(product.pictures, given)
    product.modified = write_moment(world.stamp(store))


def _write_variant(world: World, store: Store, variant: Variant, given: Mapping[str, Any]) -> None:
    _check(given, "Variant")
    variant.sku = str(given.get("reference", variant.sku))
    variant.gtin = str(given.get("ean", variant.gtin))
    variant.price = _amount(given, "price", variant.price, "Variant")
    variant.stock = _pieces(given, variant.stock, "Variant")
    variant.fields |= {key: given[key] for key in _TEXTS if key in given}
    variant.pictures = _pictures(variant.pictures, given)
    variant.modified = write_moment(world.stamp(store))


def _check(given: Mapping[str, Any], model: str) -> None:
    for name, length in _LENGTHS.items():
        if len(str(given.get(name, ""))) > length:
            raise invalid(name, f"Maximum length is {length} characters", model)


def _amount(given: Mapping[str, Any], name: str, now: Decimal, model: str) -> Decimal:
    if name not in given:
        return now
    try:
        return read_amount(given[name], name)
    except ValueError as error:
        raise invalid(name, str(error), model) from None


def _pieces(given: Mapping[str, Any], now: int, model: str) -> int:
    amount = _amount(given, "stock", Decimal(now), model)
    if amount != amount.to_integral_value():
        raise invalid("stock", "Must be an integer", model)
    return int(amount)


def _axes(given: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Read ``type_n`` and ``value_n``, or ``Sku``; of each axis both are needed."""
    listed = given.get("Sku")
    pairs = [(each.get("type"), each.get("value")) for each in listed] if isinstance(listed, list) else []
    pairs += [(given.get(f"type_{place}"), given.get(f"value_{place}")) for place in (1, 2)]
    return tuple((str(type_), str(value)) for type_, value in pairs if type_ and value)


def _pictures(now: list[str], given: Mapping[str, Any]) -> list[str]:
    """Fill the slots; one space empties a slot, and what is left moves up (5.6)."""
    slots = [*now, *[""] * (PICTURES - len(now))]
    for place in range(1, PICTURES + 1):
        if f"picture_source_{place}" in given:
            slots[place - 1] = str(given[f"picture_source_{place}"]).strip()
    return [address for address in slots if address]


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isdecimal() else 0


def _filtered(
    rows: Sequence[T], known: Mapping[str, Callable[[T], str]], query: Mapping[str, str]
) -> list[T]:
    given = {name: query[name] for name in known if query.get(name)}
    return [row for row in rows if all(known[name](row) == value for name, value in given.items())]


def _page(
    key: str,
    rows: Sequence[T],
    shown: Callable[[T], Mapping[str, Any]],
    id_of: Callable[[T], int],
    request: Request,
    available: Mapping[str, object] | Sequence[str],
) -> Answer:
    field, direction = sorting(request.query, ("id",))
    ordered = sorted(rows, key=id_of, reverse=direction == "desc")
    page = paging(request.query)
    wire = (
        json.dumps(shown(row), ensure_ascii=False).encode() for row in page_of(ordered, *page, request.shift)
    )
    return envelope(key, wire, len(rows), page, (field, direction), list(available))
