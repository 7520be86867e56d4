"""The pages of the order list, read so that a list which shifts meanwhile loses no row (O5).

Rows have no cursor, only page numbers, and other orders come and go while we read:

* A row that is added, or that a change brings into the list, pushes others to later places: they are seen
  twice.
* A row that vanishes pulls others forward, over the edge between the page that we have and the next one. Then
  the list's ``total`` is smaller than on the page before, or a page is empty too early: the list is read
  again from its first page. Newest first, a row that is added at the same time pushes them back. By id it is
  added behind them and hides the loss, but the next sweep sees what this one missed; so only the first one,
  whose window no later one has, is walked again when an order came in meanwhile (``orders``).
* A row that moves from a page to come to one that we have (newest first: by being changed) escapes this
  reading. It bears a ``modified`` later than our first page, hence the reading after this one sees it: the
  checkpoint never goes beyond the time of the first page (``cursor``).
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from tomada.errors import RemoteContractChanged, TransientError
from tomada_tray_rest.answers import listed, sorted_by, total_of
from tomada_tray_rest.sentences import _
from tomada_tray_rest.wire import Record, WireError

if TYPE_CHECKING:
    from tomada_tray_rest.session import Answer, TraySession

NEWEST_FIRST = "modified_desc"
BY_ID = "id_asc"
_RESTARTS = 4


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


def order_pages(session: "TraySession", interval: Interval, sort: str, size: int) -> Iterator[Page]:
    """Yield the pages of the orders modified in the interval; after a restart rows come again."""
    for _attempt in range(_RESTARTS):
        if (yield from _to_the_end(session, interval, sort, size)):
            return
    raise TransientError(
        "tray.list_shrinks",
        _("Orders kept vanishing from the store's list while it was read."),
        _("Nothing is lost: run the same command again."),
    )


def _to_the_end(
    session: "TraySession", interval: Interval, sort: str, size: int
) -> Generator[Page, None, bool]:
    """Yield pages up to the last; return False when the list shrank before it."""
    number, before = 1, 0
    while True:
        answer = _list(session, {"modified": str(interval), "sort": sort, "limit": size, "page": number})
        records, total = _records(answer), total_of(answer.body)
        if total is None:
            last = len(records) < size
        else:
            last = number * size >= total
            if total < before or (not records and not last):
                return False
            before = total
        yield Page(records, answer.at, last, sorted_by(answer.body) == ("modified", "desc"))
        if last:
            return True
        number += 1


def order_row(session: "TraySession", remote_id: str) -> tuple[Record | None, datetime]:
    """Return the list's row of one order (None when the list does not show it) and the store's time."""
    answer = _list(session, {"id": remote_id, "limit": 2})
    found = [record for record in _records(answer) if str(record.get("id", "")) == remote_id]
    return (found[0] if found else None), answer.at


def _list(session: "TraySession", params: dict[str, str | int]) -> "Answer":
    answer = session.get("/orders", params)
    if answer is None:
        raise _no_list()
    return answer


def _records(answer: "Answer") -> list[Record]:
    try:
        return listed(answer.body, "Orders", "Order")
    except WireError:
        raise _no_list() from None


def _no_list() -> RemoteContractChanged:
    return RemoteContractChanged(
        "tray.no_order_list",
        _("The store did not answer with a list of orders."),
        _("Check the store's address with `tomada store test STORE`."),
    )
