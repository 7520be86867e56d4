"""The hook by which invoices go out."""

from collections.abc import Iterator, Sequence

from tomada.domain.invoice import Invoice
from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.writing import Outcome, Push


class InvoiceHooks:
    """One invoice per value; a replaced one is updated (T4)."""

    @hookspec()
    def invoices_push(self, ctx: Context, batch: Sequence[Push[Invoice]]) -> Iterator[Outcome]:
        """Attach each invoice to its order, or update the one of the same order with another key.

        With ``uncertain``, look at the order's invoices before adding one.
        """
        raise NotImplementedError
