"""An ERP account with the sandbox's stock engine, and stores that take pieces off their own numbers; no wire."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tests.fakes.erp import FakeErp
from tests.flows.factories import START, make_item, make_order
from tomada.domain.erp import ErpContact, ErpOrder, ErpOrderDraft, ErpOrderRef, ErpOrderRow, ErpProduct
from tomada.domain.erp_stock import ErpDeposit, ErpStock, ErpStockChange
from tomada.domain.money import OrderMoney
from tomada.domain.order import Order, OrderItem, OrderStatus
from tomada.domain.status import ErpStatus, StoreStatusType
from tomada.domain.stock import Balance
from tomada.errors import EffectUnknown, FeatureMissing, RemoteContractChanged, TransientError
from tomada.host.context import StoreContext
from tomada.host.discovery import Candidate
from tomada.host.gateway import StoreGateway
from tomada.host.registry import Registry
from tomada.ports.options import ErpOptions, Posting, StockOptions, StoreOptions
from tomada.ports.records import ErpRecord, LinkRecord, StoreRecord, StoreState
from tomada.ports.runner import FlowResult
from tomada.runner import EmbeddedRunner
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
from tomada.storage.database import SqlDatabase, open_database, sqlite_url
from tomada_sandbox.tiny import clerk, stock_engine
from tomada_sandbox.tiny.goods import Product
from tomada_sandbox.tiny.sales import Line
from tomada_sandbox.tiny.sales import Order as Sale
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.world import World

SKUS = ("CAN-01", "CAN-02", "CAN-03")
TICK = timedelta(milliseconds=1)
FEED_PAGE = 2


class Killed(KeyboardInterrupt):
    """The process died here; of all that stops a plugin the host lets only an interrupt pass."""


class TickingClock:
    """A clock that moves a little whenever it is looked at, so that no two moments are one."""

    def __init__(self) -> None:
        self.time = START + timedelta(days=1)

    def now(self) -> datetime:
        self.time += TICK
        return self.time

    def sleep(self, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Faults:
    """What goes wrong with the next requests: name → kinds, taken one at a time; ``die_after`` counts requests."""

    kinds: dict[str, list[str]] = field(default_factory=dict)
    die_after: int | None = None

    def add(self, name: str, kind: str) -> None:
        """Let the next request of this name fail."""
        self.kinds.setdefault(name, []).append(kind)

    def clear(self) -> None:
        """Let everything succeed from now on."""
        self.kinds, self.die_after = {}, None

    def take(self, name: str) -> str:
        """Return the fault of this request, empty for none; a process may die before it."""
        if self.die_after is not None:
            if self.die_after == 0:
                self.die_after = None
                raise Killed
            self.die_after -= 1
        waiting = self.kinds.get(name)
        return waiting.pop(0) if waiting else ""


class StockErp(FakeErp):
    """``Erp`` over an account of the sandbox: its orders reserve and are posted as the sandbox's engine says."""

    def __init__(self, clock: TickingClock, faults: Faults) -> None:
        self.world = World(clock)  # type: ignore[arg-type]  # it only asks for the time
        self.account_ = self.world.add(Account("conta", token="t"))
        self.faults = faults
        self.unreadable: set[str] = set()
        for number, sku in enumerate(SKUS):
            self.account_.add_product(Product(900 + number, sku, sku, Decimal(40), clock.now()))

    def act(self, action: str, **details: Any) -> Any:
        """Let the clerk do something."""
        return clerk.act(self.world, self.account_, {"action": action, **details})

    def find_orders(self, ecommerce_number: str) -> list[ErpOrderRow]:
        """See ``Erp.find_orders``."""
        self.faults.take("find_orders")
        return [
            _row(sale) for sale in self.account_.orders.values() if sale.ecommerce_number == ecommerce_number
        ]

    def read_order(self, erp_id: str) -> ErpOrder | None:
        """See ``Erp.read_order``."""
        self.faults.take("read_order")
        sale = self.account_.orders.get(int(erp_id))
        if sale is None:
            return None
        return ErpOrder(
            erp_id=erp_id,
            number=erp_id,
            ecommerce_number=sale.ecommerce_number,
            marks=tuple(sale.markers),
            internal_note=sale.internal_note,
            document=sale.customer["document"],
            customer_code="",
            total=Decimal(sale.texts["total"]),
            status=ErpStatus(sale.situation),
            status_label=sale.situation,
            invoice_id="",
        )

    def create_order(self, draft: ErpOrderDraft) -> ErpOrderRef:
        """See ``Erp.create_order``."""
        fault = self.faults.take("create_order")
        if fault == "refused":
            raise TransientError("fake.down", "The fake ERP is down.")
        now = self.world.now()
        sale = Sale(
            id=self.account_.new_id(),
            number=self.account_.new_number(),
            ecommerce_number=draft.ecommerce_number,
            placed=draft.placed_on,
            situation=draft.status.value,
            contact_id=0,
            customer={"document": draft.customer.document},
            lines=[
                Line(int(item.product_id), item.sku, item.name, "UN", item.quantity, item.unit_price)
                for item in draft.items
            ],
            created=now,
            updated=now,
            markers=[draft.mark],
            internal_note=draft.internal_note,
            texts={"total": str(draft.total)},
        )
        self.account_.add_order(sale)
        stock_engine.follow(self.world, self.account_, sale)
        if fault == "lost":
            raise EffectUnknown("fake.lost", "The connection died.")
        return ErpOrderRef(erp_id=str(sale.id), number=str(sale.id))

    def set_order_status(self, erp_id: str, status: ErpStatus) -> None:
        """See ``Erp.set_order_status``."""
        fault = self.faults.take("set_order_status")
        self.act("set_status", order=erp_id, status=status.value)
        if fault == "lost":
            raise EffectUnknown("fake.lost", "The connection died.")

    def orders_changed(self, since: datetime) -> Iterator[ErpOrderRow]:
        """See ``Erp.orders_changed``."""
        if self.faults.take("orders_changed") == "refused":
            raise TransientError("fake.down", "The fake ERP is down.")
        yield from [_row(sale) for sale in self.account_.orders.values() if sale.updated >= since]

    def read_stock(self, product_id: str) -> ErpStock | None:
        """See ``Erp.read_stock``."""
        fault = self.faults.take("read_stock")
        if fault == "refused":
            raise TransientError("fake.down", "The fake ERP is down.")
        if product_id in self.unreadable:
            raise RemoteContractChanged("fake.unreadable", "The balance is no number.")
        product = self.account_.products.get(int(product_id))
        return self.stock_of(product) if product else None

    def stock_of(self, product: Product) -> ErpStock:
        """What the account tells of a product now."""
        read_at = self.world.now()
        return ErpStock(
            product_id=str(product.id),
            sku=product.sku,
            on_hand=self.account_.on_hand(product),
            reserved=self.account_.reserved(product),
            deposits=tuple(
                ErpDeposit(name=name, on_hand=held) for name, held in sorted(product.balances.items())
            ),
            read_at=read_at,
        )

    def stock_changes(self, since: datetime) -> Iterator[list[ErpStockChange]]:
        """See ``Erp.stock_changes``: what was answered is gone."""
        while True:
            fault = self.faults.take("stock_changes")
            if not self.account_.switches.stock_feed:
                raise FeatureMissing("fake.no_feed", "The fake account has no feed.")
            if fault == "refused":
                raise TransientError("fake.down", "The fake ERP is down.")
            queue = self.account_.changed_stock
            chosen = [id_ for id_, at in queue.items() if at >= since][:FEED_PAGE]
            rows = [
                ErpStockChange(
                    product_id=str(id_),
                    sku=self.account_.products[id_].sku,
                    changed_at=queue.pop(id_),
                    stock=None if fault == "torn" else self.stock_of(self.account_.products[id_]),
                )
                for id_ in chosen
            ]
            if fault == "lost":
                raise EffectUnknown("fake.feed_lost", "The page was lost.")
            if not rows:
                return
            yield rows

    def products_by_sku(self, skus: Sequence[str]) -> dict[str, list[ErpProduct]]:
        """See ``Erp.products_by_sku``."""
        found = [self.account_.product_by_sku(sku) for sku in skus]
        return {
            product.sku: [
                ErpProduct(product_id=str(product.id), sku=product.sku, name=product.sku, active=True)
            ]
            for product in found
            if product
        }

    def find_contacts(self, document: str) -> list[ErpContact]:
        """See ``Erp.find_contacts``."""
        return []


def _row(sale: Sale) -> ErpOrderRow:
    return ErpOrderRow(
        erp_id=str(sale.id),
        number=str(sale.id),
        ecommerce_number=sale.ecommerce_number,
        status=ErpStatus(sale.situation),
        total=Decimal(sale.texts.get("total", "0")),
        status_label=sale.situation,
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

    def put(self, remote_id: str, quantities: dict[str, int], status: OrderStatus, *, paid: bool) -> None:
        """Place an order, or change it: SKU → pieces. Its own numbers follow."""
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


@dataclass
class StockWorld:
    """One account, its stores, a real database and a runner over them."""

    database: SqlDatabase
    clock: TickingClock = field(default_factory=TickingClock)
    faults: Faults = field(default_factory=Faults)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        SHOPS.clear()
        self.erp = StockErp(self.clock, self.faults)

    def setup(self, erp: ErpOptions, **switches: Any) -> None:
        """Make the account."""
        if switches:
            self.erp.act("configure", **switches)
        with self.database.begin() as tx:
            tx.erps.save(ErpRecord(0, "erp", "fake", "", erp))

    def add_store(
        self, name: str, options: StoreOptions | None = None, *, linked: bool = True
    ) -> StoreRecord:
        """Add an active store that sells every product."""
        SHOPS[name] = Shop(self.clock, self.faults)
        self.names.append(name)
        since = START - timedelta(days=1)
        with self.database.begin() as tx:
            store = tx.stores.save(
                StoreRecord(
                    0,
                    name,
                    f"label-{name}",
                    "shop",
                    1,
                    StoreState.ACTIVE,
                    options or StoreOptions(stock=StockOptions(confirmed=True)),
                    {"name": name},
                    since,
                )
            )
        if linked:
            self.link(name, *SKUS)
        return store

    def link(self, name: str, *skus: str) -> None:
        """Link products by their SKUs."""
        with self.database.begin() as tx:
            store = tx.stores.by_name(name)
            assert store
            ids = {product.sku: str(product.id) for product in self.erp.account_.products.values()}
            tx.links.set(
                LinkRecord(store.id, f"p-{sku}", "", sku, ids[sku], sku, "sku", self.clock.now())
                for sku in skus
            )

    @contextmanager
    def gateway(self, store: StoreRecord) -> Iterator[StoreGateway]:
        context = StoreContext(make_registry().get(store.platform), store, self.database, self.clock)
        with StoreGateway(make_registry().get(store.platform), context) as gateway:
            yield gateway

    @contextmanager
    def open_erp(self, _account: ErpRecord) -> Iterator[StockErp]:
        yield self.erp

    def sync(
        self, *names: str, flows: Sequence[str] = ("orders", "stock"), confirmed: bool = False
    ) -> dict[tuple[str, str], FlowResult]:
        """Sync stores (all when none is named) flow by flow, as ``tomada sync`` does."""
        runner = EmbeddedRunner(self.database, self.clock, self.gateway, self.open_erp)
        began, results = self.clock.now(), {}
        for flow in flows:
            for name in names or self.names:
                for result in runner.run(
                    name, (flow,), "test", lambda _note: None, began_at=began, confirmed=confirmed
                ):
                    results[name, flow] = result
        return results

    def numbers(self, sku: str = SKUS[0]) -> list[int]:
        """What every store shows for a SKU."""
        return [SHOPS[name].numbers[f"p-{sku}"] for name in self.names]

    def link_to(self, name: str, sku: str, erp_product_id: str) -> None:
        """Link one product to any of the ERP's."""
        with self.database.begin() as tx:
            store = tx.stores.by_name(name)
            assert store
            tx.links.set(
                [LinkRecord(store.id, f"p-{sku}", "", sku, erp_product_id, sku, "person", self.clock.now())]
            )

    def order_state(self, remote_id: str, store: int = 1) -> tuple[str, str]:
        """State and reason of an order."""
        with self.database.read() as tx:
            record = tx.orders.find(store, [remote_id])[remote_id]
        return record.state, record.reason

    def sale_of(self, store: str, remote_id: str) -> Sale | None:
        """The ERP's order that we know of."""
        with self.database.read() as tx:
            record = tx.stores.by_name(store)
            assert record
            order = tx.orders.find(record.id, [remote_id]).get(remote_id)
        return self.erp.account_.orders[int(order.erp_id)] if order and order.erp_id else None


MakeStockWorld = Callable[[], StockWorld]


def open_world(folder: Path, template: Path, key: bytes) -> StockWorld:
    """Make a world in a folder, with a copy of a database."""
    path = folder / "tomada.db"
    for stale in folder.glob("tomada.db*"):
        stale.unlink()
    path.write_bytes(template.read_bytes())
    return StockWorld(open_database(sqlite_url(path), key))


ALL_POSTINGS = (Posting.ON_SAVE, Posting.ON_APPROVAL, Posting.ON_INVOICE, Posting.ON_SENT)
