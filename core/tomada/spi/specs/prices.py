"""The hook by which prices go out."""

from collections.abc import Iterator, Sequence

from tomada.domain.price import Price
from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.writing import Outcome, Push


class PriceHooks:
    """The core alone decides the price (V1); a plugin sends it or rejects it."""

    @hookspec()
    def prices_push(self, ctx: Context, batch: Sequence[Push[Price]]) -> Iterator[Outcome]:
        """Set each price, absolute, with its promotion; sending it again is harmless.

        * The store ends a promotion by its last day itself. A remote that cannot rejects it with that reason.
        * A promotion of ``previous`` that the value does not have is withdrawn, and no other.
        * With ``uncertain`` the store may have another promotion of ours than ``previous`` says.
        """
        raise NotImplementedError
