"""A parcel's code, address, day and status in one write to its order (tray-rest.md 10.6)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tomada.domain.shipment import Shipment
from tomada.spi import Outcome, Push
from tomada_tray_rest.wire import Record, day, identifier, member, text
from tomada_tray_rest.writing import accepted, gone, unchanged, write_each

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession


def push_parcels(session: "TraySession", batch: Sequence[Push[Shipment]]) -> Iterator[Outcome]:
    """Write what differs from what the order has; a status that it has is not written, as that e-mails the buyer.

    The carrier is not written: Tray has no field for it but ``shipment``, the method that the buyer chose.
    """

    def write(push: Push[Shipment]) -> Iterator[Outcome]:
        path = f"/orders/{quote(push.value.order_id, safe='')}"
        before = _told(push.previous) if push.previous else {}
        if push.uncertain:
            answer = session.get(path)
            if answer is None:
                yield gone(push.key)
                return
            before = _held(member(answer.body, "Order") or answer.body)
        body = {name: value for name, value in _told(push.value).items() if before.get(name) != value}
        if not body:
            yield unchanged(push.key)
        elif session.write("PUT", path, {"Order": body}) is None:
            yield gone(push.key)
        else:
            yield accepted(push.key)

    return write_each(batch, write)


def _told(shipment: Shipment) -> dict[str, Any]:
    """Return a shipment in Tray's fields; what it does not say is absent."""
    fields = {
        "status_id": shipment.status,
        "sending_code": shipment.code,
        "sending_date": shipment.shipped_on.isoformat() if shipment.shipped_on else "",
        "tracking_url": shipment.url,
    }
    return {name: value for name, value in fields.items() if value}


def _held(order: Record) -> dict[str, Any]:
    """Return the same fields as the order has them; it tells the day as ``shipment_date`` [guess]."""
    shipped = day(order, "sending_date") or day(order, "shipment_date")
    return {
        "status_id": identifier(member(order, "OrderStatus"), "id"),
        "sending_code": text(order, "sending_code"),
        "sending_date": shipped.isoformat() if shipped else "",
        "tracking_url": text(order, "tracking_url"),
    }
