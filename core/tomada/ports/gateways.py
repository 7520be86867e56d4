"""The two sides that flows talk to: one store through its plugin, and the ERP."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from tomada.domain.erp import (
    Cut,
    ErpAccount,
    ErpContact,
    ErpMethod,
    ErpOrder,
    ErpOrderDraft,
    ErpOrderRef,
    ErpOrderRow,
    ErpProduct,
)
from tomada.domain.invoice import Invoice
from tomada.domain.order import Order
from tomada.domain.product import Product
from tomada.domain.shipment import Shipment
from tomada.domain.status import ErpStatus
from tomada.domain.stock import Balance
from tomada.spi import (
    CheckResult,
    CodeEntry,
    Confirmation,
    ListingEvent,
    ListingQuery,
    OrderEvent,
    OrderQuery,
    Outcome,
    Push,
    PushEvent,
    Reservation,
)


class PlatformGateway(Protocol):
    """One store, through its plugin. Every method raises only errors of ``tomada.errors``.

    A gateway is opened for one run and closed after it (the plugin's session). Values that the plugin set in
    ``ctx.state`` wait in ``pending_state`` until the core commits them.
    """

    def offers(self, hook: str) -> bool:
        """Tell whether the plugin implements the hook."""
        ...

    def orders_fetch(self, query: OrderQuery) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_fetch``."""
        ...

    def orders_read(self, remote_ids: Sequence[str]) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_read``."""
        ...

    def orders_confirm(self, confirmations: Sequence[Confirmation]) -> Iterator[str]:
        """See ``OrderHooks.orders_confirm``."""
        ...

    def listings_fetch(self, query: ListingQuery) -> Iterator[ListingEvent]:
        """See ``ProductHooks.listings_fetch``."""
        ...

    def stock_reserve(self, orders: Sequence[Order]) -> Iterator[Reservation]:
        """See ``StockHooks.stock_reserve``."""
        ...

    def products_push(self, batch: Sequence[Push[Product]]) -> Iterator[PushEvent]:
        """See ``ProductHooks.products_push``."""
        ...

    def stock_push(self, batch: Sequence[Push[Balance]]) -> Iterator[Outcome]:
        """See ``StockHooks.stock_push``."""
        ...

    def tracking_push(self, batch: Sequence[Push[Shipment]]) -> Iterator[Outcome]:
        """See ``TrackingHooks.tracking_push``."""
        ...

    def invoices_push(self, batch: Sequence[Push[Invoice]]) -> Iterator[Outcome]:
        """See ``InvoiceHooks.invoices_push``."""
        ...

    def status_list(self) -> list[CodeEntry]:
        """The store's statuses; empty when the plugin offers no list."""
        ...

    def shipping_list(self) -> list[CodeEntry]:
        """The store's shipping methods; empty when the plugin offers no list."""
        ...

    def check(self) -> Iterator[CheckResult]:
        """See ``ConnectionHooks.connection_check``."""
        ...

    def pending_state(self) -> dict[str, str | None]:
        """Return and clear the values that the plugin set since the last call; the caller commits them."""
        ...


class Erp(Protocol):
    """One ERP account. Reads may be retried; a write raises ``EffectUnknown`` when its answer did not come.

    A refusal of one item is ``RejectedByRemote``; quota, network and maintenance are ``TransientError``; a bad
    token is ``AuthenticationError``.
    """

    def fit(self, draft: ErpOrderDraft) -> tuple[ErpOrderDraft, list[Cut]]:
        """Cut every text to the length of the ERP's field, and say what was cut (C3). No request."""
        ...

    def find_orders(self, ecommerce_number: str) -> list[ErpOrderRow]:
        """Search orders whose e-commerce number is exactly this; all stores of the account share the numbers."""
        ...

    def read_order(self, erp_id: str) -> ErpOrder | None:
        """Read one order; None when there is no such order."""
        ...

    def create_order(self, draft: ErpOrderDraft) -> ErpOrderRef:
        """Create an order; never repeated by itself."""
        ...

    def set_order_status(self, erp_id: str, status: ErpStatus) -> None:
        """Set an order's status (absolute)."""
        ...

    def products_by_sku(self, skus: Sequence[str]) -> dict[str, list[ErpProduct]]:
        """Find the active products with exactly these SKUs: SKU → none, one or several."""
        ...

    def read_product(self, product_id: str) -> ErpProduct | None:
        """Read one product with its variations and components; None when there is none."""
        ...

    def find_contacts(self, document: str) -> list[ErpContact]:
        """Find the contacts that have this document (normalised)."""
        ...

    def shipping_methods(self) -> list[ErpMethod]:
        """The account's shipping methods."""
        ...

    def payment_methods(self) -> list[ErpMethod]:
        """The account's payment methods."""
        ...

    def account(self) -> ErpAccount:
        """Who the account belongs to; also the cheapest test of the token."""
        ...
