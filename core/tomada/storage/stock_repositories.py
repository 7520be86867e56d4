"""Repositories of stock, and of what the ERP says of our orders."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select

from tomada.ports.news import ErpNewsRecord
from tomada.ports.records import OrderRecord
from tomada.ports.stock import FeedRecord, LedgerRecord, StockRecord
from tomada.spi import ReservationState
from tomada.storage import tables
from tomada.storage.rows import row_of, save_with_ids, upsert

STOCK = tables.table_of(tables.Stock)
LEDGER = tables.table_of(tables.Ledger)
LEDGER_ORDER = tables.table_of(tables.LedgerOrder)
FEED = tables.table_of(tables.Feed)
NEWS = tables.table_of(tables.ErpNews)
STORE = tables.table_of(tables.Store)
ORDER = tables.table_of(tables.Order)


class SqlStocks:
    """``ports.storage.Stocks``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, erp_id: int, product_ids: Sequence[str]) -> dict[str, StockRecord]:
        """The last reads of these products, by id."""
        query = select(STOCK).where(STOCK.c.erp_id == erp_id, STOCK.c.product_id.in_(product_ids))
        return {row.product_id: StockRecord(**row._asdict()) for row in self._connection.execute(query)}

    def all(self, erp_id: int) -> list[StockRecord]:
        """Every product of the account that was ever read, by id."""
        query = select(STOCK).where(STOCK.c.erp_id == erp_id).order_by(STOCK.c.product_id)
        return [StockRecord(**row._asdict()) for row in self._connection.execute(query)]

    def save(self, records: Iterable[StockRecord]) -> None:
        """Insert or replace, unless a later read is there already."""
        found = list(records)
        by_account: dict[int, list[str]] = {}
        for record in found:
            by_account.setdefault(record.erp_id, []).append(record.product_id)
        there = {
            (erp_id, key): record.read_at
            for erp_id, ids in by_account.items()
            for key, record in self.find(erp_id, ids).items()
        }
        newer: dict[tuple[int, str], StockRecord] = {}
        for record in found:
            identity = (record.erp_id, record.product_id)
            known = newer[identity].read_at if identity in newer else there.get(identity)
            if known is None or record.read_at >= known:
                newer[identity] = record
        upsert(self._connection, STOCK, [row_of(record) for record in newer.values()])

    def forget(self, erp_id: int, product_ids: Sequence[str]) -> None:
        """Delete the reads of these products."""
        self._connection.execute(
            delete(STOCK).where(STOCK.c.erp_id == erp_id, STOCK.c.product_id.in_(product_ids))
        )


class SqlLedger:
    """``ports.storage.Ledger``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_orders(self, order_ids: Sequence[int]) -> dict[int, list[LedgerRecord]]:
        """The entries of these orders, ended ones included."""
        query = select(LEDGER).where(LEDGER.c.order_id.in_(order_ids)).order_by(LEDGER.c.id)
        found: dict[int, list[LedgerRecord]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.order_id, []).append(_entry(row))
        return found

    def open(self, erp_id: int) -> list[LedgerRecord]:
        """Every entry of the account's stores that is not ended."""
        query = (
            select(LEDGER)
            .join(STORE, STORE.c.id == LEDGER.c.store_id)
            .where(STORE.c.erp_id == erp_id, LEDGER.c.ended_at.is_(None))
            .order_by(LEDGER.c.id)
        )
        return [_entry(row) for row in self._connection.execute(query)]

    def touched(self, erp_id: int, since: datetime) -> list[tuple[LedgerRecord, datetime]]:
        """Entries that ended, or whose order changed in the ERP, each with when."""
        query = (
            select(LEDGER, NEWS.c.seen_at)
            .join(STORE, STORE.c.id == LEDGER.c.store_id)
            .outerjoin(NEWS, NEWS.c.order_id == LEDGER.c.order_id)
            .where(STORE.c.erp_id == erp_id, or_(LEDGER.c.ended_at >= since, NEWS.c.seen_at >= since))
            .order_by(LEDGER.c.id)
        )
        found = []
        for row in self._connection.execute(query):
            values = row._asdict()
            seen_at = values.pop("seen_at")
            entry = LedgerRecord(**values | {"state": ReservationState(row.state)})
            found.append((entry, max(moment for moment in (entry.ended_at, seen_at) if moment)))
        return found

    def save(self, records: Iterable[LedgerRecord]) -> None:
        """Insert or update; ids are set."""
        found = list(records)
        save_with_ids(self._connection, LEDGER, found, [row_of(record) for record in found])

    def written_for(self, orders: Iterable[OrderRecord]) -> None:
        """Insert or replace."""
        upsert(
            self._connection,
            LEDGER_ORDER,
            [
                {"order_id": order.id, "version": order.version, "status_code": order.status_code}
                for order in orders
            ],
        )


def _entry(row: Row[Any]) -> LedgerRecord:
    return LedgerRecord(**row._asdict() | {"state": ReservationState(row.state)})


class SqlFeeds:
    """``ports.storage.Feeds``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, erp_id: int, feed: str) -> FeedRecord:
        """The record, a new one for a feed that was never read."""
        query = select(FEED).where(FEED.c.erp_id == erp_id, FEED.c.feed == feed)
        row = self._connection.execute(query).one_or_none()
        return FeedRecord(**row._asdict()) if row else FeedRecord(erp_id, feed)

    def save(self, record: FeedRecord) -> None:
        """Insert or replace."""
        upsert(self._connection, FEED, [row_of(record)])


class SqlErpNews:
    """``ports.storage.ErpNews``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, order_ids: Sequence[int]) -> dict[int, ErpNewsRecord]:
        """What is known of these orders, by order id."""
        query = select(NEWS).where(NEWS.c.order_id.in_(order_ids))
        return {row.order_id: ErpNewsRecord(**row._asdict()) for row in self._connection.execute(query)}

    def due(self, store_id: int, flow: str, limit: int, after: int = 0) -> list[ErpNewsRecord]:
        """Those that a flow has to look at, by order id."""
        is_due = {"tracking": NEWS.c.tracking_due, "invoices": NEWS.c.invoice_due}[flow]
        query = (
            select(NEWS)
            .join(ORDER, ORDER.c.id == NEWS.c.order_id)
            .where(ORDER.c.store_id == store_id, is_due, NEWS.c.order_id > after)
            .order_by(NEWS.c.order_id)
            .limit(limit)
        )
        return [ErpNewsRecord(**row._asdict()) for row in self._connection.execute(query)]

    def save(self, records: Iterable[ErpNewsRecord]) -> None:
        """Insert or replace."""
        upsert(self._connection, NEWS, [row_of(record) for record in records])
