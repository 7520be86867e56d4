"""How orders are read with few requests and without loss (O5).

Two ways through the list, both over an explicit interval of ``modified`` days that begins ``overlap_days``
before the last checkpoint, as the filter knows dates only:

* **Newest first**, down to what is known. It needs the answer to say that it is sorted so. It ends at a page
  whose rows are all known and that reaches back to the checkpoint, or reaches ten minutes beyond it: an
  order's change may become visible a little after the time that it bears. An idle minute costs one request.
* **The sweep**, every page, by id. The first reading is one; then one at most every ``sweep_minutes``; always
  where the list cannot be sorted by modification. It finds what newest-first could not (a change that became
  visible later than ten minutes after its time, a row pulled over a page's edge).

**Why nothing is lost.** The cursor is the latest ``modified`` that was read, but never later than the store's
own time at the first page less two seconds. So whatever changes after the first page was read bears a later
time than the cursor, wherever its row moves, and is read next time, equal timestamps included. The store's
clock alone is used. The cursor moves at the end only; a reading that dies is
begun again, and what was committed of it is known and costs no detail.

**Pages that shift.** ``listing`` notices rows that were skipped when a walk goes to the end of the list. A
newest-first reading of several pages is walked again, without details, until a walk shows nothing new. A
sweep during which orders came in at the end while others vanished is put right by the next sweep of the same
window; the first reading, whose window no later one has, is walked again if any order came in meanwhile.

**One bad order stops no other.** A complete read that fails with a server error, or whose body is no JSON, is
set aside and tried once more at the end; only then does the server error end the call, with all the others
covered.
"""

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tomada.domain.order import OrderStatus
from tomada.errors import EffectUnknown, QuotaExceeded, TransientError
from tomada.spi import Checkpoint, Context, Need, OrderEvent, OrderQuery, RowVersion, need_of
from tomada_tray_rest.cursor import Cursor, moment_of
from tomada_tray_rest.detail import SETTLES, nameless, not_json, read_complete, status_change
from tomada_tray_rest.errors import UnreadableAnswerError
from tomada_tray_rest.listing import BY_ID, NEWEST_FIRST, Interval, Page, order_pages
from tomada_tray_rest.rows import Row, read_row
from tomada_tray_rest.settings import Settings

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession

SWEPT_AT = "orders.swept_at"
AHEAD = timedelta(days=30)  # the interval's end: beyond any difference of clocks
LATE = timedelta(minutes=10)
CLOCK_DIFFERENCE = timedelta(days=1)  # so far may the store's clock be ahead of ours
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)  # no order of Tray's is older
WALKS = 3
TROUBLE_LIMIT = 3  # so many failures in a row are the store's and not an order's


def fetch_orders(ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
    """Yield what changed since the query's cursor; see the module for the strategy."""
    reading = _Reading(ctx, query)
    if reading.sweep_is_due() or not (yield from reading.newest_first()):
        yield from reading.sweep()
    yield from reading.set_aside()
    yield reading.checkpoint()


class _Reading:
    """One reading of the list: what was seen, what was set aside, and how far it reaches."""

    def __init__(self, ctx: Context, query: OrderQuery) -> None:
        self._ctx = ctx
        self._session: TraySession = ctx.session
        self._settings: Settings = ctx.settings
        self._query = query
        self._cursor = _usable(Cursor.parse(query.cursor), query.since, ctx.clock.now())
        self._since = max(query.since, OLDEST)
        self._first_day = self._since.astimezone(self._settings.zone).date()
        self._seen: dict[str, tuple[RowVersion, OrderStatus | None]] = {}
        self._aside: list[tuple[Row, datetime]] = []
        self._failures = 0
        self._began: datetime | None = None
        self._latest: datetime | None = None
        self._swept = False

    def sweep_is_due(self) -> bool:
        """Tell whether the whole window is to be read: the first time, and once in a while."""
        swept = moment_of(self._ctx.state.get(SWEPT_AT))
        if self._cursor is None or swept is None:
            return True
        elapsed = self._ctx.clock.now() - swept
        return not timedelta(0) <= elapsed < timedelta(minutes=self._settings.sweep_minutes)

    def newest_first(self) -> Generator[OrderEvent, None, bool]:
        """Read down to what is known; return False when the list is not sorted so, and more than a page."""
        for walk in range(WALKS):
            pages, news = 0, False
            for page in self._pages(NEWEST_FIRST, walk):
                rows = [row for row in (read_row(record, self._settings) for record in page.records) if row]
                moments = [row.modified for row in rows if row.modified]
                if not page.last and not (page.newest_first and moments == sorted(moments, reverse=True)):
                    return False
                all_known = yield from self._read(page)
                pages, news = pages + 1, news or not all_known
                if moments and self._reaches_back(moments[-1], all_known=all_known):
                    break
            if pages == 1 or not news:
                break
        return True

    def sweep(self) -> Iterator[OrderEvent]:
        """Read every page of the window; the first time again if orders came in meanwhile."""
        for walk in range(1 if self._cursor else WALKS):
            answered: list[datetime] = []
            for page in self._pages(BY_ID, walk):
                answered.append(page.at)
                yield from self._read(page)
            if len(answered) == 1 or self._latest is None or self._latest < answered[0] - SETTLES:
                break
        self._swept = True

    def set_aside(self) -> Iterator[OrderEvent]:
        """Try once more what failed, after the others were handed over for good."""
        if not self._aside:
            return
        yield Checkpoint(str(self._cursor or Cursor(self._since, self._since)))
        failed: TransientError | None = None
        for row, at in self._aside:
            try:
                event: OrderEvent | None = read_complete(self._session, self._settings, row, at)
            except UnreadableAnswerError as error:
                event = not_json(row, error)
            except TransientError as error:
                failed, event = error, None
            if event is not None:
                yield event
        if failed is not None:
            raise failed

    def checkpoint(self) -> Checkpoint:
        """Return the cursor of a reading that came to its end."""
        if self._swept:
            self._ctx.state.set(SWEPT_AT, self._ctx.clock.now().isoformat())
        assert self._began is not None, "a list that gives no page has raised"
        modified = min(self._latest or self._covered, self._began - SETTLES)
        return Checkpoint(str(Cursor(self._since, modified)))

    @property
    def _covered(self) -> datetime:
        """Up to which ``modified`` the last reading came; at the first one, when orders begin to matter."""
        return self._cursor.modified if self._cursor else self._since

    def _pages(self, sort: str, walk: int) -> Iterator[Page]:
        start = self._covered.astimezone(self._settings.zone) - timedelta(days=self._settings.overlap_days)
        end = self._ctx.clock.now().astimezone(self._settings.zone) + AHEAD
        interval = Interval(start.date(), end.date())
        for page in order_pages(self._session, interval, sort, self._settings.page_size, walk):
            self._began = self._began or page.at
            yield page

    def _reaches_back(self, oldest: datetime, *, all_known: bool) -> bool:
        """Tell whether nothing new can stand on the pages after one that ends with ``oldest``."""
        return oldest < self._covered - LATE or (all_known and oldest <= self._covered)

    def _read(self, page: Page) -> Generator[OrderEvent, None, bool]:
        """Yield what the rows of a page call for; return whether they called for nothing."""
        all_known = True
        for record in page.records:
            row = read_row(record, self._settings)
            if row is None:
                damaged = nameless(record)
                if self._query.known(damaged.remote_id) is None:
                    yield damaged
                continue
            if row.modified and (self._latest is None or row.modified > self._latest):
                self._latest = row.modified
            need = self._need(row)
            if need is Need.NOTHING:
                continue
            all_known = False
            self._seen[row.remote_id] = (row.version, row.status)
            event = status_change(row, page.at) if need is Need.STATUS else self._detail(row, page.at)
            if event is not None:
                yield event
        return all_known

    def _need(self, row: Row) -> Need:
        if self._seen.get(row.remote_id) == (row.version, row.status):
            return Need.NOTHING
        known = self._query.known(row.remote_id)
        if known is None and row.placed_on is not None and row.placed_on < self._first_day:
            return Need.NOTHING
        return need_of(row.version, row.status, known)

    def _detail(self, row: Row, at: datetime) -> OrderEvent | None:
        try:
            event = read_complete(self._session, self._settings, row, at)
        except (QuotaExceeded, EffectUnknown):
            raise
        except TransientError:
            self._aside.append((row, at))
            self._failures += 1
            if self._failures >= TROUBLE_LIMIT:
                raise
            return None
        self._failures = 0
        return event


def _usable(cursor: Cursor | None, since: datetime, now: datetime) -> Cursor | None:
    """Return the cursor, unless going on from it would leave orders out: then all is read again.

    An earlier ``since`` than the cursor's is a back-filling: the orders before it were never read. A cursor that
    lies ahead of our time comes from a store whose clock was wrong: orders of a day to come were never read.
    """
    if cursor is None or cursor.since > max(since, OLDEST) or cursor.modified > now + CLOCK_DIFFERENCE:
        return None
    return cursor
