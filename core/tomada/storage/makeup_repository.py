"""Repository of what the ERP's products are made of."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, text, update

from tomada.ports.stock import MakeupRecord
from tomada.storage import tables
from tomada.storage.rows import chunks, row_of, upsert
from tomada.storage.stock_repositories import LINK, linked_products

MAKEUP = tables.table_of(tables.Makeup)
_HAS_COMPONENTS = text("components != '{}'")
"""Literally, as in the index that finds them."""


class SqlMakeups:
    """``ports.storage.Makeups``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, erp_id: int, product_ids: Sequence[str]) -> dict[str, MakeupRecord]:
        """What is known of these products, by id."""
        found: dict[str, MakeupRecord] = {}
        for part in chunks(product_ids):
            query = select(MAKEUP).where(MAKEUP.c.erp_id == erp_id, MAKEUP.c.product_id.in_(part))
            found |= {
                row.product_id: MakeupRecord(**row._asdict()) for row in self._connection.execute(query)
            }
        return found

    def kits(self, erp_id: int) -> list[MakeupRecord]:
        """Everything that has components, by product id."""
        query = select(MAKEUP).where(MAKEUP.c.erp_id == erp_id, _HAS_COMPONENTS).order_by(MAKEUP.c.product_id)
        return [MakeupRecord(**row._asdict()) for row in self._connection.execute(query)]

    def save(self, records: Iterable[MakeupRecord]) -> None:
        """Insert or replace."""
        upsert(self._connection, MAKEUP, [row_of(record) for record in records])

    def mark_changed(self, erp_id: int, product_ids: Sequence[str] | None) -> None:
        """Set the mark of these products, or of all."""
        marks = update(MAKEUP).where(MAKEUP.c.erp_id == erp_id).values(changed=True)
        if product_ids is None:
            self._connection.execute(marks)
            return
        for part in chunks(product_ids):
            self._connection.execute(marks.where(MAKEUP.c.product_id.in_(part)))

    def never_read(self, erp_id: int) -> list[str]:
        """Linked products without a record, by id."""
        query = (
            linked_products(erp_id)
            .outerjoin(MAKEUP, and_(MAKEUP.c.erp_id == erp_id, MAKEUP.c.product_id == LINK.c.erp_product_id))
            .where(MAKEUP.c.product_id.is_(None))
            .order_by(LINK.c.erp_product_id)
        )
        return list(self._connection.execute(query).scalars())

    def read_before(self, erp_id: int, moment: datetime, limit: int) -> list[str]:
        """Linked products with the mark, then those that were read at or before a moment, longest ago first."""
        query = (
            select(MAKEUP.c.product_id)
            .where(MAKEUP.c.erp_id == erp_id, or_(MAKEUP.c.changed, MAKEUP.c.read_at <= moment))
            .where(linked_products(erp_id).where(LINK.c.erp_product_id == MAKEUP.c.product_id).exists())
            .order_by(MAKEUP.c.changed.desc(), MAKEUP.c.read_at, MAKEUP.c.product_id)
            .limit(limit)
        )
        return list(self._connection.execute(query).scalars())
