"""The tables. Domain records are not tables: the repositories map both ways."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, LargeBinary, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tomada.storage.columns import ExactDecimal, Json, UtcTime


class Meta(SQLModel, table=True):
    """Facts about the database itself, such as the canary that proves the key."""

    __tablename__ = "meta"
    name: str = Field(primary_key=True, max_length=40)
    value: bytes = Field(sa_type=LargeBinary)


class Erp(SQLModel, table=True):
    """ERP accounts."""

    __tablename__ = "erp"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=80)
    driver: str = Field(max_length=20)
    base_url: str = Field(max_length=300)
    options: dict[str, Any] = Field(sa_type=Json)


class Store(SQLModel, table=True):
    """Stores. A label is never used again, not even by a store of another account."""

    __tablename__ = "store"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=80)
    label: str = Field(unique=True, max_length=50)
    platform: str = Field(max_length=80)
    erp_id: int = Field(foreign_key="erp.id")
    state: str = Field(max_length=20)
    options: dict[str, Any] = Field(sa_type=Json)
    settings: dict[str, Any] = Field(sa_type=Json)
    since: datetime | None = Field(default=None, sa_type=UtcTime)
    setup_step: str = Field(max_length=40)
    lacks: dict[str, Any] = Field(sa_type=Json)


class Secret(SQLModel, table=True):
    """Encrypted secrets by owner."""

    __tablename__ = "secret"
    owner: str = Field(primary_key=True, max_length=80)
    box: bytes = Field(sa_type=LargeBinary)


class Order(SQLModel, table=True):
    """Orders of stores; ``payload`` is encrypted."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "remote_id"),
        Index("ix_orders_dirty", "store_id", "dirty", "id"),
        Index("ix_orders_due", "store_id", "due_at"),
        Index("ix_orders_document", "document_hash"),
        Index("ix_orders_email", "email_hash"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    remote_id: str = Field(max_length=80)
    number: str = Field(max_length=80)
    version: str = Field(max_length=200)
    settled: bool
    placed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    modified_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)
    status_code: str = Field(max_length=80)
    status_name: str = Field(max_length=200)
    status_type: str = Field(max_length=20)
    paid: bool
    total: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    payload: bytes = Field(sa_type=LargeBinary)
    document_hash: str = Field(max_length=64)
    email_hash: str = Field(max_length=64)
    receipt: str | None = Field(default=None, max_length=300)
    state: str = Field(max_length=20)
    reason: str = Field(max_length=40)
    details: dict[str, Any] = Field(sa_type=Json)
    dirty: bool
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    erp_id: str = Field(max_length=40)
    erp_number: str = Field(max_length=40)
    fingerprint: str = Field(max_length=64)
    erp_status: str = Field(max_length=40)
    override: dict[str, Any] = Field(sa_type=Json)


_OPEN_INTENT = text("state IN ('planned', 'sent', 'unknown')")
_OPEN_HOLD = text("closed_at IS NULL")


class Intent(SQLModel, table=True):
    """Intents; at most one open per order."""

    __tablename__ = "intent"
    __table_args__ = (
        Index(
            "ux_intent_open",
            "order_id",
            unique=True,
            sqlite_where=_OPEN_INTENT,
            postgresql_where=_OPEN_INTENT,
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders.id")
    action: str = Field(max_length=20)
    state: str = Field(max_length=20)
    value: str = Field(max_length=40)
    attempts: int
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    searched_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Hold(SQLModel, table=True):
    """Holds, open and closed."""

    __tablename__ = "hold"
    __table_args__ = (
        Index(
            "ux_hold_open",
            "order_id",
            "code",
            "kind",
            "key",
            unique=True,
            sqlite_where=_OPEN_HOLD,
            postgresql_where=_OPEN_HOLD,
        ),
        Index("ix_hold_key", "store_id", "kind", "key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    order_id: int | None = Field(default=None, foreign_key="orders.id")
    remote_id: str = Field(max_length=80)
    code: str = Field(max_length=40)
    rule: str = Field(max_length=10)
    kind: str = Field(max_length=20)
    key: str = Field(max_length=200)
    details: dict[str, Any] = Field(sa_type=Json)
    opened_at: datetime = Field(sa_type=UtcTime)
    run_id: int | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    settled_as: str = Field(max_length=200)


class Mapping(SQLModel, table=True):
    """Mappings that a person set."""

    __tablename__ = "mapping"
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    kind: str = Field(primary_key=True, max_length=20)
    code: str = Field(primary_key=True, max_length=200)
    value: str = Field(max_length=200)
    label: str = Field(max_length=200)
    set_by: str = Field(max_length=80)
    set_at: datetime = Field(sa_type=UtcTime)


class Code(SQLModel, table=True):
    """Codes that a store uses."""

    __tablename__ = "code"
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    kind: str = Field(primary_key=True, max_length=20)
    code: str = Field(primary_key=True, max_length=200)
    label: str = Field(max_length=200)
    type: str = Field(max_length=20)


class Link(SQLModel, table=True):
    """Links between a store's products and the ERP's."""

    __tablename__ = "link"
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    product_id: str = Field(primary_key=True, max_length=80)
    variant_id: str = Field(primary_key=True, max_length=80)
    sku: str = Field(max_length=80)
    erp_product_id: str = Field(max_length=40)
    erp_sku: str = Field(max_length=80)
    how: str = Field(max_length=20)
    made_at: datetime = Field(sa_type=UtcTime)


class Contact(SQLModel, table=True):
    """What is remembered of the ERP's contacts."""

    __tablename__ = "contact"
    erp_id: int = Field(foreign_key="erp.id", primary_key=True)
    document_hash: str = Field(primary_key=True, max_length=64)
    count: int
    contact_id: str = Field(max_length=40)
    checked_at: datetime = Field(sa_type=UtcTime)


class Cursor(SQLModel, table=True):
    """The checkpoint of each flow of a store."""

    __tablename__ = "cursor"
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    flow: str = Field(primary_key=True, max_length=40)
    cursor: str


class PluginState(SQLModel, table=True):
    """Small values of plugins."""

    __tablename__ = "plugin_state"
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    key: str = Field(primary_key=True, max_length=200)
    value: str


class Receipt(SQLModel, table=True):
    """Receipts that a store has to be told about."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("store_id", "receipt"),
        Index("ix_receipt_done", "store_id", "done", "final"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    receipt: str = Field(max_length=300)
    items: list[Any] = Field(sa_type=Json)
    final: bool
    done: bool


class Run(SQLModel, table=True):
    """Runs of flows."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_store", "store_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    flow: str = Field(max_length=40)
    actor: str = Field(max_length=80)
    started_at: datetime = Field(sa_type=UtcTime)
    state: str = Field(max_length=20)
    counts: dict[str, Any] = Field(sa_type=Json)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    error: str = Field(max_length=80)
    message: str


class Audit(SQLModel, table=True):
    """The audit trail. It outlives the store that it is about, hence no foreign key."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_order", "store_id", "remote_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    actor: str = Field(max_length=80)
    event: str = Field(max_length=40)
    store_id: int | None = None
    remote_id: str = Field(max_length=80)
    rule: str = Field(max_length=10)
    details: dict[str, Any] = Field(sa_type=Json)


class Publication(SQLModel, table=True):
    """What stores were told and are being told; values are encrypted, as an invoice names its buyer."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_state", "store_id", "flow", "state"),)
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    flow: str = Field(primary_key=True, max_length=20)
    key: str = Field(primary_key=True, max_length=200)
    value: bytes = Field(sa_type=LargeBinary)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    state: str = Field(max_length=20)
    pending: bytes = Field(sa_type=LargeBinary)
    attempts: int
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    ticket: str = Field(max_length=200)
    code: str = Field(max_length=80)
    message: str
    field: str = Field(max_length=80)
    dirty: bool


class Stock(SQLModel, table=True):
    """The last read of the ERP's balances."""

    __tablename__ = "stock"
    erp_id: int = Field(foreign_key="erp.id", primary_key=True)
    product_id: str = Field(primary_key=True, max_length=40)
    sku: str = Field(max_length=80)
    on_hand: Decimal = Field(sa_type=ExactDecimal)
    reserved: Decimal = Field(sa_type=ExactDecimal)
    deposits: dict[str, Any] = Field(sa_type=Json)
    read_at: datetime = Field(sa_type=UtcTime)
    missing: bool


_OPEN_ENTRY = text("ended_at IS NULL")


class Ledger(SQLModel, table=True):
    """What orders take until the ERP counts them; one entry a line."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("order_id", "line_id"),
        Index("ix_ledger_open", "store_id", sqlite_where=_OPEN_ENTRY, postgresql_where=_OPEN_ENTRY),
    )
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    order_id: int = Field(foreign_key="orders.id")
    line_id: str = Field(max_length=80)
    product_id: str = Field(max_length=80)
    variant_id: str = Field(max_length=80)
    quantity: Decimal = Field(sa_type=ExactDecimal)
    state: str = Field(max_length=20)
    in_store_balance: bool
    began_at: datetime = Field(sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime)
    recorded_at: datetime | None = Field(default=None, sa_type=UtcTime)
    recorded_quantity: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    posted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)


class LedgerOrder(SQLModel, table=True):
    """The version and status of each order that its ledger entries were written for; both empty while it rests."""

    __tablename__ = "ledger_order"
    order_id: int = Field(foreign_key="orders.id", primary_key=True)
    version: str = Field(max_length=200)
    status_code: str = Field(max_length=80)


class Listing(SQLModel, table=True):
    """What stores list."""

    __tablename__ = "listing"
    __table_args__ = (Index("ix_listing_sku", "store_id", "sku"),)
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    product_id: str = Field(primary_key=True, max_length=80)
    variant_id: str = Field(primary_key=True, max_length=80)
    sku: str = Field(max_length=120)
    gtin: str = Field(max_length=40)
    name: str = Field(max_length=300)
    balance: int | None = None
    price: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    available: bool
    read_at: datetime = Field(sa_type=UtcTime)


class Feed(SQLModel, table=True):
    """How far the feeds of ERP accounts were read."""

    __tablename__ = "feed"
    erp_id: int = Field(foreign_key="erp.id", primary_key=True)
    feed: str = Field(primary_key=True, max_length=20)
    since: datetime | None = Field(default=None, sa_type=UtcTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcTime)
    gap_at: datetime | None = Field(default=None, sa_type=UtcTime)
    present: bool | None = None
    round_ended: datetime | None = Field(default=None, sa_type=UtcTime)


class ErpNews(SQLModel, table=True):
    """What the ERP says of our orders."""

    __tablename__ = "erp_news"
    order_id: int = Field(foreign_key="orders.id", primary_key=True)
    status: str = Field(max_length=40)
    seen_at: datetime = Field(sa_type=UtcTime)
    tracking_code: str = Field(max_length=80)
    tracking_url: str = Field(max_length=300)
    carrier: str = Field(max_length=120)
    shipped_on: str = Field(max_length=10)
    invoice_id: str = Field(max_length=40)
    tracking_due: bool
    invoice_due: bool


METADATA = SQLModel.metadata


def table_of(model: type[SQLModel]) -> Table:
    """Return the SQLAlchemy table of a model."""
    return METADATA.tables[str(model.__tablename__)]
