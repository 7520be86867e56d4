"""One store through its plugin: the only door by which flows and commands reach a platform."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from tomada.domain.category import Category
from tomada.domain.invoice import Invoice
from tomada.domain.order import Order
from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.price import Price
from tomada.domain.product import Product
from tomada.domain.shipment import Shipment
from tomada.domain.stock import Balance
from tomada.domain.store_product import StoreProduct
from tomada.errors import InternalError, TomadaError, UnusableError
from tomada.host import contract
from tomada.host.capabilities import lacking, taken_back
from tomada.host.context import StoreContext
from tomada.host.conversation import OnAsk, OnSay, converse
from tomada.host.registry import Plugin
from tomada.host.settings import describe
from tomada.i18n import _
from tomada.spi import (
    CatalogueQuery,
    CheckResult,
    CodeEntry,
    Confirmation,
    Done,
    ListingEvent,
    ListingQuery,
    OrderEvent,
    OrderQuery,
    Outcome,
    Push,
    PushEvent,
    Reservation,
    SampleEvent,
    Submitted,
)

Check = Callable[[object], str | None]


class StoreGateway:
    """``PlatformGateway`` over one plugin and one store; a context manager for one run.

    The plugin's session is opened before the first hook that needs it, and closed at the end together with
    every generator and client that was left open. Raises only errors of ``tomada.errors``.
    """

    def __init__(
        self,
        plugin: Plugin,
        context: StoreContext,
        *,
        writes: bool = True,
        lacks: Mapping[str, str] | None = None,
    ) -> None:
        """``writes`` is False while planning: then every hook that writes at the store is refused.

        ``lacks`` is what the last check of the connection took back, capability → reason.
        """
        self._plugin = plugin
        self._lacks = lacks or {}
        self._writes = writes
        self._hooks = plugin.hooks
        self._context = context
        self._ready = False
        self._session: AbstractContextManager[object] | None = None
        self._running: WeakSet[Generator[Any, None, None]] = WeakSet()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with ExitStack() as closing:  # all of it is done, whatever one of them raises
                closing.callback(self._context.close)
                closing.callback(self._close_session)
                for iteration in list(self._running):
                    closing.callback(iteration.close)
        except TomadaError as trouble:
            if error is None:
                raise
            self._context.log.warning("close failed", code=trouble.code)

    def offers(self, hook: str) -> bool:
        """Tell whether the plugin implements the hook, and the store can use it."""
        return hook in self._hooks.hooks and taken_back(hook, self._lacks) is None

    def orders_fetch(self, query: OrderQuery) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_fetch``."""
        return self._iterate("orders_fetch", contract.order_event, query)

    def orders_read(self, remote_ids: Sequence[str]) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_read``."""
        return self._iterate("orders_read", contract.complete_order, remote_ids)

    def orders_confirm(self, confirmations: Sequence[Confirmation]) -> Iterator[str]:
        """See ``OrderHooks.orders_confirm``."""
        receipts = frozenset(confirmation.receipt for confirmation in confirmations)
        return self._iterate("orders_confirm", partial(contract.receipt_of, receipts), confirmations)

    def listings_fetch(self, query: ListingQuery) -> Iterator[ListingEvent]:
        """See ``ProductHooks.listings_fetch``."""
        return self._iterate("listings_fetch", contract.listing_event, query)

    def products_fetch(self, query: CatalogueQuery) -> Iterator[StoreProduct]:
        """See ``CatalogueHooks.products_fetch``."""
        return self._iterate("products_fetch", contract.store_product, query)

    def categories_push(self, batch: Sequence[Push[Category]]) -> Iterator[PushEvent]:
        """See ``CatalogueHooks.categories_push``."""
        return self._push("categories_push", batch, may_link=True)

    def stock_reserve(self, orders: Sequence[Order]) -> Iterator[Reservation]:
        """See ``StockHooks.stock_reserve``."""
        return self._iterate("stock_reserve", contract.reservation, orders)

    def products_push(self, batch: Sequence[Push[Product]]) -> Iterator[PushEvent]:
        """See ``ProductHooks.products_push``."""
        return self._push("products_push", batch, may_link=True)

    def stock_push(self, batch: Sequence[Push[Balance]]) -> Iterator[Outcome]:
        """See ``StockHooks.stock_push``."""
        return self._push("stock_push", batch)

    def prices_push(self, batch: Sequence[Push[Price]]) -> Iterator[Outcome]:
        """See ``PriceHooks.prices_push``."""
        return self._push("prices_push", batch)

    def order_status_push(self, batch: Sequence[Push[StatusUpdate]]) -> Iterator[Outcome]:
        """See ``StatusHooks.order_status_push``."""
        return self._push("order_status_push", batch)

    def delivery_push(self, batch: Sequence[Push[Delivery]]) -> Iterator[Outcome]:
        """See ``StatusHooks.delivery_push``."""
        return self._push("delivery_push", batch)

    def tracking_push(self, batch: Sequence[Push[Shipment]]) -> Iterator[Outcome]:
        """See ``TrackingHooks.tracking_push``."""
        return self._push("tracking_push", batch)

    def invoices_push(self, batch: Sequence[Push[Invoice]]) -> Iterator[Outcome]:
        """See ``InvoiceHooks.invoices_push``."""
        return self._push("invoices_push", batch)

    def outcomes_fetch(self, submitted: Sequence[Submitted[Any]]) -> Iterator[PushEvent]:
        """See ``AnswerHooks.outcomes_fetch``."""
        check = contract.Outcomes([one.key for one in submitted], may_link=True)
        return self._iterate("outcomes_fetch", check, submitted)

    def status_list(self) -> list[CodeEntry]:
        """Return the store's statuses; empty when the plugin offers no list."""
        return self._list("status_list_fetch")

    def category_list(self) -> list[CodeEntry]:
        """Return the store's categories; empty when the plugin offers no list."""
        return self._list("category_list_fetch")

    def shipping_list(self) -> list[CodeEntry]:
        """Return the store's shipping methods; empty when the plugin offers no list."""
        return self._list("shipping_list_fetch")

    def check(self) -> Iterator[CheckResult]:
        """See ``ConnectionHooks.connection_check``; yields nothing when the plugin has no check."""
        if not self.offers("connection_check"):
            return iter(())
        return self._iterate("connection_check", contract.check_result)

    def sample_read(self, path: Path) -> Iterator[SampleEvent]:
        """See ``SampleHooks.sample_read``; without a session, as nothing is asked of the store."""
        self._require("sample_read")
        self._context.settings  # noqa: B018 - validated before the plugin sees them
        check = partial(contract.sample_event, self._settings())
        return self._tracked(self._checked_items("sample_read", check, path))

    def pending_state(self) -> dict[str, str | None]:
        """Return and clear the values that the plugin set since the last call; the caller commits them."""
        return self._context.state.pending()

    def setup(self, on_ask: OnAsk, on_say: OnSay) -> Done:
        """Lead the user to a working credential, without a session; return the plugin's ``Done``.

        The caller merges ``Done.settings`` into the store's settings.
        """
        self._require("connection_setup")
        done = converse(self._hooks, self._context, on_ask, on_say)
        unknown = done.settings.keys() - self._settings()
        if unknown:
            problem = f"Done.settings names unknown settings: {', '.join(sorted(unknown))}"
            raise self._hooks.bug("connection_setup", problem)
        return done

    def _settings(self) -> frozenset[str]:
        return frozenset(field.name for field in describe(self._plugin.info.settings))

    def _list(self, hook: str) -> list[CodeEntry]:
        return list(self._iterate(hook, contract.code_entry)) if self.offers(hook) else []

    def _push(
        self, hook: str, batch: Sequence[Push[Any]], *, may_link: bool = False
    ) -> Generator[Any, None, None]:
        if not self._writes:
            raise InternalError("plugin.planning", f"{hook} was called while planning")
        check = contract.Outcomes([push.key for push in batch], may_link=may_link)
        return self._iterate(hook, check, batch)

    def _iterate(self, hook: str, check: Check, *payload: object) -> Generator[Any, None, None]:
        return self._tracked(self._checked(hook, check, *payload))

    def _tracked(self, iteration: Generator[Any, None, None]) -> Generator[Any, None, None]:
        self._running.add(iteration)
        return iteration

    def _checked(self, hook: str, check: Check, *payload: object) -> Generator[Any, None, None]:
        self._require(hook)
        self._open_session()
        yield from self._checked_items(hook, check, *payload)

    def _checked_items(self, hook: str, check: Check, *payload: object) -> Generator[Any, None, None]:
        items = self._hooks.iterate(hook, self._context, *payload)
        try:
            for item in items:
                with self._hooks.guarded(hook):
                    problem = check(item)
                if problem:
                    raise self._hooks.bug(hook, problem)
                yield item
        finally:
            items.close()

    def _require(self, hook: str) -> None:
        if hook not in self._hooks.hooks:
            raise UnusableError(
                "plugin.hook_missing",
                _("Platform {platform} does not offer {hook}.").format(platform=self._plugin.id, hook=hook),
            )
        reason = taken_back(hook, self._lacks)
        if reason is not None:
            raise lacking(self._context.store, reason)

    def _open_session(self) -> None:
        if self._ready:
            return
        self._context.settings  # noqa: B018 - validated before the plugin sees them
        if self.offers("session_open"):
            session = self._hooks.call("session_open", self._context)
            if not isinstance(session, AbstractContextManager):
                raise self._hooks.bug("session_open", "returned no context manager: @contextmanager?")
            with self._hooks.guarded("session_open"):
                self._context.session = session.__enter__()
            self._session = session
        self._ready = True

    def _close_session(self) -> None:
        session, self._session, self._ready = self._session, None, False
        self._context.session = None
        if session is not None:
            with self._hooks.guarded("session_open"):
                # Always a plain end: a plugin cannot swallow an error that is not its own.
                session.__exit__(None, None, None)
