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
        * ``value.promotion_on(today)`` is the promotion that is to stand, written always.
        * Without one, ours is ended where ``value.ends_promotion(previous, today)`` says so, and else the store's
          promotion is left alone: it is the shop's. With ``uncertain`` it is the same, as the value tells of a
          promotion of ours that the store may have.
        """
        raise NotImplementedError
