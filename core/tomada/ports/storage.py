"""The storage as flows and commands see it: short transactions over typed repositories.

``with database.begin() as tx:`` commits at the end and rolls back on any exception. No transaction may be open
while a remote is asked. Everything saved is explicit: changing a record does nothing until it is saved.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

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


class Intents(Protocol):
    """Intents of orders."""

    def open(self, order_ids: Sequence[int]) -> dict[int, IntentRecord]:
        """Order id → its intent that is not final."""
        ...

    def save(self, records: Iterable[IntentRecord]) -> None: ...


class Holds(Protocol):
    """Holds, open and closed."""

    def get(self, hold_id: int) -> HoldRecord | None: ...
    def open_of(self, order_ids: Sequence[int]) -> dict[int, list[HoldRecord]]: ...
    def save(self, records: Iterable[HoldRecord]) -> None: ...
    def select(self, store_id: int | None = None, *, open_only: bool = True) -> list[HoldRecord]: ...

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
    def set(self, records: Iterable[LinkRecord]) -> None: ...
    def remove(self, store_id: int, product_id: str, variant_id: str) -> bool: ...


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
