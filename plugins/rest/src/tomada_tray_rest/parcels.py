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

    The carrier is not written: Tray has no field for it but ``shipment``, the method that the buyer chose. Codes of
    further parcels become a line of the store's note, which is read first, as others write there too.
    """

    def write(push: Push[Shipment]) -> Iterator[Outcome]:
        path = f"/orders/{quote(push.value.order_id, safe='')}"
        before = _told(push.previous) if push.previous else {}
        told = _told(push.value)
        if push.previous and push.previous.status == push.value.status:
            told.pop("status_id", None)  # told already; what the order has become since is the store's own
        old_line = _line(push.previous) if push.previous else ""
        if push.uncertain or _line(push.value) != old_line:
            answer = session.get(path)
            if answer is None:
                yield gone(push.key)
                return
            order = member(answer.body, "Order") or answer.body
            told["store_note"] = _noted(text(order, "store_note"), old_line, _line(push.value))
            held = _held(order)
            before = held if push.uncertain else before | {"store_note": held["store_note"]}
        body = {name: value for name, value in told.items() if before.get(name) != value}
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


def _line(shipment: Shipment) -> str:
    """Return the line of the note that names further parcels; Portuguese, as it is the store's staff who read it."""
    return f"Outros volumes: {', '.join(shipment.others)}" if shipment.others else ""


def _noted(note: str, old: str, new: str) -> str:
    """Return the store's note with our line as it is to be; all other lines stay."""
    lines = [line for line in note.splitlines() if line.strip() not in {"", old, new}]
    return "\n".join([*lines, new] if new else lines)


def _held(order: Record) -> dict[str, Any]:
    """Return the same fields as the order has them; it tells the day as ``shipment_date`` [guess]."""
    shipped = day(order, "sending_date") or day(order, "shipment_date")
    return {
        "status_id": identifier(member(order, "OrderStatus"), "id"),
        "sending_code": text(order, "sending_code"),
        "sending_date": shipped.isoformat() if shipped else "",
        "tracking_url": text(order, "tracking_url"),
        "store_note": _noted(text(order, "store_note"), "", ""),
    }
