"""What a store is told of an order's status alone."""

from tomada.domain.payload import Payload


class StatusUpdate(Payload):
    """The status that an order of the store is to have, by the store's own id of it.

    ``told`` are the statuses that the store was told before, the oldest first: each is told once (T2).
    """

    order_id: str
    status: str
    told: tuple[str, ...] = ()


class Delivery(Payload):
    """An order that has reached its buyer; ``status`` is the store's id of the status that says so."""

    order_id: str
    status: str
