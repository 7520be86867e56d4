"""What a plugin says about the pieces that a store's orders take."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tomada.spi.writing import RemoteIds


class ReservationState(StrEnum):
    """``held``: the order takes these pieces. ``consumed``: they have left. ``released``: they are free again."""

    HELD = "held"
    CONSUMED = "consumed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Reservation:
    """What one line of an order takes; ``quantity`` in pieces of the store's product.

    ``in_store_balance`` is True where the store itself takes these pieces off whatever number is published to
    it, so that the core must not take them off as well (S4).
    """

    order_id: str
    line_id: str
    ids: RemoteIds
    quantity: Decimal
    state: ReservationState
    in_store_balance: bool = False
