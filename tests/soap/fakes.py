"""A context without a database, and a store of a real sandbox behind it, for tests of the plugin alone."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.soap.foreign import check, serving
from tomada.domain.order import Order
from tomada.spi import Checkpoint, Confirmation, Fetched, Known, OrderQuery, Rejected, refused_with_429
from tomada.transport.client import open_client
from tomada_sandbox.client import SandboxClient
from tomada_tray_soap.plugin import TraySoap
from tomada_tray_soap.session import SoapSession
from tomada_tray_soap.settings import Settings

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
Json = dict[str, Any]


class WorldClock:
    """The sandbox's own clock; sleeping moves it."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self._sandbox = sandbox

    def now(self) -> datetime:
        return datetime.fromisoformat(self._sandbox.clock()["now"])

    def sleep(self, seconds: float) -> None:
        self._sandbox.advance(seconds)


class StillClock:
    """A clock for what needs no sandbox."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class FakeVault:
    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}

    def read(self) -> Mapping[str, str]:
        return dict(self.secrets)

    def update(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        self.secrets = dict(change(dict(self.secrets)))
        return dict(self.secrets)


class FakeState:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.values.get(key)

    def set(self, key: str, value: str | None) -> None:
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value

    def flush(self) -> None:
        return None


class FakeBudget:
    def remaining(self) -> int | None:
        return None


class FakeLog:
    def __init__(self) -> None:
        self.events: list[str] = []

    def debug(self, event: str, **fields: object) -> None:
        self.events.append(event)

    info = warning = debug


class FakeContext:
    """What the host would hand to the hooks. ``transport`` replaces the network."""

    def __init__(self, settings: Settings, clock: Any, transport: httpx.BaseTransport | None = None) -> None:
        self.store = "loja"
        self.settings = settings
        self.clock = clock
        self.vault, self.state, self.budget, self.log = FakeVault(), FakeState(), FakeBudget(), FakeLog()
        self.deadline = None
        self.session: Any = None
        self._transport = transport

    def http(self, **options: Any) -> httpx.Client:
        if self._transport is not None:
            options["transport"] = self._transport
        return open_client(
            clock=self.clock,
            limiter=None,
            refusal=refused_with_429,
            deadline=None,
            boundary=lambda _name: None,
            secrets=tuple,
            jitter=lambda: 0.0,
            trust_env=False,
            **options,
        )

    @contextmanager
    def step(self, _name: str) -> Iterator[None]:
        yield


class Shop:
    """One store of a sandbox, the plugin that reads it, and what a core would have committed of its orders."""

    plugin = TraySoap()

    def __init__(
        self, sandbox: SandboxClient, name: str, service: Json | None = None, **settings: Any
    ) -> None:
        check(**service or {})
        self.sandbox, self.name = sandbox, name
        self.opened = sandbox.create_store(name, limit=None, daily=None, webservice=service or {})
        self.ctx: Any = FakeContext(self.settings(**settings), WorldClock(sandbox))
        self.ctx.session = SoapSession(self.ctx, self.ctx.settings)
        self.committed: dict[str, Known] = {}
        self.orders: dict[str, Order] = {}
        self.receipts: dict[str, None] = {}

    def settings(self, **changes: Any) -> Settings:
        access = self.opened["webservice"]
        given = {
            "address": f"{serving(self.sandbox.url)}/tray/{self.name}",
            "store_id": self.opened["id"],
            "login": access["login"],
            "password": access["password"],
        }
        return Settings(**{**given, **changes})

    def place(self, **order: Any) -> str:
        """Place an order ten minutes ago, so that it is surely settled."""
        then = (self.ctx.clock.now() - timedelta(minutes=10)).isoformat()
        return str(
            self.sandbox.shop(self.name, "place", **{"date": then, "modified": then, **order})["order"]
        )

    def shop(self, action: str, **details: Any) -> Json:
        return self.sandbox.shop(self.name, action, **details)

    def switch(self, **switches: Any) -> None:
        """Change switches of the web service."""
        check(**switches)
        self.shop("webservice", **switches)

    def later(self, seconds: float) -> None:
        self.sandbox.advance(seconds)

    @property
    def state(self) -> Json:
        return self.sandbox.state_of("tray", self.name)

    @property
    def todo(self) -> list[int]:
        return list(self.state["webservice"]["todo"])

    def events(self, since: datetime = LONG_AGO) -> list[Any]:
        """One reading of orders; what it yields is committed as a core would."""
        query = OrderQuery(since, None, self.committed.get)
        found = list(self.plugin.orders_fetch(self.ctx, query))
        for event in found:
            if isinstance(event, Checkpoint):
                continue
            if event.receipt:
                self.receipts[event.receipt] = None
            if isinstance(event, Rejected):
                self.committed[event.remote_id] = Known(event.version, "")
                continue
            remote_id = event.value.remote_id
            if event.settled:
                self.committed[remote_id] = Known(event.version, event.value.status.code)
            if isinstance(event.value, Order):
                self.orders[remote_id] = event.value
        return [event for event in found if not isinstance(event, Checkpoint)]

    def fetched(self, since: datetime = LONG_AGO) -> list[str]:
        """The ids of a reading that were fetched complete."""
        return [
            event.value.remote_id
            for event in self.events(since)
            if isinstance(event, Fetched) and isinstance(event.value, Order)
        ]

    def confirm(self) -> list[str]:
        """Confirm all receipts; those that were yielded are done."""
        waiting = [Confirmation(receipt, iter(()), final=True) for receipt in self.receipts]
        done = []
        for receipt in self.plugin.orders_confirm(self.ctx, waiting):
            done.append(receipt)
            del self.receipts[receipt]
        return done

    def calls(self, since: int = 0) -> list[str]:
        """The operations that were called, in their order."""
        return [
            entry["endpoint"].removeprefix("soap.")
            for entry in self.sandbox.journal(since=since, remote=f"tray/{self.name}")
            if entry["event"] == "received"
        ]

    def reopen(self, settings: Settings | None = None) -> SoapSession:
        """Begin another run, perhaps with other settings."""
        self.ctx.session.close()
        self.ctx.settings = settings or self.ctx.settings
        self.ctx.session = SoapSession(self.ctx, self.ctx.settings)
        return self.ctx.session

    def close(self) -> None:
        self.ctx.session.close()
