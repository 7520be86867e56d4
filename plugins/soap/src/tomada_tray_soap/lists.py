"""The store's own lists: statuses and shipping methods; where it has none, the codes seen in orders are the list."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tomada.spi import CodeEntry
from tomada_tray_soap.operations import SHIPPINGS, STATUSES
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.statuses import status_type
from tomada_tray_soap.wire import identifier, text

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession


def statuses(session: "SoapSession", settings: Settings) -> Iterator[CodeEntry]:
    """Yield the store's order statuses: id (of this store alone), name, and type where it is told."""
    if not session.offers(STATUSES):
        return
    for record in session.rows(STATUSES):
        code = identifier(record, "id")
        if code:
            active = text(record, "ativo").casefold() != settings.no.casefold()
            kind = status_type(text(record, "tipo")) or ""
            yield CodeEntry(code, text(record, "descricao"), active, kind)


def shippings(session: "SoapSession", settings: Settings) -> Iterator[CodeEntry]:
    """Yield the store's shipping methods by their names, as orders carry that text."""
    if not session.offers(SHIPPINGS):
        return
    seen: set[str] = set()
    for record in session.rows(SHIPPINGS):
        name = " ".join(text(record, "descricao").split())
        if name and name not in seen:
            seen.add(name)
            yield CodeEntry(name, name, text(record, "ativo").casefold() != settings.no.casefold())
