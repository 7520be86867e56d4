"""Products of the store as they are taken into the ERP (tray-rest.md 5.2, 6.2)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tomada.domain.product import Attribute, Sizes
from tomada.domain.store_product import StoreProduct, StoreVariation
from tomada.spi import CatalogueQuery, Logger
from tomada_tray_rest.catalogue import pages
from tomada_tray_rest.categories import Categories
from tomada_tray_rest.wire import Record, WireError, decimal, flag, identifier, integer, member, members, text

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession

_KILO = Decimal(1000)


def fetch_products(session: "TraySession", log: Logger, query: CatalogueQuery) -> Iterator[StoreProduct]:
    """Yield products whole; kits are left out, as the ERP would have to know their pieces.

    One that cannot be read is left out too, and its neighbours go on.
    """
    categories = Categories(session)
    for product_id in query.products or _unknown(session, query):
        answer = session.get(f"/products/{product_id}")
        if answer is None:
            continue
        try:
            record = member(answer.body, "Product") or answer.body
            found = None if flag(record, "is_kit") else _product(session, record, categories)
        except WireError as error:
            log.warning("product unreadable", product=product_id, field=error.field)
            continue
        if found:
            yield found


def _unknown(session: "TraySession", query: CatalogueQuery) -> Iterator[str]:
    """The ids of everything that is not known."""
    for _number, records in pages(session, "/products", "Products", "Product", 1):
        for record in records:
            product_id = identifier(record, "id")
            if product_id and not query.known(product_id):
                yield product_id


def _product(session: "TraySession", record: Record, categories: Categories) -> StoreProduct:
    product_id = identifier(record, "id")
    category = identifier(record, "category_id")
    return StoreProduct(
        product_id=product_id,
        sku=text(record, "reference"),
        name=text(record, "name"),
        description=text(record, "description"),
        price=_amount(record, "price"),
        cost=_amount(record, "cost_price"),
        balance=_pieces(record),
        gtin=text(record, "ean"),
        ncm=text(record, "ncm").strip("0") and text(record, "ncm"),
        brand=text(record, "brand"),
        warranty=text(record, "warranty"),
        sizes=_sizes(record),
        category=categories.paths.get(category, ()) if category.strip("0") else (),
        images=tuple(address for one in members(record, "ProductImage") if (address := text(one, "https"))),
        variations=tuple(_variations(session, product_id)) if flag(record, "has_variation") else (),
    )


def _variations(session: "TraySession", product_id: str) -> Iterator[StoreVariation]:
    filters = {"product_id": product_id}
    for _number, records in pages(session, "/products/variants", "Variants", "Variant", 1, filters):
        for record in records:
            if identifier(record, "product_id") == product_id:
                yield StoreVariation(
                    variant_id=identifier(record, "id"),
                    sku=text(record, "reference"),
                    attributes=tuple(
                        Attribute(name=text(one, "type"), value=text(one, "value"))
                        for one in members(record, "Sku")
                    ),
                    gtin=text(record, "ean"),
                    price=_amount(record, "price"),
                    balance=_pieces(record),
                )


def _sizes(record: Record) -> Sizes:
    """Tray has grams and centimetres; the ERP's weight is in kilograms."""
    return Sizes(
        weight=(_amount(record, "weight") or Decimal(0)) / _KILO,
        height=_amount(record, "height") or Decimal(0),
        width=_amount(record, "width") or Decimal(0),
        length=_amount(record, "length") or Decimal(0),
    )


def _amount(record: Record, key: str) -> Decimal | None:
    """Read a number that is there and is positive; one that cannot be read is none."""
    try:
        found = decimal(record, key, Decimal(0))
    except WireError:
        return None
    return found if found > 0 else None


def _pieces(record: Record) -> int | None:
    try:
        return max(0, integer(record, "stock", 0))
    except WireError:
        return None
