"""Optional hooks by which the mapping desk learns a store's own codes before an order shows them."""

from collections.abc import Iterator

from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.reading import CodeEntry


class ListHooks:
    """Where a remote has no such list, the codes seen in orders are the list."""

    @hookspec()
    def status_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """Yield the store's order statuses with their types."""
        raise NotImplementedError

    @hookspec()
    def shipping_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """Yield the store's shipping methods."""
        raise NotImplementedError
