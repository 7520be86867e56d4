"""An order as a list has it: what it says, and its version (see ``tomada.spi.row_versions``)."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from tomada.domain.order import OrderStatus
from tomada.spi import RowVersion
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
class Row:
    """What one row says. Times are aware; None where the row does not carry them or they cannot be read.

    ``read_at`` is the store's time when it gave the row; ``status`` is None when the row has no readable one.
    """

    record: Record
    read_at: datetime
    remote_id: str
    version: RowVersion
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
    return Row(record, at, remote_id, _version(record), modified, placed_on, status, paid)


def _version(record: Record) -> RowVersion:
    content = record.keys() - STATUS - LIFE - {MODIFIED}
    return RowVersion.of(record.get(MODIFIED, ""), _named(record, content), _named(record, LIFE))


def _named(record: Record, keys: Iterable[str]) -> list[list[object]]:
    return [[key, record.get(key) or ""] for key in sorted(keys)]


def _readable(read: Callable[[], Result]) -> Result | None:
    try:
        return read()
    except WireError:
        return None
