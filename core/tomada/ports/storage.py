"""The storage as flows and commands see it: short transactions over typed repositories.

``with database.begin() as tx:`` commits at the end and rolls back on any exception. No transaction may be open
while a remote is asked. Everything saved is explicit: changing a record does nothing until it is saved.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from tomada.ports.news import ErpNewsRecord
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import (
    AuditRecord,
    CodeRecord,
    ConfirmationRecord,
    ContactRecord,
    ErpRecord,
    HoldRecord,
    IntentRecord,
    LinkRecord,
    MappingRecord,
    OrderRecord,
    OrderState,
    RunRecord,
    StoreRecord,
)
from tomada.ports.stock import FeedRecord, LedgerRecord, ListingRecord, MakeupRecord, StockRecord


class Erps(Protocol):
    """ERP accounts. ``save`` inserts when ``id`` is 0 and returns the record with its id."""

    def get(self, erp_id: int) -> ErpRecord: ...
    def by_name(self, name: str) -> ErpRecord | None: ...
    def all(self) -> list[ErpRecord]: ...
    def save(self, record: ErpRecord) -> ErpRecord: ...
    def remove(self, erp_id: int) -> None: ...


class Stores(Protocol):
    """Stores. ``remove`` deletes everything of the store but its audit rows."""

    def get(self, store_id: int) -> StoreRecord: ...
    def by_name(self, name: str) -> StoreRecord | None: ...
    def all(self) -> list[StoreRecord]: ...
    def save(self, record: StoreRecord) -> StoreRecord: ...
    def remove(self, store_id: int) -> None: ...


class Orders(Protocol):
    """Orders by (store, remote id)."""

    def find(self, store_id: int, remote_ids: Sequence[str]) -> dict[str, OrderRecord]:
        """The records of these remote ids, by remote id; unknown ones are absent."""
        ...

    def get(self, order_id: int) -> OrderRecord: ...
    def get_many(self, order_ids: Sequence[int]) -> dict[int, OrderRecord]: ...
    def worth(self, order_ids: Sequence[int]) -> dict[int, tuple[Decimal | None, datetime | None]]:
        """Order id → (total in BRL, deadline of the marketplace); each None where there is none."""
        ...

    def known(self, store_id: int) -> Mapping[str, tuple[str, str]]:
        """Remote id → (version, status code) of every settled order of the store, read at once."""
        ...

    def save(self, records: Iterable[OrderRecord]) -> None:
        """Insert (``id`` 0; the id is set) or update."""
        ...

    def save_outcome(self, records: Iterable[OrderRecord]) -> None:
        """Update what became of known orders (state to ``override``), not what they are: ingest alone changes that."""
        ...

    def due(self, store_id: int, now: datetime, limit: int, after: int = 0) -> list[OrderRecord]:
        """Orders to be planned now (dirty, or due) with an id above ``after``, oldest id first."""
        ...

    def damaged(self, store_id: int) -> list[str]:
        """Remote ids of orders that could not be read (reason ``damaged``) and were woken to be read again."""
        ...

    def wake(self, store_id: int, order_ids: Sequence[int]) -> None:
        """Mark orders as dirty."""
        ...

    def select(
        self,
        store_id: int | None = None,
        states: Sequence[OrderState] = (),
        limit: int = 0,
        text: str = "",
    ) -> list[OrderRecord]:
        """Newest first; ``text`` is an exact remote id, number, ERP id or ERP number; 0 is no limit."""
        ...

    def count(self, store_id: int) -> dict[tuple[str, str], int]:
        """(state, reason) → how many."""
        ...

    def by_erp_ids(self, erp_id: int, erp_ids: Sequence[str]) -> dict[str, OrderRecord]:
        """The orders of all stores of an ERP account by the ERP's ids of them; unknown ones are absent."""
        ...

    def unreserved(self, store_id: int, resting: Collection[str], limit: int) -> list[OrderRecord]:
        """Orders that the ledger was not written for as they are, oldest id first.

        Their version or status is another; or they rest for a reason of ``resting`` and the ledger was not written
        as of a resting one, or the other way round.
        """
        ...


class Intents(Protocol):
    """Intents of orders."""

    def open(self, order_ids: Sequence[int]) -> dict[int, IntentRecord]:
        """Order id → its intent that is not final."""
        ...

    def save(self, records: Iterable[IntentRecord]) -> None: ...


class Holds(Protocol):
    """Holds, open and closed."""

    def get_many(self, hold_ids: Sequence[int]) -> dict[int, HoldRecord]:
        """Holds by id; unknown ones are absent."""
        ...

    def open_of(self, order_ids: Sequence[int]) -> dict[int, list[HoldRecord]]: ...
    def of_orders(self, order_ids: Sequence[int]) -> list[HoldRecord]:
        """All of these orders, closed ones too, the oldest first."""
        ...

    def save(self, records: Iterable[HoldRecord]) -> None: ...
    def select(self, store_id: int | None = None, *, open_only: bool = True) -> list[HoldRecord]: ...

    def of_items(self, store_id: int, codes: Sequence[str], names: Sequence[str]) -> list[HoldRecord]:
        """Holds with these codes, closed ones too, of items named by order id or, without an order, by key."""
        ...

    def waiting_for(self, store_id: int, kind: str, key: str) -> list[HoldRecord]:
        """Open holds that hang on exactly this key (``key`` ``*`` for all of the kind)."""
        ...


class Mappings(Protocol):
    """Mappings that a person set, and the codes that a store uses."""

    def all(self, store_id: int, kind: str | None = None) -> list[MappingRecord]: ...
    def set(self, record: MappingRecord) -> None: ...
    def remove(self, store_id: int, kind: str, code: str) -> bool: ...
    def codes(self, store_id: int, kind: str | None = None) -> list[CodeRecord]: ...
    def saw(self, records: Iterable[CodeRecord]) -> None:
        """Insert or update codes of a store."""
        ...


class Links(Protocol):
    """Links between a store's products and the ERP's."""

    def find(self, store_id: int, products: Sequence[tuple[str, str]]) -> dict[tuple[str, str], LinkRecord]:
        """(product id, variant id) → link."""
        ...

    def all(self, store_id: int) -> list[LinkRecord]: ...
    def erp_products(self, store_id: int) -> set[str]:
        """The ids of the ERP products that are linked."""
        ...

    def parentless(
        self, store_id: int, after: tuple[datetime, str, str] | None, limit: int
    ) -> list[LinkRecord]:
        """The first links of variations whose own product is not linked, by (made at, product id, variant id).

        Only those above ``after`` (None: all).
        """
        ...

    def of_products(self, store_id: int, erp_product_ids: Sequence[str]) -> list[LinkRecord]:
        """The links to these ERP products."""
        ...

    def set(self, records: Iterable[LinkRecord]) -> None: ...
    def remove(self, store_id: int, product_id: str, variant_id: str) -> bool: ...

    def page(self, store_id: int, after: tuple[str, str], limit: int) -> list[LinkRecord]:
        """The first links, by (product id, variant id), whose ids are above ``after``."""
        ...


class Publications(Protocol):
    """What stores were told and are being told."""

    def find(self, store_id: int, flow: str, keys: Sequence[str]) -> dict[str, PublicationRecord]: ...
    def keys(self, store_id: int, flow: str) -> set[str]:
        """The keys of everything of a flow."""
        ...

    def begun(self, store_id: int, flow: str) -> list[str]:
        """The keys of those that were tried and that the store never took."""
        ...

    def dirty(self, store_id: int, flow: str) -> list[PublicationRecord]:
        """Those that have to be planned."""
        ...

    def under_way(self, store_id: int, flow: str) -> list[PublicationRecord]:
        """Those that were sent and are not answered, or answered later."""
        ...

    def save(self, records: Iterable[PublicationRecord]) -> None:
        """Insert or replace."""
        ...


class Stocks(Protocol):
    """The last read of the ERP's balances."""

    def find(self, erp_id: int, product_ids: Sequence[str]) -> dict[str, StockRecord]: ...
    def by_sku(self, erp_id: int, skus: Sequence[str]) -> dict[str, list[StockRecord]]:
        """The last reads of the products that the ERP has with these SKUs, by SKU; not of missing ones."""
        ...

    def repeated_skus(self, erp_id: int) -> list[str]:
        """SKUs that were read of several products of the account."""
        ...

    def any_reserved(self, erp_id: int) -> bool:
        """Whether any product of the account was read with pieces reserved."""
        ...

    def save(self, records: Iterable[StockRecord]) -> None:
        """Insert or replace, unless a later read is there already."""
        ...

    def forget(self, erp_id: int, product_ids: Sequence[str]) -> None:
        """Delete the reads of these products: they are to be read anew."""
        ...

    def never_read(self, erp_id: int, limit: int) -> list[str]:
        """Products that a store of the account has linked and whose balance was never read."""
        ...

    def read_before(self, erp_id: int, moment: datetime, limit: int) -> list[str]:
        """Linked products whose balance was read at or before a moment, longest ago first."""
        ...

    def failed(self, erp_id: int, product_id: str, tried_at: datetime) -> None:
        """Remember that a balance could not be read; the next read of it that is saved forgets that."""
        ...

    def unreadable(self, erp_id: int, besides: Collection[str] = ()) -> dict[str, datetime]:
        """The linked products, and those ``besides``, whose balance could not be read: when it was tried last."""
        ...


class Makeups(Protocol):
    """What the ERP's products are made of, and whether they are sold."""

    def find(self, erp_id: int, product_ids: Sequence[str]) -> dict[str, MakeupRecord]: ...
    def kits(self, erp_id: int) -> list[MakeupRecord]:
        """Everything that is a kit, by product id."""
        ...

    def save(self, records: Iterable[MakeupRecord]) -> None: ...
    def mark_changed(self, erp_id: int, product_ids: Sequence[str] | None) -> None:
        """Note that these products (None: all) may be others than they were read as."""
        ...

    def never_read(self, erp_id: int) -> list[str]:
        """Products that a store of the account has linked and that were never read whole, by id."""
        ...

    def read_before(self, erp_id: int, moment: datetime, limit: int) -> list[str]:
        """Linked products that have changed, then those read at or before a moment, longest ago first."""
        ...


class Ledger(Protocol):
    """What orders take until the ERP counts them."""

    def of_orders(self, order_ids: Sequence[int]) -> dict[int, list[LedgerRecord]]: ...

    def by_product(
        self, erp_id: int, product_ids: Sequence[str] | None = None
    ) -> dict[str, list[LedgerRecord]]:
        """Every entry of the account's stores that is not ended, by the ERP product that it takes.

        Unlinked ones are absent. ``product_ids``: of these ERP products alone. The entries of an order that is being
        created anew bear nothing of the ERP: they are not to be saved.
        """
        ...

    def moved(self, store_id: int, product_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
        """(product id, variant id) → when an order last changed what it takes of it, of these products."""
        ...

    def in_erp(self, erp_id: int) -> list[tuple[LedgerRecord, str, str | None]]:
        """The entries whose order the ERP has, each with the order's status there and what the line is linked to.

        Not those of an order that is being created anew.

        Those that are not ended, and those that ended although their order was neither cancelled at the store nor
        posted in the ERP: its cancelling there may be taken back.
        """
        ...

    def touched(self, erp_id: int, since: datetime) -> dict[str, datetime]:
        """ERP product → when an entry of it ended, or its order changed in the ERP, last; nothing before ``since``."""
        ...

    def save(self, records: Iterable[LedgerRecord]) -> None: ...

    def written_for(self, orders: Iterable[OrderRecord], resting: Collection[str]) -> None:
        """Remember what the entries of these orders were written for: a version and status, or resting."""
        ...

    def write_again(self, order_ids: Sequence[int]) -> None:
        """Let the entries of these orders be written anew, though neither version nor status is another."""
        ...


class Listings(Protocol):
    """What stores list."""

    def all(self, store_id: int) -> list[ListingRecord]: ...
    def save(self, records: Iterable[ListingRecord]) -> None:
        """Insert or replace."""
        ...

    def forget(self, store_id: int, before: datetime) -> None:
        """Delete what was last read earlier: the store does not list it any more."""
        ...


class Feeds(Protocol):
    """How far the feeds of ERP accounts were read."""

    def get(self, erp_id: int, feed: str) -> FeedRecord:
        """The record, a new one for a feed that was never read."""
        ...

    def save(self, record: FeedRecord) -> None: ...


class ErpNews(Protocol):
    """What the ERP says of our orders."""

    def find(self, order_ids: Sequence[int]) -> dict[int, ErpNewsRecord]: ...
    def changed(self, store_id: int, since: datetime) -> list[ErpNewsRecord]:
        """Those that were read as changed at or after a moment, of orders placed since the store's activation (O10)."""
        ...

    def due(self, store_id: int, flow: str, now: datetime, limit: int, after: int = 0) -> list[ErpNewsRecord]:
        """Those that ``tracking`` or ``invoices`` has to look at, with an order id above ``after``, in that order.

        Only of orders that were placed since the store's activation (O10).
        """
        ...

    def looked_at(self, flow: str, order_ids: Sequence[int]) -> None:
        """Take the flow's mark off these orders."""
        ...

    def save(self, records: Iterable[ErpNewsRecord]) -> None:
        """Insert or replace."""
        ...


class Contacts(Protocol):
    """What is remembered of the ERP's contacts."""

    def find(self, erp_id: int, document_hashes: Sequence[str]) -> dict[str, ContactRecord]: ...
    def save(self, records: Iterable[ContactRecord]) -> None: ...
    def forget(self, erp_id: int, document_hashes: Sequence[str]) -> None: ...


class Progress(Protocol):
    """Where reading stands: the checkpoint of a flow and the plugin's small values."""

    def cursor(self, store_id: int, flow: str) -> str | None: ...
    def set_cursor(self, store_id: int, flow: str, cursor: str) -> None: ...
    def state(self, store_id: int) -> dict[str, str]: ...
    def set_state(self, store_id: int, values: Mapping[str, str | None]) -> None: ...


class Confirmations(Protocol):
    """Receipts that a store has to be told about."""

    def save(self, records: Iterable[ConfirmationRecord]) -> None: ...
    def pending(self, store_id: int, limit: int) -> list[ConfirmationRecord]: ...
    def find(self, store_id: int, receipts: Sequence[str]) -> dict[str, ConfirmationRecord]: ...


class Runs(Protocol):
    """Runs, newest first."""

    def save(self, record: RunRecord) -> RunRecord: ...
    def get(self, run_id: int) -> RunRecord | None: ...
    def select(self, store_id: int | None = None, limit: int = 50) -> list[RunRecord]: ...
    def unfinished(self, store_id: int, flow: str) -> list[RunRecord]: ...


class Audit(Protocol):
    """The audit trail; rows are only ever added."""

    def add(self, records: Iterable[AuditRecord]) -> None: ...
    def story(self, store_id: int, remote_id: str) -> list[AuditRecord]:
        """Everything about one order, oldest first."""
        ...


class Secrets(Protocol):
    """Encrypted texts by owner (``erp:1``, ``store:2``)."""

    def read(self, owner: str) -> dict[str, str]: ...
    def write(self, owner: str, values: Mapping[str, str]) -> None: ...


class Transaction(Protocol):
    """All repositories inside one transaction."""

    @property
    def erps(self) -> Erps: ...
    @property
    def stores(self) -> Stores: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def intents(self) -> Intents: ...
    @property
    def holds(self) -> Holds: ...
    @property
    def mappings(self) -> Mappings: ...
    @property
    def links(self) -> Links: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def publications(self) -> Publications: ...
    @property
    def stocks(self) -> Stocks: ...
    @property
    def makeups(self) -> Makeups: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def listings(self) -> Listings: ...
    @property
    def feeds(self) -> Feeds: ...
    @property
    def erp_news(self) -> ErpNews: ...
    @property
    def progress(self) -> Progress: ...
    @property
    def confirmations(self) -> Confirmations: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def secrets(self) -> Secrets: ...


class Database(Protocol):
    """The database: transactions, keyed hashes and locks shared by all processes."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that may write; only one is open at a time, others wait for it."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that only reads: one consistent picture."""
        ...

    def hash(self, value: str) -> str:
        """Return the keyed hash (HMAC) of a document or an e-mail address; empty for an empty text (X3)."""
        ...

    def lock(self, name: str, *, wait: bool = False) -> AbstractContextManager[bool]:
        """Take a lock that all processes share and that dies with its holder.

        Yields False when somebody else has it (``wait`` False). Unlike transactions it may be held while a remote
        is asked.
        """
        ...

    def holder(self, name: str) -> str:
        """Say who has the lock (process id and since when), for a message; empty when unknown."""
        ...
