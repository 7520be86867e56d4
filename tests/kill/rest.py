"""The scenario over Tray REST and the Tiny account of the sandbox, both in another process.

Two stores with the same order numbers on one account, three orders each on two pages, one of which is held, tokens
that have expired, and a list that has to be asked for twice.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tests.e2e.stage import NO_QUOTA, Stage
from tests.kill.durable import digest, digests_of_tables
from tests.kill.fakes import STORES, unsynchronised
from tests.kill.scenario import LATE
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.options import QuotaOptions, StoreOptions
from tomada.storage.crypto import KEY_VARIABLE, Cipher, encode_key, new_key
from tomada.storage.database import SqlDatabase, make_engine
from tomada.storage.locks import FileLocks
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.process import SandboxProcess

TOKEN_LIFE = 3 * 3600 + 60
WRITES = ("/pedido.incluir.php", "/pedido.alterar.situacao", "/auth")


class MovingClock:
    """The sandbox's clock, which stands still; waiting moves it on, so that no try waits in real time."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now().astimezone(UTC)

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


@dataclass(frozen=True)
class Kept:
    """What the sandbox had when a world was kept: the names of its copies begin with ``prefix``."""

    prefix: str
    offset: timedelta
    faults: list[dict[str, Any]]


def _tokens(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("access", "refresh"):
        if state.get("tokens"):
            yield state["tokens"][name], name


class RestScenario:
    """A copy of one account, its stores and a connected installation for each try."""

    stores: tuple[str, ...] = STORES

    def __init__(self) -> None:
        self._remotes = [("tiny", "conta"), *(("tray", name) for name in self.stores)]
        self._key = new_key()
        os.environ[KEY_VARIABLE] = encode_key(self._key)
        self._numbers = count(1)
        self._prefix = "first-"
        self._kept: dict[str, Kept] = {}
        self._clients: dict[int, SandboxClient] = {}

    def make(self, folder: Path) -> None:
        """Connect everything and prepare it."""
        folder.mkdir()
        self._folder = folder
        self._clock_path = folder.parent / "clock"
        VirtualClock.create(self._clock_path, still=True)
        os.environ["TOMADA_CLOCK"] = str(self._clock_path)
        self._sandbox = SandboxProcess(self._clock_path).start()
        stage = self._stage(no_boundary)
        stage.create(self._key)
        self._engine = make_engine(stage.installation.places.database_url)
        event.listen(self._engine, "connect", unsynchronised)
        self.prepare(stage)
        self.disturb(stage)
        stage.close()

    def prepare(self, stage: Stage) -> None:
        """Open the stores, place the orders and let the tokens expire."""
        options = StoreOptions(quota=QuotaOptions(limits=NO_QUOTA))
        for name in self.stores:
            record = stage.add_store(name, options)
            record.settings["page_size"] = 2
            with stage.installation.database.begin() as tx:
                tx.stores.save(record)
            stage.place(name)
            stage.place(name, shipping="Motoboy")
            stage.place(name)
        stage.later(TOKEN_LIFE)

    def disturb(self, stage: Stage) -> None:
        """Let a list be asked for twice."""
        remote = f"tray/{stage.remote('a')}"
        stage.sandbox.add_fault("error_before", remote=remote, endpoint="orders", times=1)

    def keep(self, mark: str) -> None:
        """Copy the account and the stores, and note the time and the faults that are still to come."""
        prefix = f"kept{next(self._numbers)}-"
        self._copy(self._prefix, prefix)
        self._kept[mark] = Kept(prefix, VirtualClock(self._clock_path).offset, self._faults())

    def begin(self, mark: str) -> None:
        """Copy what was kept under a prefix of this try, point the installation at it, and set the clock back."""
        kept, client = self._kept[mark], self._client
        self._prefix = f"try{next(self._numbers)}-"
        clock = VirtualClock(self._clock_path)
        clock.advance((kept.offset - clock.offset).total_seconds())
        self._copy(kept.prefix, self._prefix)
        client.clear_faults()
        for fault in kept.faults:
            client.add_fault(**fault | {"remote": fault["remote"].replace("/", f"/{self._prefix}")})
        stage, url = self._open(no_boundary), self._sandbox.url
        with stage.installation.database.begin() as tx:
            account = tx.erps.get(1)
            account.base_url = f"{url}/tiny/{stage.account}/api2/"
            tx.erps.save(account)
            for store in tx.stores.all():
                store.settings["api_address"] = f"{url}/tray/{stage.remote(store.name)}/web_api"
                tx.stores.save(store)
        stage.close()

    def _copy(self, template: str, name: str) -> None:
        for kind, remote in self._remotes:
            self._client.clone(kind, template + remote, name + remote)

    def _faults(self) -> list[dict[str, Any]]:
        """Return the rules that have not had their turn, without the prefix of this try."""
        return [
            {
                "kind": rule["kind"],
                "remote": self._without_prefix(rule["remote"]),
                "endpoint": rule["endpoint"],
                "times": rule["times"] - rule["fired"],
            }
            for rule in self._client.faults()
            if rule["fired"] < rule["times"]
        ]

    def _without_prefix(self, text: str) -> str:
        return text.replace(self._prefix, "")

    def durable(self) -> dict[str, str]:
        """Digest the tables, both sides of the sandbox, what is still to go wrong, and the time.

        Left out: how often what was asked, here and there, as no quota is set. Tokens are other ones each time that
        they are issued; they are named after what they are good for.
        """
        states = {
            f"{kind} {remote}": self._client.state_of(kind, self._prefix + remote)
            for kind, remote in self._remotes
        }
        tokens = {token: f"{name} {of}" for name, state in states.items() for token, of in _tokens(state)}

        def cleaned(text: str) -> str:
            for token, name in tokens.items():
                text = text.replace(token, name)
            return self._without_prefix(text)

        parts = digests_of_tables(self._folder / "tomada.db", Cipher(self._key).decrypt, cleaned)
        for name, state in states.items():
            del state["quota"]
            parts[name] = cleaned(json.dumps(state))
        parts["faults"] = json.dumps(self._faults())
        parts["time"] = str(VirtualClock(self._clock_path).offset)
        return {part: digest(content) for part, content in parts.items()}

    @property
    def _client(self) -> SandboxClient:
        """The sandbox's client of this process: a connection must not be shared with a child."""
        pid = os.getpid()
        if pid not in self._clients:
            self._clients[pid] = SandboxClient(self._sandbox.url)
        return self._clients[pid]

    def _stage(self, boundary: Boundary) -> Stage:
        stage = Stage(self._client, self._folder, self._prefix, boundary, list(self.stores))
        stage.installation.clock = MovingClock(VirtualClock(self._clock_path))
        return stage

    def _open(self, boundary: Boundary) -> Stage:
        def named(name: str) -> None:
            boundary(self._without_prefix(name))  # the same in every try

        stage = self._stage(named)
        locks = FileLocks(self._folder / "locks")
        stage.installation.database = SqlDatabase(self._engine, Cipher(self._key), locks, named)
        return stage

    def run(self, boundary: Boundary) -> None:
        """Sync both stores."""
        stage = self._open(boundary)
        stage.sync()
        stage.close()

    def move_clock(self, seconds: float) -> None:
        """Move both sides on."""
        VirtualClock(self._clock_path).advance(seconds)

    def is_write(self, request: str) -> bool:
        """Say it of the ERP's, and of trading tokens."""
        return request.startswith("request.before") and request.endswith(WRITES)

    def delay_effect(self, request: str) -> None:
        """Make it a fault of the remote."""
        _host, kind, name, _rest = request.split()[2].split("/", 3)
        remote = f"{kind}/{self._prefix}{name}"
        self._client.add_fault("late_effect", remote=remote, times=1, params={"seconds": LATE})

    def state(self) -> object:
        """ERP orders, where each order stands, and whether the stores can be read."""
        stage = self._open(no_boundary)
        erp = sorted(
            [row["markers"][0], row["ecommerce_number"], row["total"], row["situation"]]
            for row in stage.erp_orders()
        )
        with stage.installation.database.read() as tx:
            orders = sorted(
                [r.store_id, r.remote_id, str(r.state), r.reason, bool(r.erp_id)] for r in tx.orders.select()
            )
            holds = sorted([h.store_id, h.remote_id, h.code] for h in tx.holds.select())
            last = [str(tx.runs.select(store.id, limit=1)[0].state) for store in tx.stores.all()]
        stage.close()
        return {"erp": erp, "orders": orders, "holds": holds, "last_runs": last}

    def close(self) -> None:
        """End the sandbox."""
        self._engine.dispose()
        for client in self._clients.values():
            client.close()
        self._sandbox.stop()
