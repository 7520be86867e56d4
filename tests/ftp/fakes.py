"""A context without a database and a file server without a network, for tests of the plugin alone."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.rest.fakes import FakeBudget, FakeClock, FakeLog, FakeState, FakeVault
from tomada.domain.order import Order
from tomada.spi import Checkpoint, Confirmation, Confirmed, Disposition, Fetched, Known, OrderQuery, Rejected
from tomada_tray_ftp import confirm, orders, session
from tomada_tray_ftp.session import FileSession
from tomada_tray_ftp.settings import Settings
from tomada_tray_ftp.transport import Entry, MissingError, RefusedError, cut_off

FOLDERS = (
    "pedidos",
    "status/loja",
    "status/erp",
    "mapeamentos",
    "produtos",
    "notas",
    "retorno/erp",
    "retorno/loja",
)


class FakeServer:
    """Files by path. ``before`` may raise at any call; ``cut`` ends the next read after so many bytes."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.times: dict[str, int] = {}
        self.folders = set(FOLDERS)
        self.calls: list[tuple[str, str]] = []
        self.before: Callable[[str, str], None] = lambda call, path: None
        self.after: Callable[[str, str], None] = lambda call, path: None
        self.cut: int | None = None
        self.overwrites = False
        self._ticks = 0

    def put(self, path: str, content: bytes) -> None:
        self._ticks += 1
        self.files[path], self.times[path] = content, self._ticks

    def names(self, folder: str) -> list[str]:
        return sorted(path.rpartition("/")[2] for path in self.files if path.rpartition("/")[0] == folder)


class FakeTransport:
    """``Transport`` over a fake server."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server

    def listing(self, folder: str) -> list[Entry]:
        with self._call("list", folder):
            if folder not in self._server.folders:
                raise MissingError
            inside = [path for path in self._server.files if path.rpartition("/")[0] == folder]
            return [
                Entry(path.rpartition("/")[2], len(self._server.files[path]), str(self._server.times[path]))
                for path in inside
            ]

    def read(self, path: str, take: Callable[[bytes], object]) -> None:
        with self._call("read", path):
            content = self._file(path)
            if self._server.cut is not None:
                content, self._server.cut = content[: self._server.cut], None
                take(content)
                raise cut_off()
            for start in range(0, len(content), 7000):
                take(content[start : start + 7000])

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        with self._call("write", path):
            self._folder_of(path)
            self._server.put(path, b"".join(pieces))

    def size(self, path: str) -> int | None:
        with self._call("size", path):
            content = self._server.files.get(path)
            return None if content is None else len(content)

    def rename(self, source: str, target: str) -> None:
        with self._call("rename", source):
            self._folder_of(target)
            if target in self._server.files and not self._server.overwrites:
                raise RefusedError
            self._server.put(target, self._file(source))
            del self._server.files[source]

    def make_folder(self, path: str) -> None:
        with self._call("mkdir", path):
            if path in self._server.folders:
                raise RefusedError
            self._server.folders.add(path)

    def delete(self, path: str) -> None:
        with self._call("delete", path):
            self._file(path)
            del self._server.files[path]

    def close(self) -> None:
        pass

    def _file(self, path: str) -> bytes:
        if path not in self._server.files:
            raise MissingError
        return self._server.files[path]

    def _folder_of(self, path: str) -> None:
        if path.rpartition("/")[0] not in self._server.folders:
            raise MissingError

    @contextmanager
    def _call(self, name: str, path: str) -> Iterator[None]:
        self._server.calls.append((name, path))
        self._server.before(name, path)
        yield
        self._server.after(name, path)


class FakeContext:
    """``tomada.spi.Context`` for one store; ``steps`` are the names of its steps."""

    def __init__(
        self, server: FakeServer, work: Path, state: FakeState | None = None, **settings: Any
    ) -> None:
        self.store = "loja-a"
        self.server = server
        self.clock = FakeClock()
        self.settings = Settings(
            **{"server_url": "sftp://files.example", "user": "u", "password": "p", **settings}
        )
        self.vault = FakeVault({})
        self.state = state or FakeState()
        self.budget = FakeBudget()
        self.log = FakeLog()
        self.deadline = None
        self.steps: list[str] = []
        work.mkdir(exist_ok=True)
        self.session = FileSession(self, work)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.steps.append(name)
        yield


class Shop:
    """A store with a fake server, and what the core would remember of it."""

    def __init__(self, work: Path, monkeypatch: Any, **settings: Any) -> None:
        self.server = FakeServer()
        self.state = FakeState()
        self.known: dict[str, Known] = {}
        self.orders: dict[str, Order] = {}
        self.receipts: dict[str, list[str]] = {}
        self.events: list[Fetched | Rejected] = []
        self.refused: set[str] = set()
        self._work, self._settings = work, settings
        self.clock = FakeClock()
        monkeypatch.setattr(session, "connect", lambda _store, _settings: FakeTransport(self.server))

    def context(self) -> FakeContext:
        made = FakeContext(self.server, self._work, self.state, **self._settings)
        made.clock = self.clock
        return made

    def fetch(self) -> list[Fetched | Rejected]:
        """Read once and remember as the core does; return what was yielded besides checkpoints."""
        ctx = self.context()
        query = OrderQuery(ctx.clock.now(), None, dict(self.known).get)
        self.events = []
        waiting: list[Fetched | Rejected] = []
        last: object = None
        for event in orders.fetch_orders(ctx, query):
            last = event
            if isinstance(event, Checkpoint):
                self._commit(waiting)
                waiting = []
            else:
                waiting.append(event)
                self.events.append(event)
        assert isinstance(last, Checkpoint)
        assert not waiting
        return self.events

    def confirm(self, **dispositions: Disposition) -> list[str]:
        """Confirm all receipts; ``dispositions`` by key with a ``_`` before it, else imported or rejected."""
        confirmations = []
        for receipt, keys in self.receipts.items():
            items = [self._confirmed(key, dispositions) for key in keys]
            final = all(item.disposition is not Disposition.HELD for item in items)
            confirmations.append(Confirmation(receipt, iter(items), final))
        return list(confirm.confirm_orders(self.context(), confirmations))

    def sync(self) -> list[Fetched | Rejected]:
        """Fetch and confirm."""
        events = self.fetch()
        self.confirm()
        self.receipts.clear()
        return events

    def answers(self, name: str) -> list[str]:
        """The lines of an answer or error file without its header, its times and its hashes."""
        lines = self.server.files[name].decode("latin-1").splitlines()[1:]
        return [
            ";".join(cell for place, cell in enumerate(line.split(";")) if place not in (0, 1, 10))
            for line in lines
        ]

    def _commit(self, events: list[Fetched | Rejected]) -> None:
        for event in events:
            key = event.remote_id if isinstance(event, Rejected) else event.value.remote_id
            keys = self.receipts.setdefault(event.receipt or "", [])
            if key not in keys:
                keys.append(key)
            if isinstance(event, Rejected):
                self.refused.add(key)
            if isinstance(event, Fetched) and isinstance(event.value, Order):
                self.known[key] = Known(event.version, event.value.status.code)
                self.orders[key] = event.value
            elif isinstance(event, Fetched) and key in self.known:
                self.known[key] = Known(event.version, event.value.status.code)

    def _confirmed(self, key: str, told: dict[str, Disposition]) -> Confirmed:
        refused = key in self.refused
        default = Disposition.REJECTED if refused else Disposition.IMPORTED
        disposition = told.get(f"_{key}", default)
        if key not in self.known and not refused:
            return Confirmed(key, Disposition.IGNORED, "unknown")
        code = {Disposition.REJECTED: "damaged", Disposition.HELD: "unmapped"}.get(disposition, "")
        return Confirmed(key, disposition, code)
