"""The hooks of ``tray-soap``; what they do stands in the modules that they name."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager

from tomada.domain.invoice import Invoice
from tomada.domain.order import Order
from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.price import Price
from tomada.domain.product import Product
from tomada.domain.shipment import Shipment
from tomada.domain.stock import Balance
from tomada.spi import (
    CheckResult,
    CodeEntry,
    Confirmation,
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
from tomada_tray_soap import (
    balances,
    catalogue,
    check,
    confirm,
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
)
from tomada_tray_soap.settings import Settings

LIMITS = (
    QuotaLimit("per_minute", 180, 60, concurrency=1),
    QuotaLimit("per_day", 10_000, 86_400, resets_at_midnight="America/Sao_Paulo"),
)
"""No limit of this service is public: these are the REST API's of the same store, one call at a time [guess]."""


class TraySoap:
    """Tray E-commerce by its older web service."""

    spi = "0.1"

    @hookimpl
    def platform_info(self) -> PlatformInfo:
        """See ``ConnectionHooks``."""
        return PlatformInfo(
            id="tray-soap",
            title="Tray E-commerce",
            id_space="tray",
            settings=Settings,
            modality="SOAP",
            limits=LIMITS,
            budget_key=("address", "store_id"),
            refusal=refused_with_429,
        )

    @hookimpl
    def session_open(self, ctx: Context) -> AbstractContextManager[object]:
        """See ``ConnectionHooks``; nothing is sent before the first call."""
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
    def orders_confirm(self, ctx: Context, confirmations: Sequence[Confirmation]) -> Iterator[str]:
        """See ``OrderHooks``."""
        return confirm.confirm(ctx, confirmations)

    @hookimpl
    def orders_read(self, ctx: Context, remote_ids: Sequence[str]) -> Iterator[OrderEvent]:
        """See ``OrderHooks``."""
        return detail.read_named(ctx.session, ctx.settings, remote_ids)

    @hookimpl
    def products_push(self, ctx: Context, batch: Sequence[Push[Product]]) -> Iterator[PushEvent]:
        """See ``ProductHooks``."""
        return products.push_products(ctx.session, ctx.settings, batch)

    @hookimpl
    def listings_fetch(self, ctx: Context, query: ListingQuery) -> Iterator[ListingEvent]:
        """See ``ProductHooks``."""
        return catalogue.listings(ctx.session, ctx.settings, query)

    @hookimpl
    def stock_push(self, ctx: Context, batch: Sequence[Push[Balance]]) -> Iterator[Outcome]:
        """See ``StockHooks``."""
        return balances.push_balances(ctx.session, ctx.settings, batch)

    @hookimpl
    def stock_reserve(self, ctx: Context, orders: Sequence[Order]) -> Iterator[Reservation]:  # noqa: ARG002
        """See ``StockHooks``."""
        return balances.reservations(orders)

    @hookimpl
    def prices_push(self, ctx: Context, batch: Sequence[Push[Price]]) -> Iterator[Outcome]:
        """See ``PriceHooks``."""
        today = ctx.clock.now().astimezone(ctx.settings.zone).date()
        return prices.push_prices(ctx.session, ctx.settings, today, batch)

    @hookimpl
    def tracking_push(self, ctx: Context, batch: Sequence[Push[Shipment]]) -> Iterator[Outcome]:
        """See ``TrackingHooks``."""
        return parcels.push_parcels(ctx.session, ctx.settings, batch)

    @hookimpl
    def invoices_push(self, ctx: Context, batch: Sequence[Push[Invoice]]) -> Iterator[Outcome]:
        """See ``InvoiceHooks``."""
        return invoices.push_invoices(ctx.session, ctx.settings, batch)

    @hookimpl
    def order_status_push(self, ctx: Context, batch: Sequence[Push[StatusUpdate]]) -> Iterator[Outcome]:
        """See ``StatusHooks``."""
        return order_statuses.push_statuses(ctx.session, ctx.settings, batch)

    @hookimpl
    def delivery_push(self, ctx: Context, batch: Sequence[Push[Delivery]]) -> Iterator[Outcome]:
        """See ``StatusHooks``."""
        return order_statuses.push_deliveries(ctx.session, ctx.settings, batch)

    @hookimpl
    def status_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """See ``ListHooks``."""
        return lists.statuses(ctx.session, ctx.settings)

    @hookimpl
    def shipping_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """See ``ListHooks``."""
        return lists.shippings(ctx.session, ctx.settings)
