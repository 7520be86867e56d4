"""Repositories of orders and of what hangs on them: intents and holds."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, and_, func, not_, or_, select, update

from tomada.ports.records import Action, HoldRecord, IntentRecord, IntentState, OrderRecord, OrderState
from tomada.storage import tables
from tomada.storage.crypto import Cipher
from tomada.storage.rows import chunks, row_of, save_with_ids, update_rows

ORDER = tables.table_of(tables.Order)
INTENT = tables.table_of(tables.Intent)
HOLD = tables.table_of(tables.Hold)
OUTCOME = (
    *("id", "state", "reason", "details", "dirty", "due_at"),
    *("erp_id", "erp_number", "erp_status", "fingerprint", "override", "recreating_since"),
)
"""What becomes of an order, as opposed to what it is. SQLite writes every index of a column that an update names."""
_FINAL = (IntentState.DONE.value, IntentState.DROPPED.value)


class SqlOrders:
    """``ports.storage.Orders``; snapshots and a person's answers, which may be a CPF, are encrypted (X1)."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def find(self, store_id: int, remote_ids: Sequence[str]) -> dict[str, OrderRecord]:
        """The orders with these remote ids."""
        found = {}
        for chunk in chunks(remote_ids):
            query = select(ORDER).where(ORDER.c.store_id == store_id, ORDER.c.remote_id.in_(chunk))
            found.update({row.remote_id: self._record(row) for row in self._connection.execute(query)})
        return found

    def get(self, order_id: int) -> OrderRecord:
        """One order that is known to exist."""
        return self._record(self._connection.execute(select(ORDER).where(ORDER.c.id == order_id)).one())

    def get_many(self, order_ids: Sequence[int]) -> dict[int, OrderRecord]:
        """Orders by id."""
        found = {}
        for chunk in chunks(order_ids):
            query = select(ORDER).where(ORDER.c.id.in_(chunk))
            found.update({row.id: self._record(row) for row in self._connection.execute(query)})
        return found

    def worth(self, order_ids: Sequence[int]) -> dict[int, tuple[Decimal | None, datetime | None]]:
        """Order id → (total, deadline)."""
        found = {}
        for chunk in chunks(order_ids):
            query = select(ORDER.c.id, ORDER.c.total, ORDER.c.dispatch_by).where(ORDER.c.id.in_(chunk))
            found.update({row.id: (row.total, row.dispatch_by) for row in self._connection.execute(query)})
        return found

    def known(self, store_id: int) -> Mapping[str, tuple[str, str]]:
        """Remote id → (version, status code) of all settled orders."""
        query = select(ORDER.c.remote_id, ORDER.c.version, ORDER.c.status_code).where(
            ORDER.c.store_id == store_id, ORDER.c.settled
        )
        return {
            remote_id: (version, status) for remote_id, version, status in self._connection.execute(query)
        }

    def save(self, records: Iterable[OrderRecord]) -> None:
        """Insert or update; ids are set."""
        found = list(records)
        save_with_ids(self._connection, ORDER, found, [self._row(record) for record in found])

    def save_outcome(self, records: Iterable[OrderRecord]) -> None:
        """Update what became of known orders, and nothing else."""
        rows = [row_of(record, override=self._override(record)) for record in records]
        update_rows(self._connection, ORDER, [{name: row[name] for name in OUTCOME} for row in rows])

    def due(self, store_id: int, now: datetime, limit: int, after: int = 0) -> list[OrderRecord]:
        """Orders to be planned now, by id."""
        query = (
            select(ORDER)
            .where(
                ORDER.c.store_id == store_id, ORDER.c.id > after, or_(ORDER.c.dirty, ORDER.c.due_at <= now)
            )
            .order_by(ORDER.c.id)
            .limit(limit)
        )
        return [self._record(row) for row in self._connection.execute(query)]

    def damaged(self, store_id: int) -> list[str]:
        """Woken orders that could not be read."""
        query = select(ORDER.c.remote_id).where(
            ORDER.c.store_id == store_id, ORDER.c.dirty, ORDER.c.reason == "damaged"
        )
        return list(self._connection.execute(query).scalars())

    def wake(self, store_id: int, order_ids: Sequence[int]) -> None:
        """Mark orders as dirty."""
        for chunk in chunks(order_ids):
            query = update(ORDER).where(ORDER.c.store_id == store_id, ORDER.c.id.in_(chunk))
            self._connection.execute(query.values(dirty=True))

    def select(
        self,
        store_id: int | None = None,
        states: Sequence[OrderState] = (),
        limit: int = 0,
        text: str = "",
    ) -> list[OrderRecord]:
        """Newest first, as buyers placed them; one that could not be read stands where it was first seen."""
        placed = func.coalesce(ORDER.c.placed_at, ORDER.c.seen_at)
        query = select(ORDER).order_by(placed.desc(), ORDER.c.id.desc())
        if store_id is not None:
            query = query.where(ORDER.c.store_id == store_id)
        if states:
            query = query.where(ORDER.c.state.in_([state.value for state in states]))
        if text:
            columns = (ORDER.c.remote_id, ORDER.c.number, ORDER.c.erp_id, ORDER.c.erp_number)
            query = query.where(or_(*(column == text for column in columns)))
        if limit:
            query = query.limit(limit)
        return [self._record(row) for row in self._connection.execute(query)]

    def by_erp_ids(self, erp_id: int, erp_ids: Sequence[str]) -> dict[str, OrderRecord]:
        """The orders of the account's stores by the ERP's ids of them."""
        store = tables.table_of(tables.Store)
        query = (
            select(ORDER)
            .join(store, store.c.id == ORDER.c.store_id)
            .where(store.c.erp_id == erp_id, ORDER.c.erp_id.in_(erp_ids))
        )
        return {row.erp_id: self._record(row) for row in self._connection.execute(query)}

    def unreserved(self, store_id: int, resting: Collection[str], limit: int) -> list[OrderRecord]:
        """Orders that the ledger was not written for as they are, by id."""
        written = tables.table_of(tables.LedgerOrder)
        rests = ORDER.c.reason.in_(resting)
        query = (
            select(ORDER)
            .outerjoin(written, written.c.order_id == ORDER.c.id)
            .where(
                ORDER.c.store_id == store_id,
                or_(
                    written.c.order_id.is_(None),
                    and_(rests, or_(written.c.version != "", written.c.status_code != "")),
                    and_(
                        not_(rests),
                        or_(
                            written.c.version != ORDER.c.version,
                            written.c.status_code != ORDER.c.status_code,
                        ),
                    ),
                ),
            )
            .order_by(ORDER.c.id)
            .limit(limit)
        )
        return [self._record(row) for row in self._connection.execute(query)]

    def count(self, store_id: int) -> dict[tuple[str, str], int]:
        """(state, reason) → how many."""
        query = (
            select(ORDER.c.state, ORDER.c.reason, func.count())
            .where(ORDER.c.store_id == store_id)
            .group_by(ORDER.c.state, ORDER.c.reason)
        )
        return {(state, reason): number for state, reason, number in self._connection.execute(query)}

    def _row(self, record: OrderRecord) -> dict[str, Any]:
        payload = self._cipher.encrypt(record.payload)
        return row_of(record, payload=payload, override=self._override(record))

    def _override(self, record: OrderRecord) -> bytes:
        return self._cipher.encrypt(json.dumps(record.override))

    def _record(self, row: Row[Any]) -> OrderRecord:
        values = row._asdict()
        values["payload"] = self._cipher.decrypt(row.payload)
        values["override"] = json.loads(self._cipher.decrypt(row.override))
        values["state"] = OrderState(row.state)
        return OrderRecord(**values)


class SqlIntents:
    """``ports.storage.Intents``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, order_ids: Sequence[int]) -> dict[int, IntentRecord]:
        """The intents of these orders that are not final."""
        found = {}
        for chunk in chunks(order_ids):
            query = select(INTENT).where(INTENT.c.order_id.in_(chunk), INTENT.c.state.not_in(_FINAL))
            for row in self._connection.execute(query):
                values = row._asdict() | {"action": Action(row.action), "state": IntentState(row.state)}
                found[row.order_id] = IntentRecord(**values)
        return found

    def save(self, records: Iterable[IntentRecord]) -> None:
        """Insert or update; ids are set."""
        found = list(records)
        save_with_ids(self._connection, INTENT, found, [row_of(record) for record in found])


class SqlHolds:
    """``ports.storage.Holds``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get_many(self, hold_ids: Sequence[int]) -> dict[int, HoldRecord]:
        """Holds by id; unknown ones are absent."""
        found = {}
        for chunk in chunks(hold_ids):
            query = select(HOLD).where(HOLD.c.id.in_(chunk))
            found.update({row.id: HoldRecord(**row._asdict()) for row in self._connection.execute(query)})
        return found

    def open_of(self, order_ids: Sequence[int]) -> dict[int, list[HoldRecord]]:
        """The open holds of these orders."""
        found: dict[int, list[HoldRecord]] = {}
        for chunk in chunks(order_ids):
            query = select(HOLD).where(HOLD.c.order_id.in_(chunk), HOLD.c.closed_at.is_(None))
            for row in self._connection.execute(query.order_by(HOLD.c.id)):
                found.setdefault(row.order_id, []).append(HoldRecord(**row._asdict()))
        return found

    def of_orders(self, order_ids: Sequence[int]) -> list[HoldRecord]:
        """All of these orders, closed ones too, the oldest first."""
        found = []
        for chunk in chunks(order_ids):
            query = select(HOLD).where(HOLD.c.order_id.in_(chunk)).order_by(HOLD.c.id)
            found += [HoldRecord(**row._asdict()) for row in self._connection.execute(query)]
        return found

    def save(self, records: Iterable[HoldRecord]) -> None:
        """Insert or update; ids are set."""
        found = list(records)
        save_with_ids(self._connection, HOLD, found, [row_of(record) for record in found])

    def select(self, store_id: int | None = None, *, open_only: bool = True) -> list[HoldRecord]:
        """Oldest first."""
        query = select(HOLD).order_by(HOLD.c.id)
        if store_id is not None:
            query = query.where(HOLD.c.store_id == store_id)
        if open_only:
            query = query.where(HOLD.c.closed_at.is_(None))
        return [HoldRecord(**row._asdict()) for row in self._connection.execute(query)]

    def of_items(self, store_id: int, codes: Sequence[str], names: Sequence[str]) -> list[HoldRecord]:
        """Those with these codes of these items, the oldest first."""
        found = []
        for chunk in chunks(names):
            of_store = and_(HOLD.c.store_id == store_id, HOLD.c.code.in_(codes))
            # each with an index of its own, which an "or" would not use
            for named in (
                and_(HOLD.c.remote_id.in_(chunk), HOLD.c.remote_id != ""),
                and_(HOLD.c.remote_id == "", HOLD.c.key.in_(chunk)),
            ):
                query = select(HOLD).where(of_store, named)
                found += [HoldRecord(**row._asdict()) for row in self._connection.execute(query)]
        return sorted(found, key=lambda hold: hold.id)

    def waiting_for(self, store_id: int, kind: str, key: str) -> list[HoldRecord]:
        """Open holds that hang on exactly this key, or on any of the kind."""
        query = select(HOLD).where(
            HOLD.c.store_id == store_id, HOLD.c.kind == kind, HOLD.c.closed_at.is_(None)
        )
        if key != "*":
            query = query.where(HOLD.c.key == key)
        query = query.order_by(HOLD.c.id)
        return [HoldRecord(**row._asdict()) for row in self._connection.execute(query)]
