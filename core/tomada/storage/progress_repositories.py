"""Repositories of how far things are: contacts, checkpoints, receipts, runs and the audit trail."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, not_, select

from tomada.ports.records import AuditRecord, ConfirmationRecord, ContactRecord, RunRecord, RunState
from tomada.storage import tables
from tomada.storage.rows import chunks, row_of, save_with_ids, upsert

CONTACT = tables.table_of(tables.Contact)
CURSOR = tables.table_of(tables.Cursor)
STATE = tables.table_of(tables.PluginState)
RECEIPT = tables.table_of(tables.Receipt)
RUN = tables.table_of(tables.Run)
AUDIT = tables.table_of(tables.Audit)


class SqlContacts:
    """``ports.storage.Contacts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, erp_id: int, document_hashes: Sequence[str]) -> dict[str, ContactRecord]:
        """What is remembered of these documents."""
        found = {}
        for chunk in chunks(document_hashes):
            query = select(CONTACT).where(CONTACT.c.erp_id == erp_id, CONTACT.c.document_hash.in_(chunk))
            for row in self._connection.execute(query):
                found[row.document_hash] = ContactRecord(**row._asdict())
        return found

    def save(self, records: Iterable[ContactRecord]) -> None:
        """Insert or replace."""
        upsert(self._connection, CONTACT, [row_of(record) for record in records])

    def forget(self, erp_id: int, document_hashes: Sequence[str]) -> None:
        """Delete what is remembered."""
        for chunk in chunks(document_hashes):
            query = delete(CONTACT).where(CONTACT.c.erp_id == erp_id, CONTACT.c.document_hash.in_(chunk))
            self._connection.execute(query)


class SqlProgress:
    """``ports.storage.Progress``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cursor(self, store_id: int, flow: str) -> str | None:
        """The checkpoint, or None."""
        query = select(CURSOR.c.cursor).where(CURSOR.c.store_id == store_id, CURSOR.c.flow == flow)
        return self._connection.execute(query).scalar_one_or_none()

    def set_cursor(self, store_id: int, flow: str, cursor: str) -> None:
        """Insert or replace."""
        upsert(self._connection, CURSOR, [{"store_id": store_id, "flow": flow, "cursor": cursor}])

    def state(self, store_id: int) -> dict[str, str]:
        """All small values of the store's plugin."""
        query = select(STATE.c.key, STATE.c.value).where(STATE.c.store_id == store_id)
        return {row.key: row.value for row in self._connection.execute(query)}

    def set_state(self, store_id: int, values: Mapping[str, str | None]) -> None:
        """Insert or replace; None deletes."""
        for gone in chunks([key for key, value in values.items() if value is None]):
            self._connection.execute(delete(STATE).where(STATE.c.store_id == store_id, STATE.c.key.in_(gone)))
        kept = {key: value for key, value in values.items() if value is not None}
        upsert(
            self._connection,
            STATE,
            [{"store_id": store_id, "key": key, "value": value} for key, value in kept.items()],
        )


class SqlConfirmations:
    """``ports.storage.Confirmations``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, records: Iterable[ConfirmationRecord]) -> None:
        """Insert or update; ids are set."""
        found = list(records)
        save_with_ids(self._connection, RECEIPT, found, [row_of(record) for record in found])

    def pending(self, store_id: int, limit: int) -> list[ConfirmationRecord]:
        """Receipts that the store was not told about, or not for the last time; 0 is no limit."""
        query = (
            select(RECEIPT)
            .where(RECEIPT.c.store_id == store_id, not_(RECEIPT.c.done & RECEIPT.c.final))
            .order_by(RECEIPT.c.id)
        )
        return [_receipt(row) for row in self._connection.execute(query.limit(limit) if limit else query)]

    def find(self, store_id: int, receipts: Sequence[str]) -> dict[str, ConfirmationRecord]:
        """The records of these receipts."""
        found = {}
        for chunk in chunks(receipts):
            query = select(RECEIPT).where(RECEIPT.c.store_id == store_id, RECEIPT.c.receipt.in_(chunk))
            found.update({row.receipt: _receipt(row) for row in self._connection.execute(query)})
        return found


def _receipt(row: Row[Any]) -> ConfirmationRecord:
    values = row._asdict()
    values["items"] = [(key, disposition, code) for key, disposition, code in values["items"]]
    return ConfirmationRecord(**values)


class SqlRuns:
    """``ports.storage.Runs``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, record: RunRecord) -> RunRecord:
        """Insert or update; the id is set."""
        save_with_ids(self._connection, RUN, [record], [row_of(record)])
        return record

    def get(self, run_id: int) -> RunRecord | None:
        """One run, or None."""
        row = self._connection.execute(select(RUN).where(RUN.c.id == run_id)).one_or_none()
        return _run(row) if row else None

    def select(self, store_id: int | None = None, limit: int = 50) -> list[RunRecord]:
        """Newest first."""
        query = select(RUN).order_by(RUN.c.id.desc()).limit(limit)
        if store_id is not None:
            query = query.where(RUN.c.store_id == store_id)
        return [_run(row) for row in self._connection.execute(query)]

    def unfinished(self, store_id: int, flow: str) -> list[RunRecord]:
        """Those of a flow that say that they are running."""
        query = select(RUN).where(RUN.c.store_id == store_id, RUN.c.flow == flow)
        query = query.where(RUN.c.state == RunState.RUNNING)
        return [_run(row) for row in self._connection.execute(query)]


def _run(row: Row[Any]) -> RunRecord:
    return RunRecord(**(row._asdict() | {"state": RunState(row.state)}))


class SqlAudit:
    """``ports.storage.Audit``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, records: Iterable[AuditRecord]) -> None:
        """Append rows."""
        rows = [row_of(record, details=dict(record.details)) for record in records]
        if rows:
            self._connection.execute(insert(AUDIT), rows)

    def story(self, store_id: int, remote_id: str) -> list[AuditRecord]:
        """Everything about one order, oldest first."""
        query = (
            select(AUDIT)
            .where(AUDIT.c.store_id == store_id, AUDIT.c.remote_id == remote_id)
            .order_by(AUDIT.c.id)
        )
        found = []
        for row in self._connection.execute(query):
            values = row._asdict()
            del values["id"]
            found.append(AuditRecord(**values))
        return found
