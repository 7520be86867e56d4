"""Three fake platforms of different kinds, as real plugins: a paged API, a to-do list, a folder of files."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from tests.fakes.remote import Document, Remote
from tomada.domain.order import Order, OrderStatusChange
from tomada.spi import (
    Checkpoint,
    Confirmation,
    ConnectionHooks,
    Context,
    Fetched,
    OrderEvent,
    OrderHooks,
    OrderQuery,
    PlatformInfo,
    Rejected,
    hookimpl,
)

PAGE = 2


class FakeSettings(BaseModel):
    """Where the fake store is."""

    path: Path = Field(description="The file or folder of the store.")


class Steps:
    """Requests to a remote whose boundaries are the context's."""

    def __init__(self, ctx: Context, remote: Remote) -> None:
        self._ctx = ctx
        self._remote = remote

    def request(self, name: str, arguments: Any = None) -> Any:
        """Do one request inside ``ctx.step``."""
        with self._ctx.step(name):
            return self._remote.request(name, arguments)


class FakePlatform(ConnectionHooks):
    """What the three share: their settings and a session over the store's file."""

    spi = "0.1"
    id = ""

    @hookimpl
    def platform_info(self) -> PlatformInfo:
        """See ``ConnectionHooks.platform_info``."""
        return PlatformInfo(id=self.id, title=self.id, id_space=self.id, settings=FakeSettings)

    @hookimpl
    def session_open(self, ctx: Context) -> AbstractContextManager[object]:
        """See ``ConnectionHooks.session_open``."""
        return nullcontext(Steps(ctx, store_remote(ctx.settings.path, ctx.clock)))


def store_remote(path: Path, clock: Any) -> Remote:
    """The remote of a paged or to-do store: rows with id, version and the order's JSON."""
    handlers = {
        "list": _list,
        "read": lambda document, remote_id: document["rows"][remote_id],
        "todo": lambda document, _: sorted(document["todo"]),
        "acknowledge": _acknowledge,
    }
    return Remote(path, clock, handlers, frozenset({"acknowledge"}))


def put(remote: Remote, order: Order, raw: str | None = None) -> None:
    """Place an order at the store, or change it; ``raw`` replaces its JSON (to damage it)."""
    with remote.open() as document:
        version = str(int(document["rows"].get(order.remote_id, {"version": 0})["version"]) + 1)
        document["rows"][order.remote_id] = {
            "id": order.remote_id,
            "version": version,
            "status": order.status.code,
            "order": raw or order.model_dump_json(),
        }
        if order.remote_id not in document["todo"]:
            document["todo"].append(order.remote_id)


def _list(document: Document, page: int) -> list[Document]:
    rows = sorted(document["rows"].values(), key=lambda row: str(row["id"]))
    return [{"id": row["id"], "version": row["version"]} for row in rows[page * PAGE : (page + 1) * PAGE]]


def _acknowledge(document: Document, remote_id: str) -> None:
    document.setdefault("acknowledged", []).append(remote_id)
    if remote_id in document["todo"]:
        document["todo"].remove(remote_id)


def parse(row: Document, receipt: str | None = None) -> Fetched | Rejected:
    """Read one row; one that cannot be read is rejected."""
    try:
        order = Order.model_validate_json(row["order"])
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        return Rejected(
            row["id"], "unreadable", "The order is damaged.", field, row["order"], row["version"], receipt
        )
    return Fetched(order, row["version"], order.modified_at, receipt)


class PagedPlatform(FakePlatform, OrderHooks):
    """A paged API: list pages first, the complete read for what is not known."""

    id = "paged"

    @hookimpl
    def orders_fetch(self, ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_fetch``."""
        page = 0
        while rows := ctx.session.request("list", page):
            for row in rows:
                known = query.known(row["id"])
                if known is None or known.version != row["version"]:
                    yield _changed(ctx.session.request("read", row["id"]), known)
            yield Checkpoint(f"page {page}")
            page += 1

    @hookimpl
    def orders_read(self, ctx: Context, remote_ids: Sequence[str]) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_read``."""
        for remote_id in remote_ids:
            yield parse(ctx.session.request("read", remote_id))


def _changed(row: Document, known: object) -> Fetched | Rejected:
    """A change of the status alone arrives as such, when the test's order says so in its notes."""
    event = parse(row)
    if (
        known
        and isinstance(event, Fetched)
        and isinstance(event.value, Order)
        and event.value.notes == "status only"
    ):
        order = event.value
        change = OrderStatusChange(
            remote_id=order.remote_id, status=order.status, paid=order.paid, modified_at=order.modified_at
        )
        return Fetched(change, event.version, event.modified_at)
    return event


class TodoPlatform(FakePlatform, OrderHooks):
    """A to-do list: what is pending comes again until it was acknowledged."""

    id = "todo"

    @hookimpl
    def orders_fetch(self, ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_fetch``."""
        for remote_id in ctx.session.request("todo"):
            yield parse(ctx.session.request("read", remote_id), receipt=remote_id)
        yield Checkpoint("")

    @hookimpl
    def orders_confirm(self, ctx: Context, confirmations: Sequence[Confirmation]) -> Iterator[str]:
        """See ``OrderHooks.orders_confirm``."""
        for confirmation in confirmations:
            ctx.session.request("acknowledge", confirmation.receipt)
            yield confirmation.receipt


class FolderPlatform(FakePlatform, OrderHooks):
    """A folder of files, each with several orders; a confirmed file is moved to ``done``."""

    id = "folder"

    @hookimpl
    def session_open(self, ctx: Context) -> AbstractContextManager[object]:
        """The folder itself is the session."""
        return nullcontext(ctx.settings.path)

    @hookimpl
    def orders_fetch(self, ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
        """See ``OrderHooks.orders_fetch``."""
        with ctx.step("list"):
            names = sorted(path.name for path in ctx.session.glob("*.json"))
        for name in names:
            with ctx.step("get"):
                rows = json.loads((ctx.session / name).read_text())
            for row in rows:
                yield parse(row, receipt=name)
        yield Checkpoint("")

    @hookimpl
    def orders_confirm(self, ctx: Context, confirmations: Sequence[Confirmation]) -> Iterator[str]:
        """See ``OrderHooks.orders_confirm``."""
        for confirmation in confirmations:
            with ctx.step("move"):
                source = ctx.session / confirmation.receipt
                if source.exists():
                    os.replace(source, ctx.session / "done" / confirmation.receipt)
            yield confirmation.receipt


def put_file(folder: Path, name: str, orders: Sequence[Order]) -> None:
    """Drop a file with orders into the folder."""
    (folder / "done").mkdir(parents=True, exist_ok=True)
    texts = {order.remote_id: order.model_dump_json() for order in orders}
    rows = [
        {"id": key, "version": sha256(text.encode()).hexdigest(), "order": text}
        for key, text in texts.items()
    ]
    (folder / name).write_text(json.dumps(rows))
