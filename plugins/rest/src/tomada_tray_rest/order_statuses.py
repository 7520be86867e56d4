"""An order's status by the store's id of it, with at most one e-mail to the buyer (tray-rest.md 10.6, 11.1)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.spi import Outcome, Push
from tomada_tray_rest.wire import identifier, member
from tomada_tray_rest.writing import accepted, gone, unchanged, write_each

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession


def push_statuses(session: "TraySession", batch: Sequence[Push[StatusUpdate]]) -> Iterator[Outcome]:
    """Set each status; the order is read first, as Tray e-mails the buyer also for a status that it has."""
    return write_each(batch, lambda push: _set(session, push.key, push.value.order_id, push.value.status))


def push_deliveries(session: "TraySession", batch: Sequence[Push[Delivery]]) -> Iterator[Outcome]:
    """Set the status that means delivered: no source knows a flag of its own that can be written."""
    return write_each(batch, lambda push: _set(session, push.key, push.value.order_id, push.value.status))


def _set(session: "TraySession", key: str, order_id: str, status: str) -> Iterator[Outcome]:
    path = f"/orders/{quote(order_id, safe='')}"
    answer = session.get(path)
    if answer is None:
        yield gone(key)
        return
    order = member(answer.body, "Order") or answer.body
    if identifier(member(order, "OrderStatus"), "id") == status:
        yield unchanged(key)
    elif session.write("PUT", path, {"Order": {"status_id": status}}) is None:
        yield gone(key)
    else:
        yield accepted(key)
