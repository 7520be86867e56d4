"""Hooks by which orders come in."""

from collections.abc import Iterator, Sequence

from tomada.domain.order import Order, OrderStatusChange
from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.reading import Confirmation, OrderEvent, OrderQuery


class OrderHooks:
    """``orders_fetch`` is the plugin's part of receiving orders; confirm it where the remote waits for that."""

    @hookspec(yields=(Order, OrderStatusChange), behaviours=("orders.status_sync",))
    def orders_fetch(self, ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
        """Yield new orders and later changes of known ones, in any order, with checkpoints between.

        * Reads only: nothing is claimed, confirmed or written at the remote.
        * An item that cannot be read is yielded as ``Rejected``; trouble with the call is raised.
        * Every order placed or changed since the last committed checkpoint is yielded at least once, whatever
          shifted while it was read. Repeating is harmless, so overlap rather than miss.
        * ``orders.status_sync`` (behaviour): later changes of an order arrive too.

        Example::

            @hookimpl
            def orders_fetch(self, ctx, query):
                for row in list_rows(ctx.session, since=query.cursor or query.since):
                    known = query.known(row.id)
                    if known is None or known.version != row.version:
                        yield Fetched(read(ctx.session, row.id), row.version, row.modified)
                yield Checkpoint(row.modified.isoformat())
        """
        raise NotImplementedError

    @hookspec()
    def orders_confirm(self, ctx: Context, confirmations: Sequence[Confirmation]) -> Iterator[str]:
        """Tell the remote that receipts are ours, and yield each receipt as soon as the remote accepted it.

        Called only after every item of a receipt is committed, and again until the receipt was yielded: it must be
        repeatable. Held and damaged orders are confirmed too, with their disposition.
        """
        raise NotImplementedError

    @hookspec(yields=(Order,))
    def orders_read(self, ctx: Context, remote_ids: Sequence[str]) -> Iterator[OrderEvent]:
        """Yield the named orders complete, as ``Fetched`` or ``Rejected``; an id that is unknown is left out."""
        raise NotImplementedError
