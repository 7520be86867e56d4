"""The scenario over the three fake platforms.

Two stores with the same order numbers on one account, three orders each on two pages (of the folder: in two files),
one of which is held, a token that expires, and a search in the ERP that has to be repeated.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from tests.fakes.erp import FakeErp
from tests.fakes.platforms import (
    FolderPlatform,
    PagedPlatform,
    TodoPlatform,
    parse,
    put,
    put_file,
    store_remote,
)
from tests.fakes.remote import Document, Remote
from tests.flows.conftest import SKUS, World
from tests.flows.factories import START, make_order
from tests.kill.durable import digest, digests_of_tables
from tests.kill.scenario import LATE
from tomada.domain.order import ShippingMethod
from tomada.host.discovery import Candidate
from tomada.host.registry import Registry
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.records import ErpRecord
from tomada.spi import Checkpoint, Context, OrderEvent, OrderQuery, hookimpl
from tomada.storage.crypto import Cipher, new_key
from tomada.storage.database import SqlDatabase, create_database, make_engine, sqlite_url
from tomada.storage.locks import FileLocks

STORES = ("a", "b")
WRITES = ("create_order", "set_order_status", "log_in", "acknowledge")


class FileClock:
    """A clock whose time is a file, so that it outlives a killed process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def start(self, time: datetime) -> None:
        self._path.write_text(time.isoformat())

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text())

    def sleep(self, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.start(self.now() + timedelta(seconds=seconds))


class ExpiringToken:
    """Puts a token before a fake store: one that is not taken any more is replaced under the vault's lock."""

    @hookimpl
    @contextmanager
    def session_open(self, ctx: Context) -> Iterator[object]:
        """See ``ConnectionHooks.session_open``."""
        door = door_of(ctx.settings.path, ctx.clock)
        with ctx.step(f"enter {ctx.store}"):
            welcome = door.request("enter", ctx.vault.read()["token"])
        if not welcome:

            def renewed(_secrets: object) -> dict[str, str]:
                with ctx.step(f"log_in {ctx.store}"):
                    return {"token": door.request("log_in")}

            ctx.vault.update(renewed)
        with super().session_open(ctx) as session:  # type: ignore[misc]  # of the platform that this stands before
            yield session


def door_of(store: Path, clock: FileClock) -> Remote:
    """What knows which token is good."""
    handlers = {"enter": lambda document, token: token == document["token"], "log_in": _log_in}
    return Remote(store.with_name(f"{store.name}.door"), clock, handlers, frozenset({"log_in"}))


def _log_in(document: Document, _: object) -> str:
    document["token"] = str(int(document["token"]) + 1)
    return str(document["token"])


class Paged(ExpiringToken, PagedPlatform):
    """A paged API with a token, read from its checkpoint on: what that passed too early never comes again."""

    @hookimpl
    def orders_fetch(self, ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_fetch``."""
        page = int(query.cursor or 0)
        while rows := ctx.session.request("list", page):
            for row in rows:
                yield parse(ctx.session.request("read", row["id"]))
            page += 1
            yield Checkpoint(str(page))


class Todo(ExpiringToken, TodoPlatform):
    """A to-do list with a token."""


class Folder(ExpiringToken, FolderPlatform):
    """A folder of files behind a token."""


class FakesScenario:
    """Two stores of one platform on one ERP account."""

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self._key = new_key()
        self._registry = Registry([Candidate(kind.id, "fakes", "1", kind) for kind in (Paged, Todo, Folder)])

    def make(self, folder: Path) -> None:
        """Two stores whose tokens have expired; the ERP fails the first search."""
        folder.mkdir()
        self._folder = folder
        self._clock = FileClock(folder / "clock")
        self._clock.start(START + timedelta(days=1))
        url = sqlite_url(folder / "tomada.db")
        create_database(url, self._key)
        self._engine = make_engine(url)  # one for all tries: it remembers how statements are written
        event.listen(self._engine, "connect", unsynchronised)
        world = self._world(no_boundary)
        world.erp.create_account(*SKUS)
        with world.database.begin() as tx:
            tx.erps.save(ErpRecord(0, "erp", "fake", "", ErpOptions(stock_posting=Posting.ON_INVOICE)))
        for name in STORES:
            store = world.add_store(name, self._platform)
            with world.database.begin() as tx:
                tx.secrets.write(f"store:{store.id}", {"token": "1"})
            door_of(folder / name, self._clock).create(token="2")
            self._place(world, name)
        world.erp.remote.fault("find_orders", "before")
        world.database.dispose()

    def _place(self, world: World, name: str) -> None:
        orders = [
            make_order("1"),
            make_order("2", shipping=ShippingMethod(code="moto", label="Motoboy")),
            make_order("3"),
        ]
        if self._platform == "folder":
            put_file(self._folder / name, "1.json", orders[:2])
            put_file(self._folder / name, "2.json", orders[2:])
        else:
            for order in orders:
                put(world.remote(name), order)

    def keep(self, mark: str) -> None:
        """Everything is in the folder."""

    def begin(self, mark: str) -> None:
        """Everything is in the folder."""

    def durable(self) -> dict[str, str]:
        """Digest the tables and the files of the remotes and of the clock, without the names of what was asked."""
        parts = digests_of_tables(self._folder / "tomada.db", Cipher(self._key).decrypt)
        for path in sorted(self._folder.rglob("*")):
            place = path.relative_to(self._folder)
            if path.is_file() and place.parts[0] != "locks" and not place.name.startswith("tomada.db"):
                parts[f"file {place}"] = digest(_without_log(path.read_text()))
        return parts

    def _world(self, boundary: Boundary) -> World:
        locks = FileLocks(self._folder / "locks")
        database = SqlDatabase(self._engine, Cipher(self._key), locks, boundary)
        erp = FakeErp(self._folder / "erp.json", self._clock, boundary)
        return World(self._folder, database, self._clock, erp, self._registry, boundary)  # type: ignore[arg-type]  # the clock is a twin

    def run(self, boundary: Boundary) -> None:
        """Sync both stores."""
        world = self._world(boundary)
        for name in STORES:
            world.sync(name)
        world.database.dispose()

    def move_clock(self, seconds: float) -> None:
        """Move the file's time on."""
        self._clock.move(seconds)

    def is_write(self, request: str) -> bool:
        """Say it of the ERP's, of logging in, and of acknowledging."""
        step, _, name = request.partition(" ")
        return step == "request.before" and name.partition(" ")[0] in WRITES

    def delay_effect(self, request: str) -> None:
        """Make it a fault of the remote."""
        name, _, store = request.split(" ", 1)[1].partition(" ")
        if name == "log_in":
            remotes = [door_of(self._folder / store, self._clock)]
        elif name == "acknowledge":
            remotes = [store_remote(self._folder / each, self._clock) for each in STORES]
        else:
            remotes = [FakeErp(self._folder / "erp.json", self._clock).remote]
        for remote in remotes:
            remote.fault(name, "late", seconds=LATE)

    def state(self) -> object:
        """ERP orders, what the stores were told, and where each order stands."""
        world = self._world(no_boundary)
        erp = sorted(
            (row["marks"][0], row["ecommerce_number"], row["total"], row["customer"]["document"])
            for row in world.erp.orders()
        )
        told = {}
        for name in STORES:
            if self._platform == "folder":
                told[name] = sorted(path.name for path in (self._folder / name / "done").iterdir())
            elif self._platform == "todo":
                with store_remote(self._folder / name, self._clock).open() as document:
                    told[name] = [sorted(set(document.get("acknowledged", []))), document["todo"]]
        with world.database.read() as tx:
            orders = sorted(
                (r.store_id, r.remote_id, r.state, r.reason, r.erp_id != "") for r in tx.orders.select()
            )
            holds = sorted((h.store_id, h.remote_id, h.code) for h in tx.holds.select())
            unsettled = [
                [number, record.receipt, record.done]
                for number in (1, 2)
                for record in tx.confirmations.pending(number, 0)
            ]
        world.database.dispose()
        found = {"erp": erp, "told": told, "orders": orders, "holds": holds, "unsettled": unsettled}
        return json.loads(json.dumps(found))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _without_log(text: str) -> object:
    try:
        content = json.loads(text)
    except ValueError:
        return text
    if isinstance(content, dict):
        content.pop("log", None)
    return content


def unsynchronised(connection: object, _record: object) -> None:
    """SIGKILL proves the death of a process, not of the power; FULL is checked where the storage is tested."""
    connection.execute("PRAGMA synchronous = OFF")
