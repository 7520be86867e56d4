"""The store's own lists: statuses and shipping methods (tray-rest.md 11.1, 12.4)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tomada.errors import RemoteContractChanged
from tomada.spi import CodeEntry
from tomada_tray_rest.answers import listed, page_size_of, total_of
from tomada_tray_rest.sentences import _
from tomada_tray_rest.statuses import status_type
from tomada_tray_rest.wire import Record, WireError, first_text, flag, identifier, text

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession

PAGE = 50
_MOST_PAGES = 40


def statuses(session: "TraySession") -> Iterator[CodeEntry]:
    """Yield the store's order statuses: id (of this store alone), name, and type where it is told."""
    for record in _all(session, "/orders/statuses", "OrderStatuses", "OrderStatus"):
        code, name = identifier(record, "id"), text(record, "status")
        if code:
            yield CodeEntry(code, name, type=status_type(text(record, "type")) or "")


def shippings(session: "TraySession") -> Iterator[CodeEntry]:
    """Yield the store's shipping methods by the name that buyers see, as orders carry that text [guess]."""
    seen: set[str] = set()
    for record in _all(session, "/shippings", "Shippings", "Shipping"):
        name = " ".join(first_text(record, "display_name", "name").split())
        if name and name not in seen:
            seen.add(name)
            yield CodeEntry(name, name, active=flag(record, "status"))


def _all(session: "TraySession", path: str, plural: str, singular: str) -> Iterator[Record]:
    for number in range(1, _MOST_PAGES + 1):
        answer = session.get(path, {"limit": PAGE, "page": number})
        if answer is None:
            return
        try:
            records = listed(answer.body, plural, singular)
            yield from records
        except WireError:
            raise RemoteContractChanged(
                "tray.bad_list",
                _("The store's answer to {path} is not the list that we know.").format(path=path),
            ) from None
        total, size = total_of(answer.body), page_size_of(answer.body, PAGE)
        if (len(records) < size) if total is None else (number * size >= total or not records):
            return
