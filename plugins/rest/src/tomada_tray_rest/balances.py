"""Balances: absolute, one request each, as Tray has no call for several (tray-rest.md 5.4, 6.4)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tomada.domain.order import Order
from tomada.domain.status import StoreStatusType
from tomada.domain.stock import Balance
from tomada.spi import Outcome, Push, RemoteIds, Reservation, ReservationState
from tomada_tray_rest.writing import accepted, gone, write_each

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession

_STATES = {
    StoreStatusType.CANCELLED: ReservationState.RELEASED,
    StoreStatusType.CLOSED: ReservationState.CONSUMED,
}


def push_balances(session: "TraySession", batch: Sequence[Push[Balance]]) -> Iterator[Outcome]:
    """Set each balance; of a product with variations those of the variations."""

    def write(push: Push[Balance]) -> Iterator[Outcome]:
        ids = push.links[push.key]
        stock = {"stock": push.value.quantity}
        if ids.variant_id:
            found = session.write("PUT", f"/products/variants/{ids.variant_id}", {"Variant": stock})
        else:
            found = session.write("PUT", f"/products/{ids.product_id}", {"Product": stock})
        yield gone(push.key) if found is None else accepted(push.key)

    return write_each(batch, write)


def reservations(orders: Sequence[Order]) -> Iterator[Reservation]:
    """Say what each order takes: its items, until it is concluded or cancelled.

    Tray takes an order's pieces off its own number when it is placed [guess: no document says when]. What is
    published afterwards replaces that number, so the pieces are to be taken off it: ``in_store_balance`` is False.
    """
    for order in orders:
        state = _STATES.get(order.status.type or StoreStatusType.OPEN, ReservationState.HELD)
        for item in order.items:
            ids = RemoteIds(item.product_id, item.variant_id)
            yield Reservation(order.remote_id, item.line_id, ids, item.quantity, state)
