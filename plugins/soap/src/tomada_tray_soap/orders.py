"""How orders are read from a service without pages, cursors or versions.

**The list.** ``fWSImportaPedidos`` serves what stands on the ERP's to-do list; an order leaves it when it is ticked
off, and that happens only after our commit (``confirm``). So the list is asked for its whole width each time, and
nothing can be missed: what was not ticked off is listed again. A row that we have already costs no further call; its
receipt is yielded again, so that an acknowledgement that was lost is repeated.

**Where ticking off is ignored** (``todo_mode=window``) the last days are listed each time, and known rows cost nothing.

**Changes.** A changed order returns to the list [guess]. As nobody promises it, orders that are still open are read
again one by one every ``status_refresh_minutes``; which ones they are is remembered in the store's small state. So are
the orders that changed between our reading and their being ticked off (``confirm``).

**One bad order stops no other.** Where the calls for an order's parts fail, it is set aside and tried once more at the
end; only then does the error end the call, with all the others covered.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tomada.domain.status import StoreStatusType
from tomada.errors import QuotaExceeded, TransientError
from tomada.spi import Checkpoint, Context, Need, OrderEvent, OrderQuery, State, need_of
from tomada_tray_soap.detail import current_row, nameless, read_complete, status_change
from tomada_tray_soap.operations import ORDER, ORDERS
from tomada_tray_soap.rows import Row, read_row
from tomada_tray_soap.settings import Settings, TodoMode, parts
from tomada_tray_soap.wire import written_day

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession

CHANGED = "orders.changed"
"""Ids of orders that changed between our reading and their being ticked off."""

OPEN, REFRESHED_AT = "orders.open", "orders.refreshed_at"
MOST_OPEN = 5000
TROUBLE_LIMIT = 3  # so many failures in a row are the store's and not an order's
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
CURSOR = "list"
"""The list is its own cursor: what is not ticked off is listed again."""


def fetch_orders(ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
    """Yield what stands on the list, what changed while it was ticked off, and what is due to be looked at again."""
    reading = _Reading(ctx, query)
    yield from reading.listed()
    yield from reading.named(ids_of(ctx.state, CHANGED))
    if reading.refresh_is_due():
        yield from reading.refreshed()
    yield from reading.set_aside()
    reading.remember()
    yield Checkpoint(CURSOR)


def ids_of(state: State, key: str) -> list[str]:
    """Return the ids that are remembered under a key; none when there are none, or damaged ones."""
    try:
        found = json.loads(state.get(key) or "[]")
    except ValueError:
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


class _Reading:
    """One reading: what was seen, what was set aside, and which orders are still open."""

    def __init__(self, ctx: Context, query: OrderQuery) -> None:
        self._ctx = ctx
        self._session: SoapSession = ctx.session
        self._settings: Settings = ctx.settings
        self._query = query
        self._ticks_off = self._settings.todo_mode is TodoMode.ACKNOWLEDGE
        self._first_day = max(query.since, OLDEST).astimezone(self._settings.zone).date()
        self._open = dict.fromkeys(ids_of(ctx.state, OPEN))
        self._seen: set[str] = set()
        self._aside: list[tuple[Row, str | None]] = []
        self._failures = 0
        self._refreshed = False

    def listed(self) -> Iterator[OrderEvent]:
        """Read the list once for each status that is asked for."""
        first = self._first_day
        if not self._ticks_off:
            window = self._ctx.clock.now() - timedelta(days=self._settings.window_days)
            first = max(first, window.astimezone(self._settings.zone).date())
        period = {"data_inicial": written_day(first, self._settings)}
        for status in parts(self._settings.statuses) or ("",):
            records = self._session.rows(ORDERS, **period, status_atual=status)
            at = self._session.at
            for record in records:
                row = read_row(record, self._settings, at)
                if row is None:
                    yield nameless(record)
                elif row.remote_id not in self._seen:
                    yield from self._event(row, row.receipt if self._ticks_off else None)

    def named(self, remote_ids: list[str]) -> Iterator[OrderEvent]:
        """Read orders one by one, but those that the list showed already."""
        for remote_id in remote_ids:
            if remote_id in self._seen:
                continue
            row = current_row(self._session, self._settings, remote_id)
            if row is None:
                self._open.pop(remote_id, None)
            else:
                yield from self._event(row, None)

    def refresh_is_due(self) -> bool:
        """Tell whether open orders are to be looked at again."""
        minutes = self._settings.status_refresh_minutes
        if not minutes or not self._session.offers(ORDER):
            return False
        refreshed = moment_of(self._ctx.state.get(REFRESHED_AT))
        elapsed = None if refreshed is None else self._ctx.clock.now() - refreshed
        return elapsed is None or not timedelta(0) <= elapsed < timedelta(minutes=minutes)

    def refreshed(self) -> Iterator[OrderEvent]:
        """Look at all open orders again."""
        yield from self.named(list(self._open))
        self._refreshed = True

    def set_aside(self) -> Iterator[OrderEvent]:
        """Try once more what failed, after the others were handed over for good."""
        if not self._aside:
            return
        yield Checkpoint(CURSOR)
        failed: TransientError | None = None
        for row, receipt in self._aside:
            try:
                yield read_complete(self._session, self._settings, row, receipt)
            except TransientError as error:
                failed = error
        if failed is not None:
            raise failed

    def remember(self) -> None:
        """Keep which orders are open; committed with the checkpoint that follows."""
        state = self._ctx.state
        newest = sorted(self._open, key=lambda one: (len(one), one))[-MOST_OPEN:]
        state.set(OPEN, json.dumps(newest) if newest else None)
        state.set(CHANGED, None)
        if self._refreshed or state.get(REFRESHED_AT) is None:
            state.set(REFRESHED_AT, self._ctx.clock.now().isoformat())

    def _event(self, row: Row, receipt: str | None) -> Iterator[OrderEvent]:
        known = self._query.known(row.remote_id)
        if known is None and row.placed_on is not None and row.placed_on < self._first_day:
            return
        self._seen.add(row.remote_id)
        self._note_open(row)
        need = need_of(row.version, row.status, known)
        if need is Need.STATUS or (need is Need.NOTHING and receipt):
            yield status_change(row, receipt)
        elif need is Need.DETAIL:
            yield from self._detail(row, receipt)

    def _note_open(self, row: Row) -> None:
        if row.status is not None and row.status.type in (StoreStatusType.CLOSED, StoreStatusType.CANCELLED):
            self._open.pop(row.remote_id, None)
        else:
            self._open[row.remote_id] = None

    def _detail(self, row: Row, receipt: str | None) -> Iterator[OrderEvent]:
        try:
            event = read_complete(self._session, self._settings, row, receipt)
        except QuotaExceeded:
            raise
        except TransientError:
            self._aside.append((row, receipt))
            self._failures += 1
            if self._failures >= TROUBLE_LIMIT:
                raise
            return
        self._failures = 0
        yield event


def moment_of(kept: str | None) -> datetime | None:
    """Return a time that was kept as text (aware); None for a text that is none."""
    try:
        moment = datetime.fromisoformat(kept or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
