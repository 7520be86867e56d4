"""What the store sells: products without variations, and the variations of the others (tray-rest.md 5.1, 6.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
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

_PRODUCTS, _VARIANTS, _NEW = "products", "variants", "new"


@dataclass
class _Place:
    """Where a whole reading is: the part, its next page, and the largest ids of products and variations so far."""

    part: str = _PRODUCTS
    page: int = 1
    product: int = 0
    variant: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> "_Place":
        part, *told = (cursor or _PRODUCTS).split(":")
        page, product, variant = [int(one) if one.isdigit() else 0 for one in (*told, "", "", "")][:3]
        return cls(part if part in (_VARIANTS, _NEW) else _PRODUCTS, max(page, 1), product, variant)

    def checkpoint(self) -> Checkpoint:
        return Checkpoint(f"{self.part}:{self.page}:{self.product}:{self.variant}")


def listings(session: "TraySession", query: ListingQuery) -> Iterator[ListingEvent]:
    """Yield what the store sells; see ``ProductHooks.listings_fetch``."""
    if query.skus or query.gtins:
        yield from _searched(session, query)
    elif query.products and len(query.products) <= READ_ALL_ABOVE:
        for product_id in query.products:
            yield from _named(session, product_id)
    else:
        wanted = frozenset(query.products)
        place = _Place.of(query.cursor)
        for event in _added(session, place) if place.part == _NEW else _whole(session, place):
            if not wanted or (isinstance(event, Listing) and event.ids.product_id in wanted):
                yield event


def _whole(session: "TraySession", place: _Place) -> Iterator[ListingEvent]:
    """Yield all pages by id, so that what is new stands at the end; go on at ``place``."""
    parents: dict[str, Record] = {}
    if place.part == _PRODUCTS:
        for number, records in pages(session, "/products", "Products", "Product", place.page):
            for record in records:
                place.product = max(place.product, _number(record))
                yield from _sold(record, parents)
            place.page = number + 1
            yield place.checkpoint()
        place.part, place.page = _VARIANTS, 1
    for number, records in pages(session, "/products/variants", "Variants", "Variant", place.page):
        for record in records:
            place.variant = max(place.variant, _number(record))
            yield _variant(record, parents.get(identifier(record, "product_id"), {}))
        place.page = number + 1
        yield place.checkpoint()
    place.part, place.page = _NEW, 1
    yield place.checkpoint()


def _added(session: "TraySession", place: _Place) -> Iterator[ListingEvent]:
    """Yield what was added since a whole reading came to its end at ``place``: it has larger ids."""
    parents: dict[str, Record] = {}
    products = _above(session, "/products", "Products", "Product", place.product)
    for record in products:
        yield from _sold(record, parents)
    variants = _above(session, "/products/variants", "Variants", "Variant", place.variant)
    for record in variants:
        yield _variant(record, parents.get(identifier(record, "product_id"), {}))
    place.product = max([place.product, *map(_number, products)])
    place.variant = max([place.variant, *map(_number, variants)])
    yield place.checkpoint()


def _above(session: "TraySession", path: str, plural: str, singular: str, known: int) -> list[Record]:
    """Return the records with a larger id; a page that is not in the order that was asked for ends nothing."""
    found: dict[int, Record] = {}
    for _page, records in pages(session, path, plural, singular, 1, sort="id_desc"):
        ids = [_number(record) for record in records]
        found |= {id_: record for id_, record in zip(ids, records, strict=True) if id_ > known}
        if ids and ids == sorted(ids, reverse=True) and ids[-1] <= known:
            break
    return list(found.values())


def _sold(record: Record, parents: dict[str, Record]) -> Iterator[Listing]:
    """Yield a product that is sold by itself; keep what tells of the variations of any other."""
    if flag(record, "has_variation"):
        kept = ("name", "reference", "ean")
        parents[identifier(record, "id")] = {name: text(record, name) for name in kept}
    else:
        yield _product(record)


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
    for _number, records in pages(session, "/products", "Products", "Product", 1, {field: value}):
        for record in records:
            if text(record, field) == value and not flag(record, "has_variation"):
                yield _product(record)
            elif text(record, field) == value:
                yield from _named(session, identifier(record, "id"))
    for _number, records in pages(session, "/products/variants", "Variants", "Variant", 1, {field: value}):
        yield from (_variant(record, {}) for record in records if text(record, field) == value)


def _named(session: "TraySession", product_id: str) -> Iterator[Listing]:
    answer = session.get(f"/products/{product_id}")
    if answer is None:
        return
    record = next(iter(members(answer.body, "Product")), answer.body)
    if not flag(record, "has_variation"):
        yield _product(record)
        return
    variants = pages(session, "/products/variants", "Variants", "Variant", 1, {"product_id": product_id})
    for _number, records in variants:
        for variant in records:
            if identifier(variant, "product_id") == product_id:
                yield _variant(variant, record)


def pages(
    session: "TraySession",
    path: str,
    plural: str,
    singular: str,
    number: int,
    filters: dict[str, str] | None = None,
    sort: str = "id_asc",
) -> Iterator[tuple[int, list[Record]]]:
    """Yield the pages with their numbers; one that shifted while it was read is yielded again."""
    before = 0
    while True:
        answer = session.get(path, {**(filters or {}), "sort": sort, "limit": PAGE, "page": number})
        if answer is None:
            return
        try:
            records = listed(answer.body, plural, singular)
        except WireError:
            raise RemoteContractChanged(
                "tray.bad_list",
                _("The store's answer to {path} is not the list that we know.").format(path=path),
            ) from None
        total = total_of(answer.body)
        if total is not None and total < before:
            # what vanished pulled others over the edge of the pages that we have
            number = max(1, number - 1 - (before - total) // PAGE)
            before = total
            continue
        yield number, records
        if (len(records) < PAGE) if total is None else (number * PAGE >= total or not records):
            return
        number, before = number + 1, total or 0


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


def _variant(record: Record, parent: Record) -> Listing:
    """Return a variation; ``parent`` is its product, empty where that was not read."""
    values = [text(one, "value") for one in members(record, "Sku")]
    return Listing(
        RemoteIds(identifier(record, "product_id"), identifier(record, "id")),
        text(record, "reference"),
        " ".join(part for part in (text(parent, "name"), *values) if part),
        text(record, "ean"),
        _balance(record),
        _price(record),
        flag(record, "available"),
        text(parent, "reference"),
        text(parent, "ean"),
    )


def _number(record: Record) -> int:
    """The id, which grows with each that the store gives; 0 for one that is no number."""
    found = identifier(record, "id")
    return int(found) if found.isdigit() else 0


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
