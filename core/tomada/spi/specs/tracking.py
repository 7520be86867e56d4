"""The hook by which parcels are announced."""

from collections.abc import Iterator, Sequence

from tomada.domain.shipment import Shipment
from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.writing import Outcome, Push


class TrackingHooks:
    """A change of status e-mails the buyer, so nothing is written that the store has already (T2)."""

    @hookspec()
    def tracking_push(self, ctx: Context, batch: Sequence[Push[Shipment]]) -> Iterator[Outcome]:
        """Write code, address, carrier, date and status of each order in one request where the remote allows.

        With ``uncertain``, read the order first and write only what it does not have. The status of ``previous`` was
        told: it is not told again, whatever the order has become since.
        """
        raise NotImplementedError
