"""Hooks by which balances go out and orders take pieces."""

from collections.abc import Iterator, Sequence

from tomada.domain.order import Order
from tomada.domain.stock import Balance
from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.reserving import Reservation
from tomada.spi.writing import Outcome, Push


class StockHooks:
    """The core alone decides the number (S1); a plugin sends the integer or rejects it."""

    @hookspec(behaviours=("stock.update",))
    def stock_push(self, ctx: Context, batch: Sequence[Push[Balance]]) -> Iterator[Outcome]:
        """Publish balances, and yield exactly one outcome for each.

        ``stock.update`` (behaviour): a balance is absolute, and sending it again is harmless.
        """
        raise NotImplementedError

    @hookspec()
    def stock_reserve(self, ctx: Context, orders: Sequence[Order]) -> Iterator[Reservation]:
        """Say what each line of the orders takes at this store as its status stands; nothing is written.

        An order without items takes nothing; one that is cancelled releases all its lines.
        """
        raise NotImplementedError
