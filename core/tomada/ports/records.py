"""The records of Tomada as the flows see them. Mutable where a flow changes them; saving them is explicit.

All times are aware UTC. ``payload`` fields are plain here and encrypted by the storage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tomada.ports.erp_options import ErpOptions
from tomada.ports.options import StoreOptions


class StoreState(StrEnum):
    """Only active stores sync."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(slots=True)
class ErpRecord:
    """One ERP account. Its token is in the vault under ``erp:<id>``."""

    id: int
    name: str
    driver: str
    base_url: str
    options: ErpOptions


@dataclass(slots=True)
class StoreRecord:
    """One store. ``label`` is its immutable mark in the ERP (O1); ``since`` is None until it is activated (O4).

    ``settings`` are the plugin's, without secrets; those are in the vault under ``store:<id>``. ``setup_step`` is
    where an interrupted ``store add`` goes on; empty when it is finished. ``lacks`` is what the last connection
    check took back: capability → reason.
    """

    id: int
    name: str
    label: str
    platform: str
    erp_id: int
    state: StoreState
    options: StoreOptions
    settings: dict[str, object]
    since: datetime | None = None
    setup_step: str = ""
    lacks: dict[str, str] = field(default_factory=dict)


class OrderState(StrEnum):
    """Where an order stands. ``waiting`` goes on by itself; ``manual`` waits for ``orders import``."""

    NEW = "new"
    HELD = "held"
    WAITING = "waiting"
    MANUAL = "manual"
    IGNORED = "ignored"
    CREATED = "created"


@dataclass(slots=True)
class OrderRecord:
    """One order of a store: its last snapshot and what became of it. Identity: (store_id, remote_id), O1.

    ``payload`` is the JSON of the ``Order`` (empty for one that could not be read). ``dirty``: it has to be
    planned; ``due_at``: it has to be planned then. ``reason`` is why it stands where it stands: a code, with
    ``details`` for the sentence (no personal data). ``fingerprint`` is of the snapshot that the ERP order was
    created from (O6). ``erp_status`` is the last status that we wrote or read. ``override`` holds values that a
    person gave for this order alone: ``kind:code`` → value. ``dispatch_by`` is the marketplace's deadline, if any.
    ``recreating_since``: the ERP order is being cancelled to be created anew, and may be cancelled from then on (O6).
    """

    id: int
    store_id: int
    remote_id: str
    number: str
    version: str
    settled: bool
    placed_at: datetime | None
    modified_at: datetime
    seen_at: datetime
    status_code: str
    status_name: str
    status_type: str
    paid: bool
    total: Decimal | None
    payload: str = field(repr=False)
    document_hash: str
    email_hash: str
    receipt: str | None
    state: OrderState = OrderState.NEW
    reason: str = ""
    details: dict[str, str] = field(default_factory=dict)
    dirty: bool = True
    due_at: datetime | None = None
    erp_id: str = ""
    erp_number: str = ""
    fingerprint: str = ""
    erp_status: str = ""
    override: dict[str, str] = field(default_factory=dict)
    dispatch_by: datetime | None = None
    recreating_since: datetime | None = None


class Action(StrEnum):
    """What an intent is about to do in the ERP."""

    CREATE = "create"
    SET_STATUS = "set_status"


class IntentState(StrEnum):
    """``planned``: nothing was sent. ``sent``: on its way, or killed there. ``unknown``: no answer came.

    ``done`` and ``dropped`` are final.
    """

    PLANNED = "planned"
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(slots=True)
class IntentRecord:
    """The row that says "about to send this" (O2). At most one open per order.

    ``ended_at``: when the attempt ended, which settle_time counts from; for ``sent`` the time of sending plus a
    window of the quota and the timeout. ``searched_at``: when the last search after settle_time came back empty.
    ``attempts`` counts sendings. ``value`` is what is sent (a status code; empty for a create).
    """

    id: int
    order_id: int
    action: Action
    state: IntentState
    value: str = ""
    attempts: int = 0
    ended_at: datetime | None = None
    searched_at: datetime | None = None


@dataclass(slots=True)
class HoldRecord:
    """One thing that cannot go on without a person (D3). Open while ``closed_at`` is None.

    ``code`` is the reason (``unmapped``, ``unlinked``, ``money`` …), ``rule`` the id it rests on, ``kind`` and
    ``key`` what exactly it hangs on (for ``unmapped``: mapping kind and remote code). ``details`` fill the
    sentence and hold no personal data. ``settled_as`` is what a person chose, ``settled_by`` who that was and
    ``settled_at`` when; ``run_id`` the run that opened it. ``assignee`` is who looks after it, None while nobody does.
    Until ``snoozed_until`` it is not shown among what waits.
    """

    id: int
    store_id: int
    order_id: int | None
    remote_id: str
    code: str
    rule: str
    kind: str
    key: str
    details: dict[str, str]
    opened_at: datetime
    run_id: int | None
    closed_at: datetime | None = None
    settled_as: str = ""
    settled_by: str | None = None
    settled_at: datetime | None = None
    assignee: str | None = None
    snoozed_until: datetime | None = None


@dataclass(slots=True)
class MappingRecord:
    """(store, kind, remote code) → ERP value, as a person set it; defaults are computed, never stored."""

    store_id: int
    kind: str
    code: str
    value: str
    label: str
    set_by: str
    set_at: datetime


@dataclass(slots=True)
class CodeRecord:
    """A code that the store uses: from its own list or seen in orders."""

    store_id: int
    kind: str
    code: str
    label: str
    type: str = ""


@dataclass(slots=True)
class LinkRecord:
    """(store, remote product, remote variant) ↔ ERP product.

    ``how``: ``sku`` (by itself), ``person``, ``sent`` (the store made it for us), or ``parent``: the product that
    bears variations, which is not sold itself and has no balance.
    """

    store_id: int
    product_id: str
    variant_id: str
    sku: str
    erp_product_id: str
    erp_sku: str
    how: str
    made_at: datetime


@dataclass(slots=True)
class ContactRecord:
    """What a search for a document in the ERP found: how many contacts, and the first one's id (C1, C2)."""

    erp_id: int
    document_hash: str
    count: int
    contact_id: str
    checked_at: datetime


class RunState(StrEnum):
    """How a run ended, or that it has not."""

    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(slots=True)
class RunRecord:
    """One execution of a flow for a store, with its counts; ``error`` is the code of what stopped it."""

    id: int
    store_id: int
    flow: str
    actor: str
    started_at: datetime
    state: RunState
    counts: dict[str, int] = field(default_factory=dict)
    ended_at: datetime | None = None
    error: str = ""
    message: str = ""


@dataclass(slots=True)
class AuditRecord:
    """One line of the story of an order or a store (X4): who did what, why, with what result.

    ``actor`` is a person, ``schedule`` or a rule; ``event`` a stable code (``order.seen``, ``order.created``,
    ``hold.opened`` …); ``details`` fill the sentence and hold no personal data.
    """

    at: datetime
    actor: str
    event: str
    store_id: int | None = None
    remote_id: str = ""
    rule: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ConfirmationRecord:
    """One receipt that the store has to be told about (O3). ``told`` is the disposition sent last, if any.

    ``items`` are (remote id, disposition, code) of everything the receipt covers; ``final`` once none is held.
    """

    id: int
    store_id: int
    receipt: str
    items: list[tuple[str, str, str]]
    final: bool
    done: bool
