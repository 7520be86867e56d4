"""The pages of the order list, read so that a list which shifts meanwhile loses no row (O5).

Rows have no cursor, only page numbers, and other orders come and go while we read:

* A row that comes in before the place where we read pushes others to later pages: they are seen twice.
* A row that vanishes pulls others forward, over the edge between the page that we have and the next one. A
  walk that goes to the end of the list notices: its ``total`` becomes smaller, a page is empty too early, or
  fewer orders were seen than the total says. The list is then walked again, with a page smaller by one, so
  that its edges lie elsewhere. It shrinks no further: small pages are overtaken by a busy store. A total
  that stays larger than what two such walks show counts orders which the list never shows.
* A walk that ends before the list does cannot count. Nor can one during which as many orders came in at its
  end as vanished at its beginning. ``orders`` says when it walks again for those.
* A row that moves from a page to come to one that we have escapes the walk. It bears a ``modified`` later
  than the walk's first page, and the checkpoint never goes beyond that time, so the next reading sees it.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from tomada.errors import RemoteContractChanged, TransientError
from tomada_tray_rest.answers import listed, page_size_of, sorted_by, total_of
from tomada_tray_rest.sentences import _
from tomada_tray_rest.wire import Record, WireError

if TYPE_CHECKING:
    from tomada_tray_rest.session import Answer, TraySession

NEWEST_FIRST = "modified_desc"
BY_ID = "id_asc"
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its rows, the store's time when it answered (aware UTC), whether it is the last.

    ``newest_first`` tells whether the answer says so of itself.
    """

    records: list[Record]
    at: datetime
    last: bool
    newest_first: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """The days of ``modified`` that are listed, both included, in the store's time zone."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start.isoformat()},{self.end.isoformat()}"


def order_pages(
    session: "TraySession", interval: Interval, sort: str, size: int, walk: int = 0
) -> Iterator[Page]:
    """Yield the pages of the orders modified in the interval, from the first again if rows were skipped.

    ``walk`` counts the caller's own walks of the same list: each has other page edges than the one before.
    """
    before: set[str] = set()
    for attempt in range(_ATTEMPTS):
        seen: set[str] = set()
        ended = yield from _walk(session, interval, sort, max(1, size - (walk + attempt) % 2), seen)
        if ended is not None and (len(seen) >= ended or seen == before or len(seen | before) >= ended):
            return
        before = seen
    raise TransientError(
        "tray.list_shrinks",
        _("Orders kept vanishing from the store's list while it was read."),
        _("Nothing is lost: run the same command again."),
    )


def _walk(
    session: "TraySession", interval: Interval, sort: str, size: int, seen: set[str]
) -> Generator[Page, None, int | None]:
    """Yield the pages, note the orders in ``seen``; return the total, or None when the list shrank."""
    number, before = 1, 0
    while True:
        answer = session.get(
            "/orders", {"modified": str(interval), "sort": sort, "limit": size, "page": number}
        )
        if answer is None and number > 1:  # what was the last page is gone
            return None
        answer, records = _list_of(answer)
        total, size = total_of(answer.body), page_size_of(answer.body, size)
        seen.update(str(record.get("id") or f"{number}.{place}") for place, record in enumerate(records))
        last = len(records) < size if total is None else number * size >= total
        if total is not None and (total < before or (not records and not last)):
            return None
        yield Page(records, answer.at, last, sorted_by(answer.body) == ("modified", "desc"))
        if last:
            return total or 0
        number, before = number + 1, total or 0


def order_row(session: "TraySession", remote_id: str) -> tuple[Record | None, datetime]:
    """Return the list's row of one order (None when the list does not show it) and the store's time."""
    answer, records = _list_of(session.get("/orders", {"id": remote_id, "limit": 2}))
    found = [record for record in records if str(record.get("id", "")) == remote_id]
    return (found[0] if found else None), answer.at


def _list_of(answer: "Answer | None") -> "tuple[Answer, list[Record]]":
    try:
        if answer is not None:
            return answer, listed(answer.body, "Orders", "Order")
    except WireError:
        pass
    raise RemoteContractChanged(
        "tray.no_order_list",
        _("The store did not answer with a list of orders."),
        _("Check the store's address with `tomada store test STORE`."),
    )
