"""What the store sells: products without variations, and the variations of the others (tray-rest.md 5.1, 6.1)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tomada.errors import RemoteContractChanged
from tomada.spi import Checkpoint, Listing, ListingEvent, ListingQuery, RemoteIds
from tomada_tray_rest.answers import listed, total_of
from tomada_tray_rest.sentences import _
from tomada_tray_rest.wire import Record, WireError, decimal, flag, identifier, integer, members, text

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession

PAGE = 50
READ_ALL_ABOVE = 40
"""From so many named products on, the whole list costs fewer requests than asking for each."""

_PRODUCTS, _VARIANTS = "products", "variants"


def listings(session: "TraySession", query: ListingQuery) -> Iterator[ListingEvent]:
    """Yield what the store sells; see ``ProductHooks.listings_fetch``."""
    if query.skus or query.gtins:
        yield from _searched(session, query)
    elif query.products and len(query.products) <= READ_ALL_ABOVE:
        for product_id in query.products:
            yield from _named(session, product_id)
    else:
        wanted = frozenset(query.products)
        for event in _whole(session, query.cursor):
            if not wanted or (isinstance(event, Listing) and event.ids.product_id in wanted):
                yield event


def _whole(session: "TraySession", cursor: str | None) -> Iterator[ListingEvent]:
    """Yield all pages by id, so that what is new stands at the end; ``cursor`` is the part and page to read next."""
    part, _colon, page = (cursor or f"{_PRODUCTS}:1").partition(":")
    begin = int(page) if page.isdigit() else 1
    names: dict[str, str] = {}
    if part == _PRODUCTS:
        for number, records in _pages(session, "/products", "Products", "Product", begin):
            for record in records:
                names[identifier(record, "id")] = text(record, "name")
                if not flag(record, "has_variation"):
                    yield _product(record)
            yield Checkpoint(f"{_PRODUCTS}:{number + 1}")
        begin = 1
    for number, records in _pages(session, "/products/variants", "Variants", "Variant", begin):
        yield from (_variant(record, names.get(identifier(record, "product_id"), "")) for record in records)
        yield Checkpoint(f"{_VARIANTS}:{number + 1}")


def _searched(session: "TraySession", query: ListingQuery) -> Iterator[Listing]:
    """Yield the listings with one of the SKUs or GTINs; the store's filters are not trusted but checked."""
    seen: set[RemoteIds] = set()
    for field, values in (("reference", query.skus), ("ean", query.gtins)):
        for value in values:
            for listing in _found(session, field, value):
                if listing.ids not in seen:
                    seen.add(listing.ids)
                    yield listing


def _found(session: "TraySession", field: str, value: str) -> Iterator[Listing]:
    for _number, records in _pages(session, "/products", "Products", "Product", 1, {field: value}):
        for record in records:
            if text(record, field) == value and not flag(record, "has_variation"):
                yield _product(record)
            elif text(record, field) == value:
                yield from _named(session, identifier(record, "id"))
    for _number, records in _pages(session, "/products/variants", "Variants", "Variant", 1, {field: value}):
        yield from (_variant(record, "") for record in records if text(record, field) == value)


def _named(session: "TraySession", product_id: str) -> Iterator[Listing]:
    answer = session.get(f"/products/{product_id}")
    if answer is None:
        return
    record = next(iter(members(answer.body, "Product")), answer.body)
    if not flag(record, "has_variation"):
        yield _product(record)
        return
    variants = _pages(session, "/products/variants", "Variants", "Variant", 1, {"product_id": product_id})
    for _number, records in variants:
        for variant in records:
            if identifier(variant, "product_id") == product_id:
                yield _variant(variant, text(record, "name"))


def _pages(
    session: "TraySession",
    path: str,
    plural: str,
    singular: str,
    number: int,
    filters: dict[str, str] | None = None,
) -> Iterator[tuple[int, list[Record]]]:
    while True:
        answer = session.get(path, {**(filters or {}), "sort": "id_asc", "limit": PAGE, "page": number})
        if answer is None:
            return
        try:
            records = listed(answer.body, plural, singular)
        except WireError:
            raise RemoteContractChanged(
                "tray.bad_list",
                _("The store's answer to {path} is not the list that we know.").format(path=path),
            ) from None
        yield number, records
        total = total_of(answer.body)
        if (len(records) < PAGE) if total is None else (number * PAGE >= total or not records):
            return
        number += 1


def _product(record: Record) -> Listing:
    return Listing(
        RemoteIds(identifier(record, "id")),
        text(record, "reference"),
        text(record, "name"),
        text(record, "ean"),
        _balance(record),
        _price(record),
        flag(record, "available"),
    )


def _variant(record: Record, product_name: str) -> Listing:
    values = [text(one, "value") for one in members(record, "Sku")]
    return Listing(
        RemoteIds(identifier(record, "product_id"), identifier(record, "id")),
        text(record, "reference"),
        " ".join(part for part in (product_name, *values) if part),
        text(record, "ean"),
        _balance(record),
        _price(record),
        flag(record, "available"),
    )


def _balance(record: Record) -> int | None:
    try:
        return integer(record, "stock", 0)
    except WireError:
        return None


def _price(record: Record) -> Decimal | None:
    try:
        return decimal(record, "price", Decimal(0))
    except WireError:
        return None
