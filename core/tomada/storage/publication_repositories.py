"""Repositories of what goes out to stores: publications and listings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.stock import ListingRecord
from tomada.storage import tables
from tomada.storage.crypto import Cipher
from tomada.storage.rows import chunks, row_of, upsert

PUBLICATION = tables.table_of(tables.Publication)
LISTING = tables.table_of(tables.Listing)
_UNDER_WAY = (PublicationState.SENT.value, PublicationState.UNKNOWN.value, PublicationState.SUBMITTED.value)


class SqlPublications:
    """``ports.storage.Publications``; values are encrypted."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def find(self, store_id: int, flow: str, keys: Sequence[str]) -> dict[str, PublicationRecord]:
        """Those with these keys, by key."""
        found: dict[str, PublicationRecord] = {}
        for part in chunks(keys):
            query = select(PUBLICATION).where(
                PUBLICATION.c.store_id == store_id, PUBLICATION.c.flow == flow, PUBLICATION.c.key.in_(part)
            )
            found |= {row.key: self._record(row) for row in self._connection.execute(query)}
        return found

    def begun(self, store_id: int, flow: str) -> list[str]:
        """The keys of those that were tried and never taken, in their order."""
        query = (
            select(PUBLICATION.c.key)
            .where(
                PUBLICATION.c.store_id == store_id,
                PUBLICATION.c.flow == flow,
                PUBLICATION.c.attempts > 0,
                PUBLICATION.c.sent_at.is_(None),
            )
            .order_by(PUBLICATION.c.key)
        )
        return list(self._connection.execute(query).scalars())

    def keys(self, store_id: int, flow: str) -> set[str]:
        """The keys of everything of a flow."""
        query = select(PUBLICATION.c.key).where(
            PUBLICATION.c.store_id == store_id, PUBLICATION.c.flow == flow
        )
        return set(self._connection.execute(query).scalars())

    def dirty(self, store_id: int, flow: str) -> list[PublicationRecord]:
        """Those that have to be planned, by key."""
        query = (
            select(PUBLICATION)
            .where(PUBLICATION.c.store_id == store_id, PUBLICATION.c.flow == flow, PUBLICATION.c.dirty)
            .order_by(PUBLICATION.c.key)
        )
        return [self._record(row) for row in self._connection.execute(query)]

    def under_way(self, store_id: int, flow: str) -> list[PublicationRecord]:
        """Those without a final answer, by key."""
        query = (
            select(PUBLICATION)
            .where(
                PUBLICATION.c.store_id == store_id,
                PUBLICATION.c.flow == flow,
                PUBLICATION.c.state.in_(_UNDER_WAY),
            )
            .order_by(PUBLICATION.c.key)
        )
        return [self._record(row) for row in self._connection.execute(query)]

    def save(self, records: Iterable[PublicationRecord]) -> None:
        """Insert or replace."""
        upsert(
            self._connection,
            PUBLICATION,
            [
                row_of(
                    record,
                    value=self._cipher.encrypt(record.value),
                    pending=self._cipher.encrypt(record.pending),
                )
                for record in records
            ],
        )

    def _record(self, row: Row[Any]) -> PublicationRecord:
        values = row._asdict()
        values["value"] = self._cipher.decrypt(row.value)
        values["pending"] = self._cipher.decrypt(row.pending)
        values["state"] = PublicationState(row.state)
        return PublicationRecord(**values)


class SqlListings:
    """``ports.storage.Listings``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, store_id: int) -> list[ListingRecord]:
        """Everything that the store lists, by ids."""
        query = (
            select(LISTING)
            .where(LISTING.c.store_id == store_id)
            .order_by(LISTING.c.product_id, LISTING.c.variant_id)
        )
        return [ListingRecord(**row._asdict()) for row in self._connection.execute(query)]

    def save(self, records: Iterable[ListingRecord]) -> None:
        """Insert or replace."""
        upsert(self._connection, LISTING, [row_of(record) for record in records])

    def forget(self, store_id: int, before: datetime) -> None:
        """Delete what was last read earlier."""
        self._connection.execute(
            delete(LISTING).where(LISTING.c.store_id == store_id, LISTING.c.read_at < before)
        )
