"""One order, read complete, or the change of its status that its row tells."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from tomada.domain.order import OrderStatusChange
from tomada.errors import RejectedByRemote
from tomada.spi import Fetched, Rejected
from tomada_tray_rest.errors import UnreadableAnswerError
from tomada_tray_rest.listing import order_row
from tomada_tray_rest.mapping import order_of
from tomada_tray_rest.rows import Row, read_row
from tomada_tray_rest.sentences import _
from tomada_tray_rest.settings import Settings
from tomada_tray_rest.wire import Record, WireError

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession

SETTLES = timedelta(seconds=2)


def read_complete(
    session: "TraySession", settings: Settings, row: Row, at: datetime
) -> Fetched | Rejected | None:
    """Read the order of a row; None when the store has it no more.

    ``at`` is the store's time when it gave the row. The version is the row's: should the order change between
    the two reads, its next row differs.
    """
    settled = is_settled(row, at)
    version = str(row.version)
    try:
        answer = session.get(f"/orders/{quote(row.remote_id, safe='')}/complete")
    except RejectedByRemote as error:
        return Rejected(row.remote_id, "refused", error.message, version=version if settled else "")
    if answer is None:
        return None
    try:
        order = order_of(answer.body, settings)
        if order.remote_id != row.remote_id:
            raise WireError("other_order", "id")
    except WireError as error:
        return Rejected(
            row.remote_id,
            error.code,
            _("The store's field {field} cannot be read ({code}).").format(
                field=error.field, code=error.code
            ),
            error.field,
            answer.text,
            version if settled else "",
        )
    return Fetched(order, version, row.modified or order.modified_at, settled=settled)


def is_settled(row: Row, at: datetime) -> bool:
    """Tell whether ``modified`` is two seconds old at the store, so that no later change can bear it too."""
    return row.modified is None or at - row.modified >= SETTLES


def status_change(row: Row, at: datetime) -> Fetched:
    """Return what the row tells of an order whose content did not change."""
    assert row.status is not None, "a row without a status is read complete"
    modified = row.modified or at
    change = OrderStatusChange(
        remote_id=row.remote_id, status=row.status, paid=row.paid, modified_at=modified
    )
    return Fetched(change, str(row.version), modified, settled=is_settled(row, at))


def not_json(row: Row, error: UnreadableAnswerError) -> Rejected:
    """Return an order whose answer stays unreadable; without a version, so it is asked again."""
    return Rejected(row.remote_id, "not_json", error.message, "", error.text)


def nameless(record: Record) -> Rejected:
    """Return a row that bears no id, under a name made from its text."""
    raw = json.dumps(record, default=str, sort_keys=True)
    digest = hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()[:16]
    return Rejected(
        f"row-{digest}", "missing", _("The store lists an order without an id."), "id", raw, digest
    )


def read_named(
    session: "TraySession", settings: Settings, remote_ids: Sequence[str]
) -> Iterator[Fetched | Rejected]:
    """Yield the named orders complete; one that the store does not have is left out.

    The list's row of each order is read first, as its version is made from that.
    """
    for remote_id in remote_ids:
        record, at = order_row(session, remote_id)
        row = read_row(record, settings) if record else None
        if row is None:
            continue
        try:
            event = read_complete(session, settings, row, at)
        except UnreadableAnswerError as error:
            event = not_json(row, error)
        if event is not None:
            yield event
