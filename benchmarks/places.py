"""Where it is measured: a sandbox in a process of its own, and installations in throw-away folders."""

import base64
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.processes import run
from tomada_sandbox.client import Json, SandboxClient
from tomada_sandbox.clock import ENVIRONMENT as CLOCK
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.connecting import account_words, store_words
from tomada_sandbox.process import SandboxProcess

_KEY_BYTES = 32
_BATCH = 500
_PRODUCTS = 200
_ITEMS = 3
_MOST = 50
_HOUR_AND_MORE = 3700


@dataclass
class Place:
    """One sandbox and one folder; ``environment`` is what makes commands of ``tomada`` use them."""

    sandbox: SandboxClient
    folder: Path
    environment: dict[str, str]

    def tomada(self, *words: str) -> None:
        """Run a command that is not measured."""
        run("-P", "-m", "tomada", *words, environment=self.environment)

    def open_account(self, name: str, **quota: object) -> Json:
        """Open a Tiny account that sells what the orders of ``place_orders`` are of; by default without quota."""
        account = self.sandbox.create_account(name)
        self.sandbox.quota("tiny", name, **({"limit": None, "concurrency": None} | quota))
        products = [
            {"sku": _sku(number), "name": f"Produto {number}", "price": "10.00", "stock": 10}
            for number in range(_PRODUCTS)
        ]
        self.sandbox.clerk(name, "add_products", products=products)
        return account

    def open_store(self, name: str, **quota: object) -> Json:
        """Open a Tray store, by default without quota; all stores have the same orders, whatever their names."""
        store = self.sandbox.create_store(name, seed="bench")
        self.sandbox.quota("tray", name, **({"limit": None, "daily": None} | quota))
        return store

    def connect_account(self, account: Json, **settings: str) -> None:
        """Make an installation and connect it to an account, all of whose quota it may use."""
        self.tomada("init", "--yes")
        told = {"stock_posting": "invoice", "quota_share": "1", **settings}
        self.tomada(*account_words(self.sandbox.url, account, **told))

    def connect_store(self, store: Json, account: str, **settings: str) -> None:
        """Connect the installation to a store that has no orders yet; by default without quota."""
        told = {"quota.limits.per_minute": "off", "quota.limits.per_day": "off", **settings}
        self.tomada(*store_words(self.sandbox.url, store, account, **told))

    def access_token(self, store: Json) -> str:
        """Authorise somebody else than Tomada at a store."""
        keys = {key: store[key] for key in ("consumer_key", "consumer_secret", "code")}
        answer = httpx.post(f"{self.sandbox.url}{store['api_path']}/auth", data=keys, trust_env=False)
        return str(answer.raise_for_status().json()["access_token"])

    def place_orders(self, store: str, count: int) -> None:
        """Let so many buyers order three products each."""
        for first in range(0, count, _BATCH):
            numbers = range(first, min(first + _BATCH, count))
            self.sandbox.shop(store, "place_many", orders=[_order(number) for number in numbers])

    def stock_products(self, name: str, count: int) -> None:
        """Let an account and its store sell so many products more, each with a balance that the store shows as 0."""
        for first in range(0, count, _BATCH):
            rows = [
                {"sku": f"BAL-{number:05d}", "name": f"Peça {number}", "price": "10.00"}
                for number in range(first, min(first + _BATCH, count))
            ]
            stocked = [row | {"stock": 1 + place % _MOST} for place, row in enumerate(rows)]
            self.sandbox.clerk(name, "add_products", products=stocked)
            self.sandbox.shop(name, "add_products", products=[row | {"stock": 0} for row in rows])

    def pass_an_hour(self) -> None:
        """Move the clock on, so that Tomada reads the whole list of a store again."""
        self.sandbox.advance(_HOUR_AND_MORE)

    def tallies(self, kind: str, name: str) -> dict[str, Json]:
        """Requests and refusals of a remote by endpoint, since it was opened."""
        return dict(self.sandbox.quota(kind, name)["quota"]["endpoints"])


@contextmanager
def place() -> Iterator[Place]:
    """Start a sandbox and clear everything away afterwards."""
    with tempfile.TemporaryDirectory(prefix="tomada-bench-") as name:
        folder = Path(name)
        clock = folder / "clock"
        VirtualClock.create(clock).close()
        key = base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
        environment = {"TOMADA_HOME": str(folder / "home"), "TOMADA_KEY": key, CLOCK: str(clock)}
        with SandboxProcess(clock) as process, SandboxClient(process.url) as client:
            yield Place(client, folder, environment)


def _sku(number: int) -> str:
    return f"SKU-{number % _PRODUCTS:04d}"


def _order(number: int) -> Json:
    items = [
        {
            "sku": _sku(number * _ITEMS + place),
            "name": f"Produto {place}",
            "price": "10.00",
            "quantity": place + 1,
        }
        for place in range(_ITEMS)
    ]
    return {"items": items, "shipment_value": "12.50", "payment": "pix"}
