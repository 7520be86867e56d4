"""An order as a list has it: what it says, its version, and whether it needs the calls for its parts (O5).

The version has three parts: ``data_modificacao``, a digest of what an ERP order is made of, and a digest of what
changes in an order's life without touching that (payment, parcel, notes: much of it written by ourselves). The
status stands in none of them, as the core keeps it apart. So a later row explains itself:

* the first digest differs: the order is another one now; read its parts.
* status or second digest differ: that is why the time moved; nothing to read.
* only the time differs: something changed that the list does not show, an item for instance; read the parts.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TypeVar

from tomada.domain.order import OrderStatus
from tomada.spi import Known
from tomada_tray_soap.envelope import Record
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.statuses import is_paid, status_of
from tomada_tray_soap.wire import WireError, day, identifier, moment

Result = TypeVar("Result")

MODIFIED = "data_modificacao"
STATUS = frozenset(("id_status", "status", "tipo_status"))
LIFE = frozenset(("pago", "data_pagamento", "codigo_rastreio", "data_envio", "obs_loja"))
SETTLES = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Version:
    """The version of a row; its text is what the core keeps."""

    modified: str
    content: str
    life: str

    @classmethod
    def of(cls, record: Record) -> "Version":
        """Return the version of a row."""
        rest = record.keys() - STATUS - LIFE - {MODIFIED}
        return cls(str(record.get(MODIFIED, "")), _digest(record, rest), _digest(record, LIFE))

    @classmethod
    def parse(cls, kept: str) -> "Version | None":
        """Return the version that a text stands for, or None for a text that is no version of ours."""
        parts = kept.split("|")
        return cls(*parts) if len(parts) == 3 else None

    def __str__(self) -> str:
        return f"{self.modified}|{self.content}|{self.life}"


def _digest(record: Record, keys: Iterable[str]) -> str:
    told = json.dumps([[key, record.get(key) or ""] for key in sorted(keys)])
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says. Times are aware; None where the row does not carry them or they cannot be read.

    ``read_at`` is the store's time when it gave the row; ``status`` is None when the row has no readable one.
    """

    record: Record
    read_at: datetime
    remote_id: str
    version: Version
    modified: datetime | None
    placed_on: date | None
    status: OrderStatus | None
    paid: bool

    @property
    def receipt(self) -> str:
        """What ticking this order off needs: its id, and a mark of the state in which it was read (O3)."""
        status = self.status.code if self.status else ""
        mark = hashlib.sha256(f"{self.version}|{status}".encode("utf-8", "replace")).hexdigest()[:16]
        return f"{self.remote_id} {mark}"

    @property
    def settled(self) -> bool:
        """Whether its time was two seconds old at the store, so that no later change can bear it too."""
        return self.modified is None or self.read_at - self.modified >= SETTLES


class Need(Enum):
    """What a row calls for."""

    NOTHING = "nothing"
    STATUS = "status"
    DETAIL = "detail"


def read_row(record: Record, settings: Settings, at: datetime) -> Row | None:
    """Read a row; None for one without an id. Whatever else is damaged shows when the order is built."""
    try:
        remote_id = identifier(record, "id_pedido")
    except WireError:
        return None
    if not remote_id:
        return None
    status = _readable(lambda: status_of(record))
    paid = status is not None and bool(_readable(lambda: is_paid(record, status, settings)))
    modified = _readable(lambda: moment(record, MODIFIED, settings))
    placed_on = _readable(lambda: day(record, "data_pedido", settings))
    return Row(record, at, remote_id, Version.of(record), modified, placed_on, status, paid)


def _readable(read: Callable[[], Result]) -> Result | None:
    try:
        return read()
    except WireError:
        return None


def need_of(row: Row, known: Known | None) -> Need:
    """Decide what a row calls for, given what is committed of its order."""
    kept = Version.parse(known.version) if known else None
    if known is None or kept is None or row.status is None:
        return Need.DETAIL
    same_status = known.status == row.status.code
    if kept == row.version and (
        same_status or not known.status
    ):  # a rejected order has a version and no status
        return Need.NOTHING
    if not known.status or kept.content != row.version.content:
        return Need.DETAIL
    if same_status and kept.life == row.version.life:
        return Need.DETAIL
    return Need.STATUS
