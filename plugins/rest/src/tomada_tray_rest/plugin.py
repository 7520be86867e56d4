"""The hooks of ``tray-rest``; what they do stands in the modules that they name."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager

from tomada.domain.category import Category
from tomada.domain.invoice import Invoice
from tomada.domain.order import Order
from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.price import Price
from tomada.domain.product import Product
from tomada.domain.shipment import Shipment
from tomada.domain.stock import Balance
from tomada.domain.store_product import StoreProduct
from tomada.spi import (
    CatalogueQuery,
    CheckResult,
    CodeEntry,
    Context,
    ListingEvent,
    ListingQuery,
    OrderEvent,
    OrderQuery,
    Outcome,
    PlatformInfo,
    Push,
    PushEvent,
    QuotaLimit,
    Reservation,
    SetupStep,
    hookimpl,
    refused_with_429,
)
from tomada_tray_rest import (
    balances,
    catalogue,
    categories,
    check,
    detail,
    invoices,
    lists,
    order_statuses,
    orders,
    parcels,
    prices,
    products,
    session,
    setup,
    store_products,
)
from tomada_tray_rest.settings import Settings

LIMITS = (
    QuotaLimit("per_minute", 180, 60),
    QuotaLimit("per_day", 10_000, 86_400, resets_at_midnight="America/Sao_Paulo"),
)


class TrayRest:
    """Tray E-commerce by its REST API."""

    spi = "0.1"

    @hookimpl
    def platform_info(self) -> PlatformInfo:
        """See ``ConnectionHooks``. The limits are those of an ordinary store (tray-rest.md 2.1)."""
        return PlatformInfo(
            id="tray-rest",
            title="Tray E-commerce",
            id_space="tray",
            settings=Settings,
            modality="REST",
            limits=LIMITS,
            budget_key=("consumer_key", "quota_owner"),
            refusal=refused_with_429,
        )

    @hookimpl
    def session_open(self, ctx: Context) -> AbstractContextManager[object]:
        """See ``ConnectionHooks``; nothing is sent before the first read."""
        return session.open_session(ctx)

    @hookimpl
    def connection_setup(self, ctx: Context) -> Generator[SetupStep, str, None]:
        """See ``ConnectionHooks``."""
        return setup.set_up(ctx)

    @hookimpl
    def connection_check(self, ctx: Context) -> Iterator[CheckResult]:
        """See ``ConnectionHooks``."""
        return check.check(ctx)

    @hookimpl
    def orders_fetch(self, ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
        """See ``OrderHooks``."""
        return orders.fetch_orders(ctx, query)

    @hookimpl
    def orders_read(self, ctx: Context, remote_ids: Sequence[str]) -> Iterator[OrderEvent]:
        """See ``OrderHooks``."""
        return detail.read_named(ctx.session, ctx.settings, remote_ids)

    @hookimpl
    def products_push(self, ctx: Context, batch: Sequence[Push[Product]]) -> Iterator[PushEvent]:
        """See ``ProductHooks``."""
        return products.push_products(ctx.session, batch)

    @hookimpl
    def listings_fetch(self, ctx: Context, query: ListingQuery) -> Iterator[ListingEvent]:
        """See ``ProductHooks``."""
        return catalogue.listings(ctx.session, query)

    @hookimpl
    def products_fetch(self, ctx: Context, query: CatalogueQuery) -> Iterator[StoreProduct]:
        """See ``CatalogueHooks``."""
        return store_products.fetch_products(ctx.session, ctx.log, query)

    @hookimpl
    def categories_push(self, ctx: Context, batch: Sequence[Push[Category]]) -> Iterator[PushEvent]:
        """See ``CatalogueHooks``."""
        return categories.push_categories(ctx.session, batch)

    @hookimpl
    def category_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """See ``CatalogueHooks``."""
        return categories.category_codes(ctx.session)

    @hookimpl
    def stock_push(self, ctx: Context, batch: Sequence[Push[Balance]]) -> Iterator[Outcome]:
        """See ``StockHooks``."""
        return balances.push_balances(ctx.session, batch)

    @hookimpl
    def stock_reserve(self, ctx: Context, orders: Sequence[Order]) -> Iterator[Reservation]:  # noqa: ARG002
        """See ``StockHooks``."""
        return balances.reservations(orders)

    @hookimpl
    def prices_push(self, ctx: Context, batch: Sequence[Push[Price]]) -> Iterator[Outcome]:
        """See ``PriceHooks``."""
        return prices.push_prices(ctx.session, ctx.settings.zone, ctx.clock.now(), batch)

    @hookimpl
    def order_status_push(self, ctx: Context, batch: Sequence[Push[StatusUpdate]]) -> Iterator[Outcome]:
        """See ``StatusHooks``."""
        return order_statuses.push_statuses(ctx.session, batch)

    @hookimpl
    def delivery_push(self, ctx: Context, batch: Sequence[Push[Delivery]]) -> Iterator[Outcome]:
        """See ``StatusHooks``."""
        return order_statuses.push_deliveries(ctx.session, batch)

    @hookimpl
    def tracking_push(self, ctx: Context, batch: Sequence[Push[Shipment]]) -> Iterator[Outcome]:
        """See ``TrackingHooks``."""
        return parcels.push_parcels(ctx.session, batch)

    @hookimpl
    def invoices_push(self, ctx: Context, batch: Sequence[Push[Invoice]]) -> Iterator[Outcome]:
        """See ``InvoiceHooks``."""
        return invoices.push_invoices(ctx.session, batch)

    @hookimpl
    def status_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """See ``ListHooks``."""
        return lists.statuses(ctx.session)

    @hookimpl
    def shipping_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """See ``ListHooks``."""
        return lists.shippings(ctx.session)
