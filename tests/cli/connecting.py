"""A Tiny account and Tray stores in a sandbox, and the words that connect them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.cli.running import here
from tomada_sandbox.client import SandboxClient

CALLBACK = "http://127.0.0.1:1/"


@dataclass
class Remotes:
    """One account and the stores of one test; their names carry a prefix of the test's own."""

    sandbox: SandboxClient
    prefix: str
    token: str = ""
    stores: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.token = self.sandbox.create_account(f"{self.prefix}conta")["token"]
        self.sandbox.quota("tiny", f"{self.prefix}conta", limit=None, concurrency=None)

    @property
    def api(self) -> str:
        """The address of the Tiny account."""
        return f"{self.sandbox.url}/tiny/{self.prefix}conta/api2/"

    def open_store(self, name: str) -> str:
        """Open a store and return its address."""
        self.stores[name] = self.sandbox.create_store(f"{self.prefix}{name}")
        self.sandbox.quota("tray", f"{self.prefix}{name}", limit=None, daily=None)
        return f"{self.sandbox.url}/tray/{self.prefix}{name}"

    def code(self, name: str) -> str:
        """Consent as the store's owner and return the code."""
        keys = {"response_type": "code", "consumer_key": self.stores[name]["consumer_key"]}
        answer = httpx.get(
            f"{self.sandbox.url}/tray/{self.prefix}{name}/auth.php",
            params={**keys, "callback": CALLBACK},
            trust_env=False,
        )
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    def place(self, name: str, **order: object) -> str:
        """Place an order in a store, ten minutes ago so that it is surely settled, and return its id."""
        then = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
        placed = {"date": then, "modified": then, **order}
        return str(self.sandbox.shop(f"{self.prefix}{name}", "place", **placed)["order"])

    def in_erp(self) -> list[dict[str, Any]]:
        """The orders of the Tiny account."""
        return list(self.sandbox.state_of("tiny", f"{self.prefix}conta")["orders"])

    def erp_words(self) -> list[str]:
        """``tomada erp add`` of the account."""
        return ["erp", "add", "conta", "--set", f"token={self.token}", "--set", f"base_url={self.api}"]

    def store_words(self, name: str, secret_file: Path) -> list[str]:
        """``tomada store add`` of a new store, as far as the browser."""
        address = self.open_store(name)
        secret_file.write_text(self.stores[name]["consumer_secret"] + "\n")
        key = self.stores[name]["consumer_key"]
        words = [
            "store",
            "add",
            name,
            "--platform",
            "tray-rest",
            "--set",
            f"api_address={address}",
            "--set",
            f"consumer_key={key}",
        ]
        return [*words, "--set-file", f"consumer_secret={secret_file}", *OFF]


OFF = ["--set", "quota.limits.per_minute=off", "--set", "quota.limits.per_day=off"]


def activate(remotes: Remotes, folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Open a store, connect it and activate it; its orders of the last hour come in."""
    words = remotes.store_words(name, folder / f"{name}.secret")
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    answer = ["--set", f"authorization={remotes.code(name)}", "--since", since, "--yes"]
    code, _, err = here(capsys, *words, *answer)
    assert code == 0, err
