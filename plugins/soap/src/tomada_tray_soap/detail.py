"""One order with its parts, or the change of its status that its row tells."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tomada.domain.order import OrderStatusChange
from tomada.errors import RejectedByRemote
from tomada.spi import Fetched, Rejected
from tomada_tray_soap.envelope import Record
from tomada_tray_soap.errors import ORDER_UNKNOWN
from tomada_tray_soap.mapping import order_of
from tomada_tray_soap.operations import BUYER, INSTALMENTS, ITEMS, ORDER
from tomada_tray_soap.rows import Row, read_row
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.wire import WireError

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession


def read_complete(
    session: "SoapSession", settings: Settings, row: Row, receipt: str | None
) -> Fetched | Rejected:
    """Read the parts of a row's order: items, buyer, and instalments where the service has them.

    The version is the row's: should the order change between the calls, its next row differs.
    """
    version = str(row.version)
    parts: dict[str, list[Record]] = {}
    try:
        for operation in (ITEMS, BUYER, INSTALMENTS):
            if operation != INSTALMENTS or session.offers(operation):
                parts[operation] = session.rows(operation, id_pedido=row.remote_id)
    except RejectedByRemote as error:
        return Rejected(row.remote_id, "refused", error.message, version="", receipt=receipt)
    buyer = next(iter(parts[BUYER]), {})
    try:
        order = order_of(row.record, parts[ITEMS], buyer, parts.get(INSTALMENTS, []), settings)
    except WireError as error:
        message = _("The store's field {field} cannot be read ({code}).")
        return Rejected(
            row.remote_id,
            error.code,
            message.format(field=error.field, code=error.code),
            error.field,
            json.dumps([row.record, parts], ensure_ascii=False),
            version if row.settled else "",
            receipt,
        )
    return Fetched(order, version, row.modified or order.modified_at, receipt, row.settled)


def status_change(row: Row, receipt: str | None) -> Fetched:
    """Return what the row tells of an order whose content did not change."""
    assert row.status is not None, "a row without a status is read complete"
    modified = row.modified or row.read_at
    change = OrderStatusChange(
        remote_id=row.remote_id, status=row.status, paid=row.paid, modified_at=modified
    )
    return Fetched(change, str(row.version), modified, receipt, row.settled)


def nameless(record: Record) -> Rejected:
    """Return a row that bears no id, under a name made from its text; it cannot be ticked off."""
    raw = json.dumps(record, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()[:16]
    message = _("The store lists an order without an id.")
    return Rejected(f"row-{digest}", "missing", message, "id_pedido", raw, digest)


def current_row(session: "SoapSession", settings: Settings, remote_id: str) -> Row | None:
    """Return an order's row as it is now; None when the store has no such order."""
    try:
        records = session.rows(ORDER, id_pedido=remote_id)
    except RejectedByRemote as error:
        if error.code == f"soap.refused_{ORDER_UNKNOWN}":
            return None
        raise
    for record in records:
        row = read_row(record, settings, session.at)
        if row is not None and row.remote_id == remote_id:
            return row
    return None


def read_named(
    session: "SoapSession", settings: Settings, remote_ids: Sequence[str]
) -> Iterator[Fetched | Rejected]:
    """Yield the named orders complete; one that the store does not have is left out."""
    for remote_id in remote_ids:
        row = current_row(session, settings, remote_id)
        if row is not None:
            yield read_complete(session, settings, row, None)
