"""Stores in memory that take pieces off their own numbers, as at Tray, and their platform."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from pydantic import BaseModel

from tests.flows.factories import make_item, make_order
from tests.flows.stock_erp import SKUS, Faults, TickingClock
from tomada.domain.money import OrderMoney
from tomada.domain.order import Order, OrderItem, OrderStatus
from tomada.domain.status import StoreStatusType
from tomada.domain.stock import Balance
from tomada.errors import TransientError
from tomada.host.discovery import Candidate
from tomada.host.registry import Registry
from tomada.spi import (
    Checkpoint,
    ConnectionHooks,
    Context,
    Fetched,
    Listing,
    ListingEvent,
    ListingQuery,
    OrderEvent,
    OrderHooks,
    OrderQuery,
    Outcome,
    OutcomeKind,
    PlatformInfo,
    ProductHooks,
    Push,
    RemoteIds,
    Reservation,
    ReservationState,
    StockHooks,
    hookimpl,
)


@dataclass
class Shop:
    """One store: its orders with their versions, and its own numbers, which orders move (as at Tray)."""

    clock: TickingClock
    faults: Faults
    orders: dict[str, tuple[int, Order]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=lambda: {f"p-{sku}": 0 for sku in SKUS})
    pushed: list[tuple[str, int]] = field(default_factory=list)
    takes_itself: bool = False
    """Whether the plugin says that the store's number leaves its own orders out (S4)."""

    def put(
        self, remote_id: str, quantities: dict[str, int], status: OrderStatus, *, paid: bool, **more: object
    ) -> None:
        """Place an order, or change it: SKU → pieces, and ``more`` fields. Its own numbers follow."""
        version, before = self.orders.get(remote_id, (0, None))
        if before and before.status.type is not StoreStatusType.CANCELLED:
            self._move(before.items, 1)
        items = tuple(make_item(sku, quantity=str(many)) for sku, many in quantities.items())
        total = Decimal(40) * sum(quantities.values())
        order = make_order(
            remote_id,
            status=status,
            paid=paid,
            items=items,
            placed_at=before.placed_at if before else self.clock.now(),
            modified_at=self.clock.now(),
            money=OrderMoney(items=total, freight=Decimal(0), total=total),
            payments=(),
            **more,
        )
        if status.type is not StoreStatusType.CANCELLED:
            self._move(items, -1)
        self.orders[remote_id] = (version + 1, order)

    def _move(self, items: Sequence[OrderItem], sign: int) -> None:
        for item in items:
            self.numbers[item.product_id] += sign * int(item.quantity)


SHOPS: dict[str, Shop] = {}


class ShopSettings(BaseModel):
    """Where the shop is."""

    name: str


class ShopPlatform(ConnectionHooks, OrderHooks, StockHooks, ProductHooks):
    """A store in memory, with the hooks that stock needs."""

    spi = "0.1"

    @hookimpl
    def platform_info(self) -> PlatformInfo:
        """See ``ConnectionHooks.platform_info``."""
        return PlatformInfo(id="shop", title="shop", id_space="shop", settings=ShopSettings)

    @hookimpl
    def session_open(self, ctx: Context) -> AbstractContextManager[object]:
        """See ``ConnectionHooks.session_open``."""
        return nullcontext(SHOPS[ctx.settings.name])

    @hookimpl
    def orders_fetch(self, ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_fetch``."""
        shop: Shop = ctx.session
        shop.faults.take("orders_fetch")
        for remote_id, (version, order) in shop.orders.items():
            known = query.known(remote_id)
            if known is None or known.version != str(version):
                yield Fetched(order, str(version), order.modified_at)
        yield Checkpoint("")

    @hookimpl
    def stock_reserve(self, ctx: Context, orders: Sequence[Order]) -> Iterator[Reservation]:
        """See ``StockHooks.stock_reserve``."""
        if ctx.session.faults.kinds.get("stock_reserve"):  # which is no request: no process dies before it
            ctx.session.faults.take("stock_reserve")
            raise TransientError("fake.reserve", "What the orders take cannot be told now.")
        states = {StoreStatusType.CANCELLED: ReservationState.RELEASED}
        for order in orders:
            state = states.get(order.status.type or StoreStatusType.OPEN, ReservationState.HELD)
            for item in order.items:
                ids = RemoteIds(item.product_id, item.variant_id)
                yield Reservation(
                    order.remote_id, item.line_id, ids, item.quantity, state, ctx.session.takes_itself
                )

    @hookimpl
    def stock_push(self, ctx: Context, batch: Sequence[Push[Balance]]) -> Iterator[Outcome]:
        """See ``StockHooks.stock_push``."""
        shop: Shop = ctx.session
        for push in batch:
            fault = shop.faults.take("stock_push")
            product_id = push.links[push.key].product_id
            if fault in set(OutcomeKind):
                yield Outcome(push.key, OutcomeKind(fault), "fake.refused", "Refused.", ticket="T1")
                continue
            if fault == "missing":
                continue
            if fault == "dropped":
                raise TransientError("fake.down", "The fake store is down.")
            shop.numbers[product_id] = push.value.quantity
            shop.pushed.append((product_id, push.value.quantity))
            if fault == "lost":
                raise TransientError("fake.lost", "The connection died.")
            yield Outcome(push.key, OutcomeKind.ACCEPTED)

    @hookimpl
    def listings_fetch(self, ctx: Context, query: ListingQuery) -> Iterator[ListingEvent]:
        """See ``ProductHooks.listings_fetch``."""
        for product_id, number in ctx.session.numbers.items():
            if product_id in query.products:
                yield Listing(
                    RemoteIds(product_id), product_id.removeprefix("p-"), product_id, balance=number
                )


@cache
def make_registry() -> Registry:
    """The platform as a registry."""
    return Registry([Candidate("shop", "fakes", "1", ShopPlatform)])


PENDING = OrderStatus(code="1", name="AGUARDANDO PAGAMENTO", type=StoreStatusType.OPEN)
PAID = OrderStatus(code="2", name="A ENVIAR", type=StoreStatusType.OPEN)
CANCELLED = OrderStatus(code="3", name="CANCELADO", type=StoreStatusType.CANCELLED)
