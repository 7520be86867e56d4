"""The two sides that flows talk to: one store through its plugin, and the ERP."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from tomada.domain.category import Category
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
    ErpTracking,
)
from tomada.domain.erp_catalogue import (
    ErpCatalogueProduct,
    ErpProductChange,
    ErpProductDraft,
    ErpProductResult,
    ErpProductRow,
)
from tomada.domain.erp_invoice import ErpInvoice, ErpInvoiceRow, InvoiceStatus
from tomada.domain.erp_prices import ErpPriceException, ErpPriceList
from tomada.domain.erp_stock import ErpStock, ErpStockChange, ErpStockEntry, StockEntryKind
from tomada.domain.invoice import Invoice
from tomada.domain.order import Order
from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.price import Price
from tomada.domain.product import Product
from tomada.domain.shipment import Shipment
from tomada.domain.status import ErpStatus
from tomada.domain.stock import Balance
from tomada.domain.store_product import StoreProduct
from tomada.spi import (
    CatalogueQuery,
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
    Submitted,
)


class PlatformGateway(Protocol):
    """One store, through its plugin. Every method raises only errors of ``tomada.errors``.

    A gateway is opened for one run and closed after it (the plugin's session). Values that the plugin set in
    ``ctx.state`` wait in ``pending_state`` until the core commits them.
    """

    def offers(self, hook: str) -> bool:
        """Tell whether the plugin implements the hook, and its last check found that the store can use it."""
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

    def products_fetch(self, query: CatalogueQuery) -> Iterator[StoreProduct]:
        """See ``CatalogueHooks.products_fetch``."""
        ...

    def categories_push(self, batch: Sequence[Push[Category]]) -> Iterator[PushEvent]:
        """See ``CatalogueHooks.categories_push``."""
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

    def prices_push(self, batch: Sequence[Push[Price]]) -> Iterator[Outcome]:
        """See ``PriceHooks.prices_push``."""
        ...

    def order_status_push(self, batch: Sequence[Push[StatusUpdate]]) -> Iterator[Outcome]:
        """See ``StatusHooks.order_status_push``."""
        ...

    def delivery_push(self, batch: Sequence[Push[Delivery]]) -> Iterator[Outcome]:
        """See ``StatusHooks.delivery_push``."""
        ...

    def tracking_push(self, batch: Sequence[Push[Shipment]]) -> Iterator[Outcome]:
        """See ``TrackingHooks.tracking_push``."""
        ...

    def invoices_push(self, batch: Sequence[Push[Invoice]]) -> Iterator[Outcome]:
        """See ``InvoiceHooks.invoices_push``."""
        ...

    def outcomes_fetch(self, submitted: Sequence[Submitted[Any]]) -> Iterator[PushEvent]:
        """See ``AnswerHooks.outcomes_fetch``."""
        ...

    def status_list(self) -> list[CodeEntry]:
        """The store's statuses; empty when the plugin offers no list."""
        ...

    def category_list(self) -> list[CodeEntry]:
        """The store's categories; empty when the plugin offers no list."""
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

    def orders_changed(self, since: datetime) -> Iterator[ErpOrderRow]:
        """Yield the orders that changed at or after ``since`` (aware), whoever made them.

        Take the moment *before* the first row was asked for as the next ``since``. An order that changes during the
        walk may come twice; none is left out.
        """
        ...

    def set_tracking(self, erp_id: str, tracking: ErpTracking) -> None:
        """Set an order's tracking code and address (absolute)."""
        ...

    def products_by_sku(self, skus: Sequence[str]) -> dict[str, list[ErpProduct]]:
        """Find the active products with exactly these SKUs: SKU → none, one or several."""
        ...

    def read_product(self, product_id: str) -> ErpProduct | None:
        """Read one product with its variations and components; None when there is none."""
        ...

    def read_catalogue_product(self, product_id: str) -> ErpCatalogueProduct | None:
        """Read one product with everything that a store needs; None when there is none."""
        ...

    def search_products(
        self, text: str = "", created_since: datetime | None = None, *, active_only: bool = True
    ) -> Iterator[ErpProductRow]:
        """Yield the products whose name or SKU has this text in it (all with an empty one), 100 a request.

        Parents, variations and kits come as rows of their own; deleted ones never. A catalogue that changes during
        the walk may give a row twice.
        """
        ...

    def price_lists(self) -> list[ErpPriceList]:
        """The account's price lists."""
        ...

    def price_exceptions(self, list_id: str, product_id: str = "") -> Iterator[ErpPriceException]:
        """Yield what persons have given single products in a list, of one product alone when it is named."""
        ...

    def listed_prices(self, list_id: str, text: str = "") -> Iterator[ErpProductRow]:
        """Yield the active products as ``search_products`` does, each with its price by a list."""
        ...

    def create_products(self, drafts: Sequence[ErpProductDraft]) -> list[ErpProductResult]:
        """Create at most 20 products with one request; the results have the order of the drafts.

        The ids of new variations are learnt by reading the parent. Never repeated by itself.
        """
        ...

    def update_products(self, drafts: Sequence[ErpProductDraft]) -> list[ErpProductResult]:
        """Replace at most 20 products, named by ``product_id``, as a whole: what a draft leaves empty may be lost."""
        ...

    def product_changes(self, since: datetime) -> Iterator[list[ErpProductChange]]:
        """Yield the feed of changed products; all that is said of ``stock_changes`` holds here too."""
        ...

    def read_stock(self, product_id: str) -> ErpStock | None:
        """Read one product's balance; None when there is no such product."""
        ...

    def set_stock(
        self, product_id: str, quantity: Decimal, *, kind: StockEntryKind, deposit: str = "", note: str = ""
    ) -> ErpStockEntry:
        """Book a movement in a deposit (by name; empty: the default one). Each call is a movement of its own.

        After ``EffectUnknown`` only ``StockEntryKind.BALANCE`` may be sent again.
        """
        ...

    def stock_changes(self, since: datetime) -> Iterator[list[ErpStockChange]]:
        """Yield the feed of stock changes at or after ``since`` (aware; at most 30 days back), one page at a time.

        The ERP forgets what it has answered, so one process may read it, and each page must be stored before the
        next is asked for. Nothing is requested before the first ``next``; each ``next`` is one request, and the end
        costs one too. A page whose answer was lost raises ``EffectUnknown`` (code ``tiny.feed_lost``): its rows are
        gone and a sweep must make them good. Raises ``FeatureMissing`` (``tiny.no_feed``) for an account that has
        no feed.
        """
        ...

    def find_invoices(
        self,
        *,
        ecommerce_number: str = "",
        issued_since: date | None = None,
        status: InvoiceStatus | None = None,
    ) -> Iterator[ErpInvoiceRow]:
        """Yield the invoices with exactly this e-commerce number, issued on or after a day, with a status.

        Each condition narrows; with none all are listed. The ERP has no search by time of change.
        """
        ...

    def read_invoice(self, invoice_id: str) -> ErpInvoice | None:
        """Read one invoice; None when there is none."""
        ...

    def invoice_link(self, invoice_id: str) -> str | None:
        """The address where anybody can look at the invoice; None when there is none."""
        ...

    def invoice_xml(self, invoice_id: str) -> bytes | None:
        """The signed XML of the invoice, byte for byte; None when the invoice has none (yet) or is not there."""
        ...

    def find_contacts(self, document: str) -> list[ErpContact]:
        """Find the contacts that have this document (normalised)."""
        ...

    def shipping_methods(self) -> list[ErpMethod]:
        """The account's shipping methods."""
        ...

    def categories(self) -> list[tuple[str, ...]]:
        """The path of every product category of the account."""
        ...

    def payment_methods(self) -> list[ErpMethod]:
        """The account's payment methods."""
        ...

    def account(self) -> ErpAccount:
        """Who the account belongs to; also the cheapest test of the token."""
        ...
