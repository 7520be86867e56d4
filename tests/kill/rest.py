"""The scenario over Tray REST and the Tiny account of the sandbox, both in another process.

Two stores with the same order numbers on one account, three orders each on two pages, one of which is held, tokens
that have expired, and a list that has to be asked for twice.
"""

import os
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import event

from tests.e2e.stage import NO_QUOTA, Stage
from tests.kill.enumerate import LATE
from tests.kill.fakes import STORES, unsynchronised
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


class RestScenario:
    """A copy of one account, its stores and a connected installation for each try."""

    def __init__(self) -> None:
        self._key = new_key()
        os.environ[KEY_VARIABLE] = encode_key(self._key)
        self._tries = count(1)
        self._prefix = "template-"

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
        self._close(stage)
        self._prepared = VirtualClock(self._clock_path).offset

    def prepare(self, stage: Stage) -> None:
        """Open the stores, place the orders and let the tokens expire."""
        options = StoreOptions(quota=QuotaOptions(limits=NO_QUOTA))
        for name in STORES:
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

    def begin(self) -> None:
        """Copy the account and the stores under a prefix of this try, and point the installation at them.

        The clock is set back to the time of the template: two tries differ in nothing but where they die.
        """
        clock = VirtualClock(self._clock_path)
        clock.advance((self._prepared - clock.offset).total_seconds())
        template, self._prefix = "template-", f"try{next(self._tries)}-"
        stage = self._open(no_boundary)
        sandbox, url = stage.sandbox, self._sandbox.url
        sandbox.clear_faults()
        sandbox.clone("tiny", f"{template}conta", stage.account)
        for name in STORES:
            sandbox.clone("tray", f"{template}{name}", stage.remote(name))
        self.disturb(stage)
        with stage.installation.database.begin() as tx:
            account = tx.erps.get(1)
            account.base_url = f"{url}/tiny/{stage.account}/api2/"
            tx.erps.save(account)
            for store in tx.stores.all():
                store.settings["api_address"] = f"{url}/tray/{stage.remote(store.name)}/web_api"
                tx.stores.save(store)
        self._close(stage)

    def _stage(self, boundary: Boundary) -> Stage:
        stage = Stage(SandboxClient(self._sandbox.url), self._folder, self._prefix, boundary, list(STORES))
        stage.installation.clock = MovingClock(VirtualClock(self._clock_path))
        return stage

    def _open(self, boundary: Boundary) -> Stage:
        def named(name: str) -> None:
            boundary(name.replace(self._prefix, ""))  # the same in every try

        stage = self._stage(named)
        locks = FileLocks(self._folder / "locks")
        stage.installation.database = SqlDatabase(self._engine, Cipher(self._key), locks, named)
        return stage

    def _close(self, stage: Stage) -> None:
        stage.close()
        stage.sandbox.close()

    def run(self, boundary: Boundary) -> None:
        """Sync both stores."""
        stage = self._open(boundary)
        stage.sync()
        self._close(stage)

    def move_clock(self, seconds: float) -> None:
        """Move both sides on."""
        VirtualClock(self._clock_path).advance(seconds)

    def is_write(self, request: str) -> bool:
        """Say it of the ERP's, and of trading tokens."""
        return request.startswith("request.before") and request.endswith(WRITES)

    def is_read(self, boundary: str) -> bool:
        """Try every boundary."""
        return False

    def delay_effect(self, request: str) -> None:
        """Make it a fault of the remote."""
        _host, kind, name, _rest = request.split()[2].split("/", 3)
        with SandboxClient(self._sandbox.url) as sandbox:
            sandbox.add_fault("late_effect", remote=f"{kind}/{self._prefix}{name}", params={"seconds": LATE})

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
        self._close(stage)
        return {"erp": erp, "orders": orders, "holds": holds, "last_runs": last}

    def close(self) -> None:
        """End the sandbox."""
        self._engine.dispose()
        self._sandbox.stop()
