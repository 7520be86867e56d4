"""Hooks by which a store's catalogue is taken over, and its categories are read and made."""

from collections.abc import Iterator, Sequence

from tomada.domain.category import Category
from tomada.domain.store_product import StoreProduct
from tomada.spi.context import Context
from tomada.spi.listings import CatalogueQuery
from tomada.spi.markers import hookspec
from tomada.spi.reading import CodeEntry
from tomada.spi.writing import Push, PushEvent


class CatalogueHooks:
    """``products_fetch`` serves the import of products; the others serve the mapping of categories."""

    @hookspec(yields=(StoreProduct,))
    def products_fetch(self, ctx: Context, query: CatalogueQuery) -> Iterator[StoreProduct]:
        """Yield products of the store whole, in any order; reads only, and spends nothing on what is known."""
        raise NotImplementedError

    @hookspec()
    def category_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """Yield the store's categories: the id, and as label the path of names from the root, ``A > B > C``."""
        raise NotImplementedError

    @hookspec()
    def categories_push(self, ctx: Context, batch: Sequence[Push[Category]]) -> Iterator[PushEvent]:
        """Make the levels of each path that the store lacks, and yield exactly one outcome for each.

        Look for every level before making it. Yield ``Linked`` with the key as ``ref`` and the category's id as
        ``product_id``, also for a path that was there already.
        """
        raise NotImplementedError
