"""The scenario over Tray REST and the Tiny account of the sandbox, both in another process.

Two stores with the same order numbers on one account, three orders each on two pages, an order that is held, a
token that expires, a read that has to be retried.
"""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import event

from tests.e2e.stage import NO_QUOTA, STEP, Stage
from tests.kill.fakes import unsynchronised
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.options import QuotaOptions, StoreOptions
from tomada.storage.crypto import KEY_VARIABLE, encode_key, new_key
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.process import SandboxProcess

STORES = ("a", "b")
TOKEN_LIFE = 3 * 3600 + 60
WRITES = {"pedido.incluir.php": "tiny", "pedido.alterar.situacao": "tiny", "auth": "tray"}


class MovingClock:
    """The sandbox's clock; waiting moves it on, so that no try waits in real time."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now().astimezone(UTC)

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


class RestScenario:
    """Fresh copies of one account, its stores and a connected installation for each try."""

    def __init__(self) -> None:
        os.environ[KEY_VARIABLE] = encode_key(key := new_key())
        self._key = key
        self._process: SandboxProcess | None = None
        self._url = ""

    def prepare(self, folder: Path) -> None:
        """Copy the template: account, stores and data folder under a prefix of this try."""
        if self._process is None:
            self._make(folder.parent)
        shutil.copytree(folder.parent / "template", folder)
        prefix = f"{folder.name}-"
        with SandboxClient(self._url) as sandbox:
            urls = {name: sandbox.clone("tray", f"template-{name}", f"{prefix}{name}") for name in STORES}
            account = sandbox.clone("tiny", "template-conta", f"{prefix}conta")
            sandbox.add_fault("error_before", remote=f"tray/{prefix}a", endpoint="orders", times=1)
        stage = self._stage(folder, no_boundary)
        with stage.installation.database.begin() as tx:
            erp = tx.erps.get(1)
            erp.base_url = f"{self._url}/tiny/{prefix}conta/api2/" if account else ""
            tx.erps.save(erp)
            for name in STORES:
                store = tx.stores.by_name(name)
                assert store
                assert urls[name]
                store.settings["api_address"] = f"{self._url}/tray/{prefix}{name}/web_api"
                tx.stores.save(store)
        self._close(stage)

    def _make(self, root: Path) -> None:
        self._clock_path = root / "clock"
        VirtualClock.create(self._clock_path)
        os.environ["TOMADA_CLOCK"] = str(self._clock_path)
        self._process = SandboxProcess(self._clock_path).start()
        self._url = self._process.url
        folder = root / "template"
        folder.mkdir()
        stage = self._stage(folder, no_boundary, "template-")
        stage.create(self._key)
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
        self._close(stage)

    def _stage(self, folder: Path, boundary: Boundary, prefix: str = "") -> Stage:
        stage = Stage(SandboxClient(self._url), folder, prefix or f"{folder.name}-", boundary, list(STORES))
        stage.installation.clock = MovingClock(VirtualClock(self._clock_path))
        return stage

    def _open(self, folder: Path, boundary: Boundary) -> Stage:
        stage = self._stage(folder, boundary)
        event.listen(stage.installation.database.engine, "connect", unsynchronised)
        return stage

    def _close(self, stage: Stage) -> None:
        stage.close()
        stage.sandbox.close()

    def run(self, folder: Path, boundary: Boundary) -> None:
        """Sync both stores."""
        stage = self._open(folder, boundary)
        stage.sync()
        self._close(stage)

    def move_clock(self, folder: Path) -> None:
        """Move both sides on."""
        VirtualClock(self._clock_path).advance(STEP)

    def delay_effect(self, folder: Path, boundary: str) -> bool:
        """The ERP's writes and the tokens' refresh take place a minute after their connection died."""
        path = boundary.split()[2].partition("?")[0]
        service = path.rstrip("/").rpartition("/")[2]
        kind = WRITES.get(service)
        if kind is None:
            return False
        endpoint = {"auth": "auth\\..*", "pedido.alterar.situacao": "pedido.alterar.situacao.*"}.get(
            service, service
        )
        httpx.post(
            f"{self._url}/_sandbox/faults",
            json={
                "kind": "late_effect",
                "remote": f"{kind}/{folder.name}-.*",
                "endpoint": endpoint,
                "params": {"seconds": 60},
            },
            trust_env=False,
        ).raise_for_status()
        return True

    def state(self, folder: Path) -> object:
        """ERP orders, and where each order stands."""
        stage = self._stage(folder, no_boundary)
        erp = sorted(
            [row["markers"][0], row["ecommerce_number"], row["total"], row["situation"]]
            for row in stage.erp_orders()
        )
        with stage.installation.database.read() as tx:
            orders = sorted(
                [r.store_id, r.remote_id, str(r.state), r.reason, bool(r.erp_id)] for r in tx.orders.select()
            )
            holds = sorted([h.store_id, h.remote_id, h.code] for h in tx.holds.select())
        self._close(stage)
        return {"erp": erp, "orders": orders, "holds": holds}

    def close(self) -> None:
        """End the sandbox."""
        if self._process:
            self._process.stop()
