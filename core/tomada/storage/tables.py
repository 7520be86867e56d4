"""The tables. Domain records are not tables: the repositories map both ways.

Texts have no length: SQLite would not keep one, and PostgreSQL would stop a whole run for one long text of a store.
Ids that people and the audit name are never given twice, hence ``sqlite_autoincrement``.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, LargeBinary, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tomada.storage.columns import ExactDecimal, Json, UtcTime

_IDS_ONCE = {"sqlite_autoincrement": True}


class Meta(SQLModel, table=True):
    """Facts about the database itself, such as the canary that proves the key."""

    __tablename__ = "meta"
    name: str = Field(primary_key=True)
    value: bytes = Field(sa_type=LargeBinary)


class Erp(SQLModel, table=True):
    """ERP accounts."""

    __tablename__ = "erp"
    __table_args__ = _IDS_ONCE
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    driver: str
    base_url: str
    options: dict[str, Any] = Field(sa_type=Json)


class Store(SQLModel, table=True):
    """Stores. Labels differ over all accounts; only after its store was removed may one be given again."""

    __tablename__ = "store"
    __table_args__ = (Index("ix_store_erp", "erp_id"), _IDS_ONCE)
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    label: str = Field(unique=True)
    platform: str
    erp_id: int = Field(foreign_key="erp.id")
    state: str
    options: dict[str, Any] = Field(sa_type=Json)
    settings: dict[str, Any] = Field(sa_type=Json)
    since: datetime | None = Field(default=None, sa_type=UtcTime)
    setup_step: str
    lacks: dict[str, Any] = Field(sa_type=Json)


class Secret(SQLModel, table=True):
    """Encrypted secrets by owner."""

    __tablename__ = "secret"
    owner: str = Field(primary_key=True)
    box: bytes = Field(sa_type=LargeBinary)


class Order(SQLModel, table=True):
    """Orders of stores; ``payload`` and ``override`` are encrypted."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "remote_id"),
        Index("ix_orders_dirty", "store_id", "dirty", "id"),
        Index("ix_orders_due", "store_id", "due_at"),
        Index("ix_orders_known", "store_id", "settled", "remote_id", "version", "status_code"),
        Index("ix_orders_state", "store_id", "state", "reason"),
        Index("ix_orders_document", "document_hash"),
        Index("ix_orders_email", "email_hash"),
    )
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    remote_id: str
    number: str
    version: str
    settled: bool
    placed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    modified_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)
    status_code: str
    status_name: str
    status_type: str
    paid: bool
    total: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    payload: bytes = Field(sa_type=LargeBinary)
    document_hash: str
    email_hash: str
    receipt: str | None = Field(default=None)
    state: str
    reason: str
    details: dict[str, Any] = Field(sa_type=Json)
    dirty: bool
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    erp_id: str
    erp_number: str
    fingerprint: str
    erp_status: str
    override: bytes = Field(sa_type=LargeBinary)
    dispatch_by: datetime | None = Field(default=None, sa_type=UtcTime)
    recreating_since: datetime | None = Field(default=None, sa_type=UtcTime)


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
        Index("ix_intent_order", "order_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders.id")
    action: str
    state: str
    value: str
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
        Index("ix_hold_order", "order_id"),
        Index("ix_hold_of_order", "store_id", "code", "remote_id"),
        Index("ix_hold_of_item", "store_id", "code", "key"),
        _IDS_ONCE,
    )
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    order_id: int | None = Field(default=None, foreign_key="orders.id")
    remote_id: str
    code: str
    rule: str
    kind: str
    key: str
    details: dict[str, Any] = Field(sa_type=Json)
    opened_at: datetime = Field(sa_type=UtcTime)
    run_id: int | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    settled_as: str
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcTime)
    assignee: str | None = None
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcTime)


class Mapping(SQLModel, table=True):
    """Mappings that a person set."""

    __tablename__ = "mapping"
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    value: str
    label: str
    set_by: str
    set_at: datetime = Field(sa_type=UtcTime)


class Code(SQLModel, table=True):
    """Codes that a store uses."""

    __tablename__ = "code"
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    label: str
    type: str


class Link(SQLModel, table=True):
    """Links between a store's products and the ERP's."""

    __tablename__ = "link"
    __table_args__ = (Index("ix_link_erp_product", "store_id", "erp_product_id"),)
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    product_id: str = Field(primary_key=True)
    variant_id: str = Field(primary_key=True)
    sku: str
    erp_product_id: str
    erp_sku: str
    how: str
    made_at: datetime = Field(sa_type=UtcTime)


class Contact(SQLModel, table=True):
    """What is remembered of the ERP's contacts."""

    __tablename__ = "contact"
    erp_id: int = Field(foreign_key="erp.id", primary_key=True)
    document_hash: str = Field(primary_key=True)
    count: int
    contact_id: str
    checked_at: datetime = Field(sa_type=UtcTime)


class Cursor(SQLModel, table=True):
    """The checkpoint of each flow of a store."""

    __tablename__ = "cursor"
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    flow: str = Field(primary_key=True)
    cursor: str


class PluginState(SQLModel, table=True):
    """Small values of plugins."""

    __tablename__ = "plugin_state"
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    key: str = Field(primary_key=True)
    value: str


class Receipt(SQLModel, table=True):
    """Receipts that a store has to be told about."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("store_id", "receipt"),
        Index(
            "ix_receipt_pending",
            "store_id",
            "id",
            sqlite_where=text("NOT (done = 1 AND final = 1)"),
            postgresql_where=text("NOT (done AND final)"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    receipt: str
    items: list[Any] = Field(sa_type=Json)
    final: bool
    done: bool


class Run(SQLModel, table=True):
    """Runs of flows."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_store", "store_id", "id"), _IDS_ONCE)
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    flow: str
    actor: str
    started_at: datetime = Field(sa_type=UtcTime)
    state: str
    counts: dict[str, Any] = Field(sa_type=Json)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    error: str
    message: str


class Audit(SQLModel, table=True):
    """The audit trail. It outlives the store that it is about, hence no foreign key."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_order", "store_id", "remote_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    actor: str
    event: str
    store_id: int | None = None
    remote_id: str
    rule: str
    details: dict[str, Any] = Field(sa_type=Json)


class Publication(SQLModel, table=True):
    """What stores were told and are being told; values are encrypted, as an invoice names its buyer."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_state", "store_id", "flow", "state"),)
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    flow: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: bytes = Field(sa_type=LargeBinary)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    state: str
    pending: bytes = Field(sa_type=LargeBinary)
    attempts: int
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    ticket: str
    code: str
    message: str
    field: str
    dirty: bool


class Stock(SQLModel, table=True):
    """The last read of the ERP's balances."""

    __tablename__ = "stock"
    __table_args__ = (Index("ix_stock_sku", "erp_id", "sku"),)
    erp_id: int = Field(foreign_key="erp.id", primary_key=True)
    product_id: str = Field(primary_key=True)
    sku: str
    on_hand: Decimal = Field(sa_type=ExactDecimal)
    reserved: Decimal = Field(sa_type=ExactDecimal)
    deposits: dict[str, Any] = Field(sa_type=Json)
    read_at: datetime = Field(sa_type=UtcTime)
    missing: bool


class UnreadableStock(SQLModel, table=True):
    """Products whose balance could not be read from the ERP, and when it was tried last."""

    __tablename__ = "unreadable_stock"
    erp_id: int = Field(foreign_key="erp.id", primary_key=True)
    product_id: str = Field(primary_key=True)
    tried_at: datetime = Field(sa_type=UtcTime)


_KIT = text("components != '{}'")


class Makeup(SQLModel, table=True):
    """What the ERP's products are made of, and whether they are sold."""

    __tablename__ = "makeup"
    __table_args__ = (
        Index("ix_makeup_kit", "erp_id", "product_id", sqlite_where=_KIT, postgresql_where=_KIT),
        Index("ix_makeup_read", "erp_id", "read_at"),
    )
    erp_id: int = Field(foreign_key="erp.id", primary_key=True)
    product_id: str = Field(primary_key=True)
    active: bool
    components: dict[str, Any] = Field(sa_type=Json)
    read_at: datetime = Field(sa_type=UtcTime)
    changed: bool


_OPEN_ENTRY = text("ended_at IS NULL")
_MAY_RETURN = text("ended_at IS NOT NULL AND posted_at IS NULL AND state != 'released'")
"""Of an order that was cancelled in the ERP alone."""


class Ledger(SQLModel, table=True):
    """What orders take until the ERP counts them; one entry a line."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("order_id", "line_id"),
        Index("ix_ledger_open", "store_id", sqlite_where=_OPEN_ENTRY, postgresql_where=_OPEN_ENTRY),
        Index("ix_ledger_product", "store_id", "product_id", "variant_id", "changed_at"),
        Index("ix_ledger_ended", "store_id", "ended_at"),
        Index("ix_ledger_may_return", "store_id", sqlite_where=_MAY_RETURN, postgresql_where=_MAY_RETURN),
    )
    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    order_id: int = Field(foreign_key="orders.id")
    line_id: str
    product_id: str
    variant_id: str
    quantity: Decimal = Field(sa_type=ExactDecimal)
    state: str
    in_store_balance: bool
    began_at: datetime = Field(sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime)
    recorded_at: datetime | None = Field(default=None, sa_type=UtcTime)
    recorded_quantity: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    posted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    erp_product_id: str | None = None


class LedgerOrder(SQLModel, table=True):
    """The version and status of each order that its ledger entries were written for; both empty while it rests."""

    __tablename__ = "ledger_order"
    order_id: int = Field(foreign_key="orders.id", primary_key=True)
    version: str
    status_code: str


class Listing(SQLModel, table=True):
    """What stores list."""

    __tablename__ = "listing"
    __table_args__ = (Index("ix_listing_sku", "store_id", "sku"),)
    store_id: int = Field(foreign_key="store.id", primary_key=True)
    product_id: str = Field(primary_key=True)
    variant_id: str = Field(primary_key=True)
    sku: str
    gtin: str
    name: str
    balance: int | None = None
    price: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    available: bool
    read_at: datetime = Field(sa_type=UtcTime)


class Feed(SQLModel, table=True):
    """How far the feeds of ERP accounts were read."""

    __tablename__ = "feed"
    erp_id: int = Field(foreign_key="erp.id", primary_key=True)
    feed: str = Field(primary_key=True)
    since: datetime | None = Field(default=None, sa_type=UtcTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcTime)
    gap_at: datetime | None = Field(default=None, sa_type=UtcTime)
    present: bool | None = None
    round_ended: datetime | None = Field(default=None, sa_type=UtcTime)


class ErpNews(SQLModel, table=True):
    """What the ERP says of our orders."""

    __tablename__ = "erp_news"
    __table_args__ = (Index("ix_erp_news_seen", "seen_at"),)
    order_id: int = Field(foreign_key="orders.id", primary_key=True)
    status: str
    seen_at: datetime = Field(sa_type=UtcTime)
    tracking_code: str
    tracking_url: str
    carrier: str
    shipped_on: str
    invoice_id: str
    tracking_due: bool
    invoice_due: bool
    invoice_look_at: datetime | None = Field(default=None, sa_type=UtcTime)


METADATA = SQLModel.metadata


def table_of(model: type[SQLModel]) -> Table:
    """Return the SQLAlchemy table of a model."""
    return METADATA.tables[str(model.__tablename__)]
