"""What the store sells, as far as the service tells: by SKU or by id; it has no list of its products."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tomada.spi import Listing, ListingEvent, ListingQuery, RemoteIds
from tomada_tray_soap.envelope import Record
from tomada_tray_soap.operations import GRADES, PRODUCT, PRODUCT_BY_REFERENCE
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.wire import WireError, decimal, identifier, integer, text

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession


def listings(session: "SoapSession", settings: Settings, query: ListingQuery) -> Iterator[ListingEvent]:
    """Yield what is asked for by SKU or by product; nothing for the whole catalogue or for GTINs.

    A SKU is looked for among the products' own; that of a variation is found with its product only.
    """
    seen: set[RemoteIds] = set()
    records = [row for sku in query.skus for row in session.rows(PRODUCT_BY_REFERENCE, cod_prod=sku)]
    if session.offers(PRODUCT):
        for product_id in query.products:
            records += session.rows(PRODUCT, id_produto=product_id)
    for record in records:
        for one in _sold(session, settings, record):
            if one.ids not in seen:
                seen.add(one.ids)
                yield one


def _sold(session: "SoapSession", settings: Settings, record: Record) -> Iterator[Listing]:
    product_id = identifier(record, "id_produto")
    grades = session.rows(GRADES, id_produto=product_id) if session.offers(GRADES) else []
    if not grades:
        yield _listing(record, settings, RemoteIds(product_id), text(record, "nome"))
    for grade in grades:
        values = [text(grade, f"valor_{place}") for place in (1, 2)]
        name = " ".join(part for part in (text(record, "nome"), *values) if part)
        ids = RemoteIds(product_id, identifier(grade, "id_grade"))
        yield _listing(grade, settings, ids, name, record)


def _listing(
    record: Record, settings: Settings, ids: RemoteIds, name: str, parent: Record | None = None
) -> Listing:
    return Listing(
        ids,
        text(record, "referencia"),
        name,
        text(record, "ean"),
        _balance(record, settings),
        _price(record, settings),
        text(parent or record, "disponivel").casefold() != settings.no.casefold(),
        text(parent, "referencia") if parent else "",
        text(parent, "ean") if parent else "",
    )


def _balance(record: Record, settings: Settings) -> int | None:
    try:
        return integer(record, "estoque", settings, 0)
    except WireError:
        return None


def _price(record: Record, settings: Settings) -> Decimal | None:
    try:
        return decimal(record, "preco", settings, Decimal(0))
    except WireError:
        return None
