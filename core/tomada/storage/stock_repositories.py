"""Repositories of stock, and of what the ERP says of our orders."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, literal_column, or_, select, true, update

from tomada.domain.status import ErpStatus
from tomada.ports.news import ErpNewsRecord
from tomada.ports.records import OrderRecord
from tomada.ports.stock import FeedRecord, LedgerRecord, StockRecord
from tomada.spi import ReservationState
from tomada.storage import tables
from tomada.storage.rows import chunks, row_of, save_with_ids, upsert

STOCK = tables.table_of(tables.Stock)
LEDGER = tables.table_of(tables.Ledger)
LINK = tables.table_of(tables.Link)
LEDGER_ORDER = tables.table_of(tables.LedgerOrder)
UNREADABLE = tables.table_of(tables.UnreadableStock)
FEED = tables.table_of(tables.Feed)
NEWS = tables.table_of(tables.ErpNews)
STORE = tables.table_of(tables.Store)
ORDER = tables.table_of(tables.Order)
_DUE = {"tracking": NEWS.c.tracking_due, "invoices": NEWS.c.invoice_due}
_NOT_BEFORE = {"invoices": NEWS.c.invoice_look_at}


class SqlStocks:
    """``ports.storage.Stocks``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, erp_id: int, product_ids: Sequence[str]) -> dict[str, StockRecord]:
        """The last reads of these products, by id."""
        found: dict[str, StockRecord] = {}
        for part in chunks(product_ids):
            query = select(STOCK).where(STOCK.c.erp_id == erp_id, STOCK.c.product_id.in_(part))
            found |= {row.product_id: StockRecord(**row._asdict()) for row in self._connection.execute(query)}
        return found

    def by_sku(self, erp_id: int, skus: Sequence[str]) -> dict[str, list[StockRecord]]:
        """The last reads of what has these SKUs, by product id."""
        found: dict[str, list[StockRecord]] = {}
        for part in chunks(skus):
            query = select(STOCK).where(STOCK.c.erp_id == erp_id, STOCK.c.sku.in_(part), ~STOCK.c.missing)
            for row in self._connection.execute(query.order_by(STOCK.c.product_id)):
                found.setdefault(row.sku, []).append(StockRecord(**row._asdict()))
        return found

    def repeated_skus(self, erp_id: int) -> list[str]:
        """SKUs of several products, by themselves."""
        query = (
            select(STOCK.c.sku)
            .where(STOCK.c.erp_id == erp_id, STOCK.c.sku != "", ~STOCK.c.missing)
            .group_by(STOCK.c.sku)
            .having(func.count() > 1)
            .order_by(STOCK.c.sku)
        )
        return list(self._connection.execute(query).scalars())

    def any_reserved(self, erp_id: int) -> bool:
        """Whether any product of the account was read with pieces reserved."""
        query = select(STOCK.c.reserved).where(STOCK.c.erp_id == erp_id).distinct()
        return any(reserved > 0 for reserved in self._connection.execute(query).scalars())

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
        for erp_id, ids in by_account.items():
            for part in chunks(ids):
                of_these = and_(UNREADABLE.c.erp_id == erp_id, UNREADABLE.c.product_id.in_(part))
                self._connection.execute(delete(UNREADABLE).where(of_these))

    def forget(self, erp_id: int, product_ids: Sequence[str]) -> None:
        """Delete the reads of these products."""
        for part in chunks(product_ids):
            self._connection.execute(
                delete(STOCK).where(STOCK.c.erp_id == erp_id, STOCK.c.product_id.in_(part))
            )

    def never_read(self, erp_id: int, limit: int) -> list[str]:
        """Linked products without a read, by id."""
        query = (
            linked_products(erp_id)
            .outerjoin(STOCK, and_(STOCK.c.erp_id == erp_id, STOCK.c.product_id == LINK.c.erp_product_id))
            .where(STOCK.c.product_id.is_(None))
            .order_by(LINK.c.erp_product_id)
            .limit(limit)
        )
        return list(self._connection.execute(query).scalars())

    def read_before(self, erp_id: int, moment: datetime, limit: int) -> list[str]:
        """Linked products that were read at or before a moment, longest ago first."""
        query = (
            select(STOCK.c.product_id)
            .where(STOCK.c.erp_id == erp_id, STOCK.c.read_at <= moment)
            .where(linked_products(erp_id).where(LINK.c.erp_product_id == STOCK.c.product_id).exists())
            .order_by(STOCK.c.read_at, STOCK.c.product_id)
            .limit(limit)
        )
        return list(self._connection.execute(query).scalars())

    def failed(self, erp_id: int, product_id: str, tried_at: datetime) -> None:
        """Insert or replace."""
        upsert(
            self._connection,
            UNREADABLE,
            [{"erp_id": erp_id, "product_id": product_id, "tried_at": tried_at}],
        )

    def unreadable(self, erp_id: int, besides: Collection[str] = ()) -> dict[str, datetime]:
        """The linked products, and those besides, that could not be read."""
        linked = linked_products(erp_id).where(LINK.c.erp_product_id == UNREADABLE.c.product_id).exists()
        query = select(UNREADABLE.c.product_id, UNREADABLE.c.tried_at).where(
            UNREADABLE.c.erp_id == erp_id, or_(linked, UNREADABLE.c.product_id.in_(besides))
        )
        return {row.product_id: row.tried_at for row in self._connection.execute(query)}


def linked_products(erp_id: int) -> Select[Any]:
    """Return the query of the account's linked products, each once; a parent has no balance of its own."""
    return (
        select(LINK.c.erp_product_id)
        .join(STORE, STORE.c.id == LINK.c.store_id)
        .where(STORE.c.erp_id == erp_id, LINK.c.how != "parent")
        .distinct()
    )


class SqlLedger:
    """``ports.storage.Ledger``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_orders(self, order_ids: Sequence[int]) -> dict[int, list[LedgerRecord]]:
        """The entries of these orders, ended ones included."""
        found: dict[int, list[LedgerRecord]] = {}
        for part in chunks(order_ids):
            query = select(LEDGER).where(LEDGER.c.order_id.in_(part)).order_by(LEDGER.c.id)
            for row in self._connection.execute(query):
                found.setdefault(row.order_id, []).append(_entry(row))
        return found

    def by_product(
        self, erp_id: int, product_ids: Sequence[str] | None = None
    ) -> dict[str, list[LedgerRecord]]:
        """The entries that are not ended, by linked ERP product."""
        found: dict[str, list[LedgerRecord]] = {}
        for part in [None] if product_ids is None else chunks(product_ids):
            for row in self._connection.execute(_open_entries(erp_id, part)):
                entry = _entry(row)
                if row.recreating_since:  # the ERP may have given up its order by now
                    entry.recorded_at = entry.recorded_quantity = entry.posted_at = None
                found.setdefault(row.takes, []).append(entry)
        return found

    def moved(self, store_id: int, product_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
        """(product id, variant id) → when an order of the store last changed what it takes."""
        identity = (LEDGER.c.product_id, LEDGER.c.variant_id)
        found: dict[tuple[str, str], datetime] = {}
        for part in chunks(sorted(product_ids)):
            query = (
                select(*identity, func.max(LEDGER.c.changed_at))
                .where(LEDGER.c.store_id == store_id, LEDGER.c.product_id.in_(part))
                .group_by(*identity)
            )
            found |= {(product, variant): at for product, variant, at in self._connection.execute(query)}
        return found

    def in_erp(self, erp_id: int) -> list[tuple[LedgerRecord, str, str | None]]:
        """The entries whose order the ERP has: open ones, and those that its cancelling there alone has ended."""
        status = func.coalesce(NEWS.c.status, ORDER.c.erp_status)
        may_return = and_(
            LEDGER.c.ended_at.is_not(None),
            LEDGER.c.posted_at.is_(None),
            LEDGER.c.state != literal_column("'released'"),  # literally, as in the index that finds them
            status != ErpStatus.CANCELLED.value,
        )
        found = []
        for chosen in (LEDGER.c.ended_at.is_(None), may_return):
            query = (
                select(LEDGER, status.label("status"), LINK.c.erp_product_id.label("linked"))
                .select_from(_LINKED_ENTRIES)
                .join(ORDER, ORDER.c.id == LEDGER.c.order_id)
                .outerjoin(NEWS, NEWS.c.order_id == LEDGER.c.order_id)
                .where(
                    STORE.c.erp_id == erp_id, ORDER.c.erp_id != "", ORDER.c.recreating_since.is_(None), chosen
                )
                .order_by(LEDGER.c.id)
            )
            found += [(_entry(row), row.status, row.linked) for row in self._connection.execute(query)]
        return found

    def touched(self, erp_id: int, since: datetime) -> dict[str, datetime]:
        """ERP product → when an entry of it ended, or its order changed in the ERP, last."""
        ended = (
            select(_PRODUCT, func.max(LEDGER.c.ended_at))
            .select_from(_LINKED_ENTRIES)
            .where(STORE.c.erp_id == erp_id, LEDGER.c.ended_at >= since, _PRODUCT.is_not(None))
        )
        changed = (
            select(_PRODUCT, func.max(NEWS.c.seen_at))
            .select_from(_LINKED_ENTRIES)
            .join(NEWS, NEWS.c.order_id == LEDGER.c.order_id)
            .where(STORE.c.erp_id == erp_id, NEWS.c.seen_at >= since, _PRODUCT.is_not(None))
        )
        found: dict[str, datetime] = {}
        for query in (ended, changed):
            for product_id, moment in self._connection.execute(query.group_by(_PRODUCT)):
                found[product_id] = max(moment, found.get(product_id, moment))
        return found

    def save(self, records: Iterable[LedgerRecord]) -> None:
        """Insert or update; ids are set."""
        found = list(records)
        save_with_ids(self._connection, LEDGER, found, [row_of(record) for record in found])

    def written_for(self, orders: Iterable[OrderRecord], resting: Collection[str]) -> None:
        """Insert or replace; of an order that rests neither version nor status matters."""
        rows = []
        for order in orders:
            version, status = ("", "") if order.reason in resting else (order.version, order.status_code)
            rows.append({"order_id": order.id, "version": version, "status_code": status})
        upsert(self._connection, LEDGER_ORDER, rows)

    def write_again(self, order_ids: Sequence[int]) -> None:
        """Forget that the ledger was written for these orders."""
        for chunk in chunks(order_ids):
            self._connection.execute(delete(LEDGER_ORDER).where(LEDGER_ORDER.c.order_id.in_(chunk)))


_LINKED_ENTRIES = LEDGER.join(STORE, STORE.c.id == LEDGER.c.store_id).outerjoin(
    LINK,
    and_(
        LINK.c.store_id == LEDGER.c.store_id,
        LINK.c.product_id == LEDGER.c.product_id,
        LINK.c.variant_id == LEDGER.c.variant_id,
    ),
)
_PRODUCT = func.coalesce(LEDGER.c.erp_product_id, LINK.c.erp_product_id)
"""What an entry takes pieces of; null while that is not known."""


def _open_entries(erp_id: int, product_ids: Sequence[str] | None) -> Select[Any]:
    query = (
        select(LEDGER, _PRODUCT.label("takes"), ORDER.c.recreating_since)
        .select_from(_LINKED_ENTRIES.join(ORDER, ORDER.c.id == LEDGER.c.order_id))
        .where(STORE.c.erp_id == erp_id, LEDGER.c.ended_at.is_(None))
        .order_by(LEDGER.c.id)
    )
    return query.where(_PRODUCT.is_not(None) if product_ids is None else _PRODUCT.in_(product_ids))


_ENTRY = tuple(column.name for column in LEDGER.columns)


def _entry(row: Row[Any]) -> LedgerRecord:
    values = row._asdict()
    entry = {name: values[name] for name in _ENTRY}
    return LedgerRecord(**entry | {"state": ReservationState(row.state)})


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
        found: dict[int, ErpNewsRecord] = {}
        for part in chunks(order_ids):
            rows = self._connection.execute(select(NEWS).where(NEWS.c.order_id.in_(part)))
            found |= {row.order_id: ErpNewsRecord(**row._asdict()) for row in rows}
        return found

    def changed(self, store_id: int, since: datetime) -> list[ErpNewsRecord]:
        """Those read as changed at or after a moment, of orders since the store's activation."""
        query = (
            select(NEWS)
            .join(ORDER, ORDER.c.id == NEWS.c.order_id)
            .join(STORE, STORE.c.id == ORDER.c.store_id)
            .where(ORDER.c.store_id == store_id, NEWS.c.seen_at >= since, ORDER.c.placed_at >= STORE.c.since)
            .where(ORDER.c.recreating_since.is_(None))
            .order_by(NEWS.c.order_id)
        )
        return [ErpNewsRecord(**row._asdict()) for row in self._connection.execute(query)]

    def due(self, store_id: int, flow: str, now: datetime, limit: int, after: int = 0) -> list[ErpNewsRecord]:
        """Those that a flow has to look at, of orders since the store's activation, by order id."""
        not_before = _NOT_BEFORE.get(flow)
        its_time = true() if not_before is None else or_(not_before.is_(None), not_before <= now)
        query = (
            select(NEWS)
            .join(ORDER, ORDER.c.id == NEWS.c.order_id)
            .join(STORE, STORE.c.id == ORDER.c.store_id)
            .where(ORDER.c.store_id == store_id, _DUE[flow], its_time, NEWS.c.order_id > after)
            .where(ORDER.c.placed_at >= STORE.c.since, ORDER.c.recreating_since.is_(None))
            .order_by(NEWS.c.order_id)
            .limit(limit)
        )
        return [ErpNewsRecord(**row._asdict()) for row in self._connection.execute(query)]

    def looked_at(self, flow: str, order_ids: Sequence[int]) -> None:
        """Take the flow's mark off these orders."""
        for part in chunks(order_ids):
            marks = update(NEWS).where(NEWS.c.order_id.in_(part)).values({_DUE[flow]: False})
            self._connection.execute(marks)

    def save(self, records: Iterable[ErpNewsRecord]) -> None:
        """Insert or replace."""
        upsert(self._connection, NEWS, [row_of(record) for record in records])
