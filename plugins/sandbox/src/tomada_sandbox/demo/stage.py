"""The stage of the demo: a sandbox in a process of its own, a throw-away data folder, and its user."""

import base64
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tomada_sandbox.client import Json, SandboxClient
from tomada_sandbox.clock import ENVIRONMENT as CLOCK
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.connecting import account_words, store_words
from tomada_sandbox.demo.narrator import Narrator
from tomada_sandbox.demo.user import Done, User
from tomada_sandbox.process import SandboxProcess

ACCOUNT = "conta"
_KEY_BYTES = 32
_OFF = {"quota.limits.per_minute": "off", "quota.limits.per_day": "off"}

Requests = Counter[tuple[str, str]]
"""How often each endpoint was asked: (``tiny`` or ``tray``, endpoint) to requests."""


@dataclass
class Stage:
    """Everything that the story needs. ``limits`` are the remotes' own quotas, which are lifted here."""

    url: str
    sandbox: SandboxClient
    user: User
    narrator: Narrator
    stores: list[str] = field(default_factory=list)
    limits: dict[str, Json] = field(default_factory=dict)

    def connect_account(self) -> None:
        """Open the Tiny account, lift its quota, and let the user connect it."""
        account = self.sandbox.create_account(ACCOUNT, post_on="invoice")
        self.limits["tiny"] = account["quota"]
        self.sandbox.quota("tiny", ACCOUNT, limit=None, concurrency=None)
        self.user.does("init", "--yes", last=4)
        words = account_words(self.url, account, stock_posting="invoice", quota_share="1")
        self.user.does(*words, last=2)

    def open_store(self, name: str, **switches: object) -> Json:
        """Open a store, lift its quota, and return its state."""
        store = self.sandbox.create_store(name, **switches)
        self.limits["tray"] = store["quota"]
        self.sandbox.quota("tray", name, limit=None, daily=None)
        self.stores.append(name)
        return store

    def connect_store(self, store: Json, *options: str) -> Done:
        """Let the user connect a store; ``options`` end the command."""
        return self.user.does(*store_words(self.url, store, ACCOUNT, **_OFF), *options, last=1)

    def later(self, seconds: float) -> None:
        """Let time pass on both sides."""
        self.sandbox.advance(seconds)

    def mails(self) -> list[Json]:
        """Return the e-mails that the stores' buyers got so far."""
        return [mail for name in self.stores for mail in self.sandbox.state_of("tray", name)["mails"]]

    def mark(self) -> int:
        """Return the present end of the journal."""
        return self.sandbox.journal_end()

    def requests(self, since: int) -> Requests:
        """Count what arrived at the remotes after a mark, as the sandbox's journal has it."""
        found: Requests = Counter()
        for entry in self.sandbox.journal(since):
            if entry["event"] == "received":
                found[str(entry["remote"]).partition("/")[0], entry["endpoint"]] += 1
        return found


@contextmanager
def stage(narrator: Narrator) -> Iterator[Stage]:
    """Set the stage, and clear it away whatever happens."""
    with tempfile.TemporaryDirectory(prefix="tomada-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        clock = folder / "clock"
        VirtualClock.create(clock).close()
        key = base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
        environment = {"TOMADA_HOME": str(folder / "home"), "TOMADA_KEY": key, CLOCK: str(clock)}
        with SandboxProcess(clock) as process, SandboxClient(process.url) as client:
            yield Stage(process.url, client, User(environment, narrator), narrator)
