"""A stage: one Tiny account and Tray stores in a sandbox, and an installation that is connected to both."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tomada.bootstrap import ERP_TOKEN, Installation, Places
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.options import QuotaOptions, StoreOptions
from tomada.ports.records import ErpRecord, OrderRecord, StoreRecord, StoreState
from tomada.ports.runner import FlowResult
from tomada.spi import Ask, Say
from tomada.storage.database import create_database
from tomada_sandbox.client import SandboxClient

NO_QUOTA = {"per_minute": "off", "per_day": "off"}
STEP = 101
"""More than settle_time plus its gap, in seconds."""


def quiet(_note: object) -> None:
    """Show no progress."""


def consent(ask: Ask) -> str:
    """Play the merchant's browser: open the link that was asked for and return where it ended."""
    link = ask.text.split()[-1].replace("{callback}", "http://127.0.0.1:1/back")
    return str(httpx.get(link, trust_env=False).headers["location"])


@dataclass
class Stage:
    """Everything of one try. ``prefix`` keeps the accounts and stores of several tries apart."""

    sandbox: SandboxClient
    home: Path
    prefix: str = ""
    boundary: Boundary = no_boundary
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.installation = Installation(Places(self.home), self.boundary)

    @property
    def account(self) -> str:
        """The sandbox's name of the Tiny account."""
        return f"{self.prefix}conta"

    def remote(self, store: str) -> str:
        """The sandbox's name of a store."""
        return f"{self.prefix}{store}"

    def create(self, key: bytes, **account: Any) -> None:
        """Make an empty database and an account; the key is in ``TOMADA_KEY``.

        The account takes an order that it has already: nothing but our own care keeps orders from being doubled.
        """
        create_database(self.installation.places.database_url, key)
        state = self.sandbox.create_account(self.account, **{"refuse_duplicates": False, **account})
        self.sandbox.quota("tiny", self.account, limit=None, concurrency=None)
        with self.installation.database.begin() as tx:
            url = f"{self.sandbox.url}/tiny/{self.account}/api2/"
            options = ErpOptions(stock_posting=Posting.ON_INVOICE, quota_share=1)
            saved = tx.erps.save(ErpRecord(0, "erp", "tiny-v2", url, options))
            tx.secrets.write(f"erp:{saved.id}", {ERP_TOKEN: state["token"]})

    def add_store(self, name: str, options: StoreOptions | None = None, **switches: Any) -> StoreRecord:
        """Open a store, connect it through the plugin's own conversation, and activate it."""
        state = self.sandbox.create_store(self.remote(name), **switches)
        self.sandbox.quota("tray", self.remote(name), limit=None, daily=None)
        installation = self.installation
        with installation.database.begin() as tx:
            record = StoreRecord(
                0,
                name,
                f"label-{name}",
                "tray-rest",
                1,
                StoreState.ACTIVE,
                options or StoreOptions(quota=QuotaOptions(limits=NO_QUOTA)),
                {
                    "api_address": f"{self.sandbox.url}/tray/{self.remote(name)}",
                    "consumer_key": state["consumer_key"],
                },
            )
            record = tx.stores.save(record)
            tx.secrets.write(f"store:{record.id}", {"consumer_secret": state["consumer_secret"]})
        with installation.gateway(record) as gateway:
            done = gateway.setup(consent, _say_nothing)
        record.settings |= {name: value for name, value in done.settings.items() if name != "consumer_secret"}
        record.since = installation.now().replace(microsecond=0)  # stores tell seconds
        with installation.database.begin() as tx:
            record = tx.stores.save(record)
        self.names.append(name)
        return record

    def place(self, store: str, **order: Any) -> str:
        """Let the shopper place an order and return its id."""
        placed = self.sandbox.shop(self.remote(store), "place", **order)
        return str(placed["order"])

    def shop(self, store: str, action: str, **details: Any) -> None:
        """Let the shopper do something else."""
        self.sandbox.shop(self.remote(store), action, **details)

    def sync(self, *stores: str) -> dict[str, FlowResult]:
        """Sync these stores (all when none is named)."""
        runner = self.installation.runner
        return {name: runner.run(name, ("orders",), "test", quiet)[0] for name in stores or self.names}

    def later(self, seconds: float = STEP) -> None:
        """Move the clock of both sides on."""
        self.sandbox.advance(seconds)

    def erp_orders(self) -> list[dict[str, Any]]:
        """All orders of the Tiny account."""
        return list(self.sandbox.state_of("tiny", self.account)["orders"])

    def order(self, store: str, remote_id: str) -> OrderRecord:
        """The record of one order."""
        with self.installation.database.read() as tx:
            record = tx.stores.by_name(store)
            assert record
            return tx.orders.find(record.id, [remote_id])[remote_id]

    def requests(self, remote: str | None = None) -> Counter[str]:
        """How often each endpoint of the account and the stores was asked."""
        remotes = (
            [remote] if remote else [f"tiny/{self.account}", *(f"tray/{self.remote(n)}" for n in self.names)]
        )
        entries = [entry for name in remotes for entry in self.sandbox.journal(remote=name)]
        return Counter(
            f"{entry['remote'].split('/')[0]} {entry['endpoint']}"
            for entry in entries
            if entry["event"] == "received"
        )

    def close(self) -> None:
        """Let go of the database."""
        self.installation.database.dispose()


def _say_nothing(_say: Say) -> None:
    """Show nothing."""
