"""Balances: absolute, one call each."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tomada.domain.order import Order
from tomada.domain.status import StoreStatusType
from tomada.domain.stock import Balance
from tomada.spi import Outcome, Push, RemoteIds, Reservation, ReservationState
from tomada_tray_soap.operations import SET_STOCK
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.writing import outcome, write_each

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession

_STATES = {
    StoreStatusType.CANCELLED: ReservationState.RELEASED,
    StoreStatusType.CLOSED: ReservationState.CONSUMED,
}


def push_balances(
    session: "SoapSession", settings: Settings, batch: Sequence[Push[Balance]]
) -> Iterator[Outcome]:
    """Set each balance; of a product with variations those of the variations."""

    def write(push: Push[Balance]) -> Iterator[Outcome]:
        place = goods(push.links[push.key], settings)
        yield outcome(push.key, [session.write(SET_STOCK, **place, estoque=str(push.value.quantity))])

    return write_each(batch, write)


def goods(ids: RemoteIds, settings: Settings) -> dict[str, str]:
    """Return the arguments that name a product, or a variation by its own id [guess]."""
    if ids.variant_id:
        return {"is_grade": settings.yes, "id_produto": ids.variant_id}
    return {"is_grade": settings.no, "id_produto": ids.product_id}


def reservations(orders: Sequence[Order]) -> Iterator[Reservation]:
    """Say what each order takes: its items, until it is concluded or cancelled.

    Whether Tray takes an order's pieces off its own number is not known; what is published replaces that number
    anyway, so the pieces are to be taken off it: ``in_store_balance`` is False.
    """
    for order in orders:
        state = _STATES.get(order.status.type or StoreStatusType.OPEN, ReservationState.HELD)
        for item in order.items:
            ids = RemoteIds(item.product_id, item.variant_id)
            yield Reservation(order.remote_id, item.line_id, ids, item.quantity, state)
