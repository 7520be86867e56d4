"""The hooks of ``tray-ftp``; what they do stands in the modules that they name."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tomada.domain.invoice import Invoice
from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.product import Product
from tomada.spi import (
    CheckResult,
    CodeEntry,
    Confirmation,
    Context,
    OrderEvent,
    OrderQuery,
    Outcome,
    PlatformInfo,
    Push,
    PushEvent,
    SampleEvent,
    SetupStep,
    Submitted,
    hookimpl,
)
from tomada_tray_ftp import (
    check,
    confirm,
    invoices,
    lists,
    orders,
    products,
    sample,
    session,
    setup,
    statuses,
    store_answers,
)
from tomada_tray_ftp.settings import Settings


class TrayFtp:
    """Tray E-commerce by files over FTP, FTPS or SFTP."""

    spi = "0.1"

    @hookimpl
    def platform_info(self) -> PlatformInfo:
        """See ``ConnectionHooks``. A file server limits nothing that we know of."""
        return PlatformInfo(
            id="tray-ftp",
            title="Tray E-commerce",
            id_space="tray",
            settings=Settings,
            modality="FTP",
            budget_key=("quota_owner",),
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
    def sample_read(self, ctx: Context, path: Path) -> Iterator[SampleEvent]:
        """See ``SampleHooks``."""
        return sample.read_sample(ctx, path)

    @hookimpl
    def orders_fetch(self, ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
        """See ``OrderHooks``."""
        return orders.fetch_orders(ctx, query)

    @hookimpl
    def orders_confirm(self, ctx: Context, confirmations: Sequence[Confirmation]) -> Iterator[str]:
        """See ``OrderHooks``."""
        return confirm.confirm_orders(ctx, confirmations)

    @hookimpl
    def products_push(self, ctx: Context, batch: Sequence[Push[Product]]) -> Iterator[Outcome]:
        """See ``ProductHooks``; the store answers later."""
        return products.push_products(ctx, batch)

    @hookimpl
    def invoices_push(self, ctx: Context, batch: Sequence[Push[Invoice]]) -> Iterator[Outcome]:
        """See ``InvoiceHooks``; the store answers later."""
        return invoices.push_invoices(ctx, batch)

    @hookimpl
    def order_status_push(self, ctx: Context, batch: Sequence[Push[StatusUpdate]]) -> Iterator[Outcome]:
        """See ``StatusHooks``; the store answers later."""
        return statuses.push_statuses(ctx, batch)

    @hookimpl
    def delivery_push(self, ctx: Context, batch: Sequence[Push[Delivery]]) -> Iterator[Outcome]:
        """See ``StatusHooks``; the store answers later."""
        return statuses.push_deliveries(ctx, batch)

    @hookimpl
    def outcomes_fetch(self, ctx: Context, submitted: Sequence[Submitted[Any]]) -> Iterator[PushEvent]:
        """See ``AnswerHooks``."""
        return store_answers.fetch_outcomes(ctx, submitted)

    @hookimpl
    def status_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """See ``ListHooks``."""
        return lists.statuses(ctx.session, ctx.settings)

    @hookimpl
    def shipping_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        """See ``ListHooks``."""
        return lists.shippings(ctx.session, ctx.settings)
