"""Hooks by which products go out and the store's catalogue is read."""

from collections.abc import Iterator, Sequence

from tomada.domain.product import Product
from tomada.spi.context import Context
from tomada.spi.listings import ListingEvent, ListingQuery
from tomada.spi.markers import hookspec
from tomada.spi.writing import Push, PushEvent


class ProductHooks:
    """``products_push`` sends; ``listings_fetch`` serves linking and the first push of stock."""

    @hookspec()
    def products_push(self, ctx: Context, batch: Sequence[Push[Product]]) -> Iterator[PushEvent]:
        """Create or update products with their variations, and yield exactly one outcome for each.

        * Yield ``Linked`` as soon as the store has given an id, before the next request.
        * A ``ref`` that is in ``links`` is updated, any other created. A value of None is left alone.
        * With ``uncertain``, look for the SKU before creating anything.
        * Compare as the store keeps it: what the store trims, rounds or derives is no difference.
        """
        raise NotImplementedError

    @hookspec()
    def listings_fetch(self, ctx: Context, query: ListingQuery) -> Iterator[ListingEvent]:
        """Yield what the store sells, with checkpoints between the pages of a whole reading; reads only."""
        raise NotImplementedError
