"""The hooks by which an order's status goes out."""

from collections.abc import Iterator, Sequence

from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.writing import Outcome, Push


class StatusHooks:
    """A change of status e-mails the buyer, so nothing is written that the store has already (T2)."""

    @hookspec()
    def order_status_push(self, ctx: Context, batch: Sequence[Push[StatusUpdate]]) -> Iterator[Outcome]:
        """Set each order's status by the store's id of it; read the order first and write only what differs."""
        raise NotImplementedError

    @hookspec()
    def delivery_push(self, ctx: Context, batch: Sequence[Push[Delivery]]) -> Iterator[Outcome]:
        """Mark each order as delivered, in the way that the remote has for it; one that is stays as it is."""
        raise NotImplementedError
