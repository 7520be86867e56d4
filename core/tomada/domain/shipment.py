"""What a store and its buyer are told about a parcel."""

from datetime import date

from tomada.domain.payload import Payload


class Shipment(Payload):
    """The parcel of one order and the status that goes with it, in one write (T3).

    ``order_id`` is the store's; ``shipped_on`` the day in São Paulo. ``status`` is the store's status id, None to
    leave it; ``told`` are those that the store was told before with parcels of the order, the oldest first: each is
    told once (T2). Every other text may be empty: then the store keeps what it has. ``others`` are the codes of
    further parcels that belong into a note of the order, where ``code`` holds only the first.
    """

    order_id: str
    code: str = ""
    others: tuple[str, ...] = ()
    url: str = ""
    carrier: str = ""
    shipped_on: date | None = None
    status: str | None = None
    told: tuple[str, ...] = ()
