"""Repositories of what a person configures: ERP accounts, stores, secrets, mappings and links."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, or_, select
from sqlmodel import SQLModel

from tomada.ports.erp_options import ErpOptions
from tomada.ports.options import StoreOptions
from tomada.ports.records import CodeRecord, ErpRecord, LinkRecord, MappingRecord, StoreRecord, StoreState
from tomada.storage import tables
from tomada.storage.crypto import Cipher
from tomada.storage.rows import chunks, row_of, save_with_ids, upsert

ERP = tables.table_of(tables.Erp)
STORE = tables.table_of(tables.Store)
SECRET = tables.table_of(tables.Secret)
MAPPING = tables.table_of(tables.Mapping)
CODE = tables.table_of(tables.Code)
LINK = tables.table_of(tables.Link)
_OF_AN_ORDER: tuple[type[SQLModel], ...] = (tables.Intent, tables.LedgerOrder, tables.ErpNews)
_OF_A_STORE: tuple[type[SQLModel], ...] = (
    tables.Hold,
    tables.Mapping,
    tables.Code,
    tables.Link,
    tables.Cursor,
    tables.PluginState,
    tables.Publication,
    tables.Listing,
    tables.Ledger,
)
_OF_A_STORE_LAST: tuple[type[SQLModel], ...] = (tables.Receipt, tables.Run, tables.Order)


class SqlErps:
    """``ports.storage.Erps``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, erp_id: int) -> ErpRecord:
        """One account that is known to exist."""
        return _erp(self._connection.execute(select(ERP).where(ERP.c.id == erp_id)).one())

    def by_name(self, name: str) -> ErpRecord | None:
        """One account, or None."""
        row = self._connection.execute(select(ERP).where(ERP.c.name == name)).one_or_none()
        return _erp(row) if row else None

    def all(self) -> list[ErpRecord]:
        """All accounts by name."""
        return [_erp(row) for row in self._connection.execute(select(ERP).order_by(ERP.c.name))]

    def save(self, record: ErpRecord) -> ErpRecord:
        """Insert or update; the id is set."""
        row = row_of(record, options=record.options.model_dump(mode="json"))
        save_with_ids(self._connection, ERP, [record], [row])
        return record

    def remove(self, erp_id: int) -> None:
        """Delete the account, its secrets and what was read of it; no store may be left on it."""
        for model in (tables.Contact, tables.Stock, tables.UnreadableStock, tables.Feed):
            table = tables.table_of(model)
            self._connection.execute(delete(table).where(table.c.erp_id == erp_id))
        self._connection.execute(delete(SECRET).where(SECRET.c.owner == f"erp:{erp_id}"))
        self._connection.execute(delete(ERP).where(ERP.c.id == erp_id))


def _erp(row: Row[Any]) -> ErpRecord:
    return ErpRecord(row.id, row.name, row.driver, row.base_url, ErpOptions.model_validate(row.options))


class SqlStores:
    """``ports.storage.Stores``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, store_id: int) -> StoreRecord:
        """One store that is known to exist."""
        return _store(self._connection.execute(select(STORE).where(STORE.c.id == store_id)).one())

    def by_name(self, name: str) -> StoreRecord | None:
        """One store, or None."""
        row = self._connection.execute(select(STORE).where(STORE.c.name == name)).one_or_none()
        return _store(row) if row else None

    def all(self) -> list[StoreRecord]:
        """All stores by name."""
        return [_store(row) for row in self._connection.execute(select(STORE).order_by(STORE.c.name))]

    def save(self, record: StoreRecord) -> StoreRecord:
        """Insert or update; the id is set."""
        save_with_ids(
            self._connection,
            STORE,
            [record],
            [row_of(record, options=record.options.model_dump(mode="json"))],
        )
        return record

    def remove(self, store_id: int) -> None:
        """Delete everything of the store but its audit rows."""
        order = tables.table_of(tables.Order)
        of_store = select(order.c.id).where(order.c.store_id == store_id)
        for model in _OF_AN_ORDER:
            table = tables.table_of(model)
            self._connection.execute(delete(table).where(table.c.order_id.in_(of_store)))
        for model in (*_OF_A_STORE, *_OF_A_STORE_LAST):
            table = tables.table_of(model)
            self._connection.execute(delete(table).where(table.c.store_id == store_id))
        self._connection.execute(delete(SECRET).where(SECRET.c.owner == f"store:{store_id}"))
        self._connection.execute(delete(STORE).where(STORE.c.id == store_id))


def _store(row: Row[Any]) -> StoreRecord:
    values = row._asdict()
    values["state"] = StoreState(row.state)
    values["options"] = StoreOptions.model_validate(row.options)
    return StoreRecord(**values)


class SqlSecrets:
    """``ports.storage.Secrets``."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def read(self, owner: str) -> dict[str, str]:
        """All secrets of an owner; empty when there are none."""
        box = self._connection.execute(
            select(SECRET.c.box).where(SECRET.c.owner == owner)
        ).scalar_one_or_none()
        return {} if box is None else dict(json.loads(self._cipher.decrypt(box)))

    def write(self, owner: str, values: Mapping[str, str]) -> None:
        """Replace all secrets of an owner."""
        box = self._cipher.encrypt(json.dumps(dict(values)))
        upsert(self._connection, SECRET, [{"owner": owner, "box": box}])


class SqlMappings:
    """``ports.storage.Mappings``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, store_id: int, kind: str | None = None) -> list[MappingRecord]:
        """What a person set, by kind and code."""
        query = select(MAPPING).where(MAPPING.c.store_id == store_id).order_by(MAPPING.c.kind, MAPPING.c.code)
        if kind:
            query = query.where(MAPPING.c.kind == kind)
        return [MappingRecord(**row._asdict()) for row in self._connection.execute(query)]

    def set(self, record: MappingRecord) -> None:
        """Insert or replace."""
        upsert(self._connection, MAPPING, [row_of(record)])

    def remove(self, store_id: int, kind: str, code: str) -> bool:
        """Delete; False when there was none."""
        query = delete(MAPPING).where(
            MAPPING.c.store_id == store_id, MAPPING.c.kind == kind, MAPPING.c.code == code
        )
        return self._connection.execute(query).rowcount > 0

    def codes(self, store_id: int, kind: str | None = None) -> list[CodeRecord]:
        """The codes that the store uses, by kind and label."""
        query = (
            select(CODE).where(CODE.c.store_id == store_id).order_by(CODE.c.kind, CODE.c.label, CODE.c.code)
        )
        if kind:
            query = query.where(CODE.c.kind == kind)
        return [CodeRecord(**row._asdict()) for row in self._connection.execute(query)]

    def saw(self, records: Iterable[CodeRecord]) -> None:
        """Insert or replace codes."""
        upsert(self._connection, CODE, [row_of(record) for record in records])


class SqlLinks:
    """``ports.storage.Links``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, store_id: int, products: Sequence[tuple[str, str]]) -> dict[tuple[str, str], LinkRecord]:
        """The links of these products; unlinked ones are absent."""
        wanted, found = set(products), {}
        for chunk in chunks(sorted({product for product, _ in wanted})):
            # Pairs in one IN would keep both databases from their index.
            query = select(LINK).where(LINK.c.store_id == store_id, LINK.c.product_id.in_(chunk))
            for row in self._connection.execute(query):
                if (row.product_id, row.variant_id) in wanted:
                    found[row.product_id, row.variant_id] = LinkRecord(**row._asdict())
        return found

    def all(self, store_id: int) -> list[LinkRecord]:
        """All links of a store by SKU."""
        query = select(LINK).where(LINK.c.store_id == store_id).order_by(LINK.c.sku, LINK.c.product_id)
        return [LinkRecord(**row._asdict()) for row in self._connection.execute(query)]

    def page(self, store_id: int, after: tuple[str, str], limit: int) -> list[LinkRecord]:
        """The next links by ids."""
        product_id, variant_id = after
        query = (
            select(LINK)
            .where(
                LINK.c.store_id == store_id,
                LINK.c.product_id >= product_id,
                or_(LINK.c.product_id > product_id, LINK.c.variant_id > variant_id),
            )
            .order_by(LINK.c.product_id, LINK.c.variant_id)
            .limit(limit)
        )
        return [LinkRecord(**row._asdict()) for row in self._connection.execute(query)]

    def erp_products(self, store_id: int) -> set[str]:
        """The ids of the ERP products that are linked."""
        query = select(LINK.c.erp_product_id).where(LINK.c.store_id == store_id)
        return set(self._connection.execute(query).scalars())

    def parentless(
        self, store_id: int, after: tuple[datetime, str, str] | None, limit: int
    ) -> list[LinkRecord]:
        """The next links of variations whose own product is not linked, the oldest first."""
        parent = LINK.alias()
        linked = exists().where(
            parent.c.store_id == LINK.c.store_id,
            parent.c.product_id == LINK.c.product_id,
            parent.c.variant_id == "",
        )
        query = (
            select(LINK)
            .where(LINK.c.store_id == store_id, LINK.c.variant_id != "", ~linked)
            .order_by(LINK.c.made_at, LINK.c.product_id, LINK.c.variant_id)
            .limit(limit)
        )
        if after:
            made_at, product_id, variant_id = after
            same = and_(LINK.c.product_id == product_id, LINK.c.variant_id > variant_id)
            above = or_(LINK.c.product_id > product_id, same)
            query = query.where(or_(LINK.c.made_at > made_at, and_(LINK.c.made_at == made_at, above)))
        return [LinkRecord(**row._asdict()) for row in self._connection.execute(query)]

    def of_products(self, store_id: int, erp_product_ids: Sequence[str]) -> list[LinkRecord]:
        """The links to these ERP products, by the store's ids."""
        found: list[LinkRecord] = []
        for part in chunks(erp_product_ids):
            query = select(LINK).where(LINK.c.store_id == store_id, LINK.c.erp_product_id.in_(part))
            found += [LinkRecord(**row._asdict()) for row in self._connection.execute(query)]
        return sorted(found, key=lambda link: (link.product_id, link.variant_id))

    def set(self, records: Iterable[LinkRecord]) -> None:
        """Insert or replace."""
        upsert(self._connection, LINK, [row_of(record) for record in records])

    def remove(self, store_id: int, product_id: str, variant_id: str) -> bool:
        """Delete; False when there was none."""
        query = delete(LINK).where(
            LINK.c.store_id == store_id, LINK.c.product_id == product_id, LINK.c.variant_id == variant_id
        )
        return self._connection.execute(query).rowcount > 0
