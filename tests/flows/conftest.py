"""A world of fakes for the flows: one ERP account, one store of each kind, a real SQLite database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from tests.fakes.erp import FakeErp
from tests.fakes.platforms import FolderPlatform, PagedPlatform, TodoPlatform, store_remote
from tests.fakes.remote import Remote
from tests.flows.factories import START
from tests.flows.stock_world import StockWorld, open_world
from tomada.host.context import StoreContext
from tomada.host.discovery import Candidate
from tomada.host.gateway import StoreGateway
from tomada.host.registry import Registry
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.options import StoreOptions
from tomada.ports.records import ErpRecord, OrderRecord, StoreRecord, StoreState
from tomada.ports.runner import FlowResult
from tomada.runner import EmbeddedRunner
from tomada.storage.crypto import new_key
from tomada.storage.database import SqlDatabase, create_database, open_database, sqlite_url

PLATFORMS = (PagedPlatform, TodoPlatform, FolderPlatform)
SKUS = ("CAN-01", "CAN-02")


@dataclass
class TestClock:
    """A clock that a test moves."""

    __test__ = False
    time: datetime = START + timedelta(days=1)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@cache
def make_registry() -> Registry:
    """The three fake platforms as a registry."""
    return Registry([Candidate(kind.id, "fakes", "1", kind) for kind in PLATFORMS])


@dataclass
class World:
    """The fakes with a database and a runner over them."""

    folder: Path
    database: SqlDatabase
    clock: TestClock
    erp: FakeErp
    registry: Registry = field(default_factory=make_registry)
    boundary: Boundary = no_boundary

    def add_store(
        self, name: str, platform: str = "paged", options: StoreOptions | None = None
    ) -> StoreRecord:
        """Add an active store."""
        path = self.folder / name
        if platform == "folder":
            (path / "done").mkdir(parents=True)
        else:
            self.remote(name).create(rows={}, todo=[])
        with self.database.begin() as tx:
            account = tx.erps.by_name("erp")
            assert account
            return tx.stores.save(
                StoreRecord(
                    0,
                    name,
                    f"label-{name}",
                    platform,
                    account.id,
                    StoreState.ACTIVE,
                    options or StoreOptions(),
                    {"path": str(path)},
                    START - timedelta(days=1),
                )
            )

    def remote(self, name: str) -> Remote:
        """The remote of a paged or to-do store."""
        return store_remote(self.folder / name, self.clock)

    @contextmanager
    def gateway(self, store: StoreRecord) -> Iterator[StoreGateway]:
        context = StoreContext(
            self.registry.get(store.platform), store, self.database, self.clock, boundary=self.boundary
        )
        with StoreGateway(self.registry.get(store.platform), context) as gateway:
            yield gateway

    @contextmanager
    def open_erp(self, _account: ErpRecord) -> Iterator[FakeErp]:
        yield self.erp

    def sync(self, name: str) -> FlowResult:
        """Run the flow orders of one store."""
        runner = EmbeddedRunner(self.database, self.clock, self.gateway, self.open_erp)
        return runner.run(name, ("orders",), "test", lambda _note: None)[0]

    def order(self, name: str, remote_id: str) -> OrderRecord:
        """The record of one order."""
        with self.database.read() as tx:
            store = tx.stores.by_name(name)
            assert store
            return tx.orders.find(store.id, [remote_id])[remote_id]

    def set_options(self, **fields: object) -> None:
        """Change the options of the ERP account."""
        with self.database.begin() as tx:
            account = tx.erps.by_name("erp")
            assert account
            account.options = account.options.model_copy(update=fields)
            tx.erps.save(account)


MakeWorld = Callable[[], World]


def build_world(folder: Path, key: bytes, boundary: Boundary = no_boundary) -> World:
    """Make a world in a folder with a database that is there already."""
    database = open_database(sqlite_url(folder / "tomada.db"), key, boundary)
    clock = TestClock()
    erp = FakeErp(folder / "erp.json", clock, boundary)
    erp.create_account(*SKUS)
    with database.begin() as tx:
        tx.erps.save(ErpRecord(0, "erp", "fake", "", ErpOptions(stock_posting=Posting.ON_INVOICE)))
    return World(folder, database, clock, erp, boundary=boundary)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A migrated, empty database to copy: Alembic runs once."""
    path = tmp_path_factory.mktemp("template") / "tomada.db"
    key = new_key()
    create_database(sqlite_url(path), key)
    return path, key


@pytest.fixture
def world(tmp_path: Path, template: tuple[Path, bytes]) -> Iterator[World]:
    """A fresh world."""
    path, key = template
    (tmp_path / "tomada.db").write_bytes(path.read_bytes())
    made = build_world(tmp_path, key)
    yield made
    made.database.dispose()


@pytest.fixture
def stock_world(tmp_path: Path, template: tuple[Path, bytes]) -> Iterator[StockWorld]:
    """A fresh account with stock, without stores."""
    made = open_world(tmp_path, *template)
    yield made
    made.database.dispose()


def utc(day: int) -> datetime:
    """A day of the test's month."""
    return datetime(2026, 11, day, 12, 0, tzinfo=UTC)
