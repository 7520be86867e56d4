"""A small working platform, a database in memory and a clock that stands still."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from pydantic import BaseModel, Field, SecretStr

from tomada.domain.customer import Address, Customer, CustomerKind
from tomada.domain.money import OrderMoney
from tomada.domain.order import Order, OrderItem, OrderStatus, SalesChannel
from tomada.host.context import StoreContext
from tomada.host.discovery import Candidate
from tomada.host.gateway import StoreGateway
from tomada.host.registry import Plugin, Registry
from tomada.ports.options import StoreOptions
from tomada.ports.records import StoreRecord, StoreState
from tomada.ports.storage import Database
from tomada.spi import (
    Ask,
    Checkpoint,
    CheckResult,
    CodeEntry,
    Confirmation,
    ConnectionHooks,
    Context,
    Done,
    Fetched,
    ListHooks,
    OrderEvent,
    OrderHooks,
    OrderQuery,
    PlatformInfo,
    Say,
    SetupStep,
    StepState,
    hookimpl,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
QUERY = OrderQuery(since=NOW, cursor=None, known=lambda _remote_id: None)
BUILT = frozenset({"flow.orders", "erp.customers", "desk.shipping", "desk.status", "desk.channel"})


class SampleSettings(BaseModel):
    """What a store of the sample platform needs."""

    address: str = Field(description="Address of the shop")
    token: SecretStr = Field(description="Token of the shop")
    pages: int = Field(50, description="Orders a page")


class Sample(ConnectionHooks, OrderHooks, ListHooks):
    """A platform with one order; tests override what they are about."""

    spi = "0.1"
    name = "sample"

    @hookimpl
    def platform_info(self) -> PlatformInfo:
        return PlatformInfo(id=self.name, title="Sample", id_space="sample", settings=SampleSettings)

    @hookimpl
    @contextmanager
    def session_open(self, ctx: Context) -> Iterator[object]:
        yield f"session of {ctx.store}"

    @hookimpl
    def connection_setup(self, ctx: Context) -> Generator[SetupStep, str, None]:
        yield Say("hello")
        token = yield Ask("token", "Token?", secret=True)
        ctx.vault.update(lambda secrets: {**secrets, "token": token})
        yield Done("Connected.", {"address": "https://shop.example"})

    @hookimpl
    def connection_check(self, ctx: Context) -> Iterator[CheckResult]:
        yield CheckResult("login", StepState.OK, "It answers.", lacks={"stock.send": "old shop"})

    @hookimpl
    def orders_fetch(self, ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
        yield Fetched(order("1"), "v1", NOW)
        ctx.state.set("page", "1")
        yield Checkpoint("c1")

    @hookimpl
    def orders_read(self, ctx: Context, remote_ids: Sequence[str]) -> Iterator[OrderEvent]:
        for remote_id in remote_ids:
            yield Fetched(order(remote_id), "v1", NOW)

    @hookimpl
    def orders_confirm(self, ctx: Context, confirmations: Sequence[Confirmation]) -> Iterator[str]:
        for confirmation in confirmations:
            yield confirmation.receipt

    @hookimpl
    def status_list_fetch(self, ctx: Context) -> Iterator[CodeEntry]:
        yield CodeEntry("1", "PAGO")


class Bare:
    """The least that a platform may be; subclasses add the hooks that a test is about."""

    spi = "0.1"

    @hookimpl
    def platform_info(self) -> PlatformInfo:
        return PlatformInfo(id="sample", title="Bare", id_space="sample", settings=SampleSettings)


def candidate(plugin: object, name: str = "sample", distribution: str = "tomada-sample") -> Candidate:
    return Candidate(name, distribution, "1.2", lambda: plugin)


def admitted(plugin: object) -> Plugin:
    return Registry([candidate(plugin)]).get("sample")


def order(remote_id: str) -> Order:
    return Order(
        remote_id=remote_id,
        number=remote_id,
        placed_at=NOW,
        modified_at=NOW,
        status=OrderStatus(code="1", name="PAGO"),
        paid=True,
        customer=Customer(kind=CustomerKind.PERSON, name="Ana", address=Address()),
        items=(
            OrderItem(
                line_id="1", product_id="7", sku="A", name="A", quantity=Decimal(1), unit_price=Decimal(5)
            ),
        ),
        money=OrderMoney(items=Decimal(5), total=Decimal(5)),
        channel=SalesChannel(code="shop", label="Shop"),
    )


class StillClock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing in the host waits")


class MemoryDatabase:
    """The part of the storage that a plugin's context uses; ``events`` tells what happened, in order."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        self.secrets: dict[str, dict[str, str]] = {"store:1": dict(secrets or {})}
        self.state: dict[str, str] = {}
        self.events: list[str] = []

    @contextmanager
    def begin(self) -> Iterator[Any]:
        yield self._repositories()
        self.events.append("commit")

    @contextmanager
    def read(self) -> Iterator[Any]:
        yield self._repositories()

    @contextmanager
    def lock(self, name: str, wait: bool = False) -> Iterator[bool]:
        self.events.append(f"lock {name} wait={wait}")
        try:
            yield True
        finally:
            self.events.append("unlock")

    def _repositories(self) -> SimpleNamespace:
        return SimpleNamespace(
            secrets=SimpleNamespace(
                read=lambda owner: dict(self.secrets.get(owner, {})),
                write=lambda owner, values: self.secrets.__setitem__(owner, dict(values)),
            ),
            progress=SimpleNamespace(
                state=lambda store_id: dict(self.state),
                set_state=lambda store_id, values: self._set_state(values),
            ),
        )

    def _set_state(self, values: Mapping[str, str | None]) -> None:
        merged: dict[str, str | None] = {**self.state, **values}
        self.state = {key: value for key, value in merged.items() if value is not None}


def store(settings: dict[str, object] | None = None) -> StoreRecord:
    return StoreRecord(
        id=1,
        name="loja",
        label="loja",
        platform="sample",
        erp_id=1,
        state=StoreState.ACTIVE,
        options=StoreOptions(),
        settings={"address": "https://shop.example"} if settings is None else settings,
    )


def context(plugin: object, database: MemoryDatabase | None = None, **options: Any) -> StoreContext:
    found = database or MemoryDatabase({"token": "s3cret-token"})
    return StoreContext(
        admitted(plugin), options.pop("store", store()), cast(Database, found), StillClock(), **options
    )


def gateway(plugin: object, database: MemoryDatabase | None = None, **options: Any) -> StoreGateway:
    return StoreGateway(admitted(plugin), context(plugin, database, **options))


def failing(error: BaseException) -> Callable[..., object]:
    """A function that raises ``error``."""

    def fail(*_arguments: object) -> object:
        raise error

    return fail
