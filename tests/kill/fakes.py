"""The scenario over the three fake platforms: two pages, a retry, a hold, three orders, two stores with one number."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from tests.fakes.erp import FakeErp
from tests.fakes.platforms import put, put_file, store_remote
from tests.flows.conftest import SKUS, World
from tests.flows.factories import START, make_order
from tomada.domain.order import ShippingMethod
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.options import ErpOptions, Posting
from tomada.ports.records import ErpRecord
from tomada.storage.crypto import new_key
from tomada.storage.database import create_database, open_database, sqlite_url

STORES = ("a", "b")
STEP = 101


class FileClock:
    """A clock whose time is a file, so that it outlives a killed process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text())

    def sleep(self, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self._path.write_text((self.now() + timedelta(seconds=seconds)).isoformat())


class FakesScenario:
    """Two stores of one platform on one ERP account."""

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self._key = new_key()
        self._template = Path()

    def prepare(self, folder: Path) -> None:
        """Copy a template that was made once."""
        if not self._template.name:
            self._template = folder.parent / "template"
            self._make(self._template)
        shutil.copytree(self._template, folder)
        world = self._world(folder, no_boundary)
        with world.database.begin() as tx:
            for name in STORES:
                store = tx.stores.by_name(name)
                assert store
                store.settings = {"path": str(folder / name)}
                tx.stores.save(store)
        world.database.dispose()

    def _make(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "clock").write_text((START + timedelta(days=1)).isoformat())
        create_database(sqlite_url(folder / "tomada.db"), self._key)
        world = self._world(folder, no_boundary)
        world.erp.create_account(*SKUS)
        with world.database.begin() as tx:
            tx.erps.save(ErpRecord(0, "erp", "fake", "", ErpOptions(stock_posting=Posting.ON_INVOICE)))
        orders = [
            make_order("1"),
            make_order("2", shipping=ShippingMethod(code="moto", label="Motoboy")),
            make_order("3"),
        ]
        for name in STORES:
            world.add_store(name, self._platform)
            if self._platform == "folder":
                put_file(folder / name, "1.json", orders[:2])
                put_file(folder / name, "2.json", orders[2:])
            else:
                for order in orders:
                    put(world.remote(name), order)
        world.erp.remote.fault("find_orders", "before")
        world.database.dispose()

    def _world(self, folder: Path, boundary: Boundary) -> World:
        database = open_database(sqlite_url(folder / "tomada.db"), self._key, boundary)
        event.listen(database.engine, "connect", unsynchronised)
        clock = FileClock(folder / "clock")
        erp = FakeErp(folder / "erp.json", clock, boundary)
        return World(folder, database, clock, erp, boundary=boundary)  # type: ignore[arg-type]  # the clock is a twin

    def run(self, folder: Path, boundary: Boundary) -> None:
        """Sync both stores."""
        world = self._world(folder, boundary)
        for name in STORES:
            world.sync(name)
        world.database.dispose()

    def move_clock(self, folder: Path) -> None:
        """Move on by more than settle_time plus the gap."""
        FileClock(folder / "clock").move(STEP)

    def delay_effect(self, folder: Path, boundary: str) -> bool:
        """Only the ERP's writes have an effect."""
        name = boundary.split()[1]
        if name not in ("create_order", "set_order_status"):
            return False
        FakeErp(folder / "erp.json", FileClock(folder / "clock")).remote.fault(name, "late", seconds=60)
        return True

    def state(self, folder: Path) -> object:
        """ERP orders, what the stores were told, and where each order stands."""
        world = self._world(folder, no_boundary)
        erp = sorted((row["marks"][0], row["ecommerce_number"], row["total"]) for row in world.erp.orders())
        told = {}
        for name in STORES:
            if self._platform == "folder":
                told[name] = sorted(path.name for path in (folder / name / "done").iterdir())
            elif self._platform == "todo":
                with store_remote(folder / name, world.clock).open() as document:
                    told[name] = sorted(set(document.get("acknowledged", [])))
        with world.database.read() as tx:
            orders = sorted(
                (r.store_id, r.remote_id, r.state, r.reason, r.erp_id != "") for r in tx.orders.select()
            )
            holds = sorted((h.store_id, h.remote_id, h.code) for h in tx.holds.select())
        world.database.dispose()
        return json.loads(json.dumps({"erp": erp, "told": told, "orders": orders, "holds": holds}))

    def close(self) -> None:
        """There is nothing to let go of."""


def unsynchronised(connection: object, _record: object) -> None:
    """SIGKILL proves the death of a process, not of the power; FULL is checked where the storage is tested."""
    connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]
