"""A context without a database and a small Tray without a network, for tests of the plugin alone."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.rest.bodies import complete_body, list_row
from tomada.domain.order import Order
from tomada.spi import Checkpoint, Fetched, Known, Rejected, refused_with_429
from tomada.transport.client import open_client
from tomada_tray_rest.session import TraySession
from tomada_tray_rest.settings import Settings

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
START = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
Json = dict[str, Any]


class FakeClock:
    """A clock that stands still until it is moved; sleeping moves it."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class FakeVault:
    """Secrets in memory, with the lock that processes would share."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.secrets = dict(secrets)
        self.lock = threading.Lock()

    def read(self) -> Mapping[str, str]:
        return dict(self.secrets)

    def update(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        with self.lock:
            self.secrets = dict(change(dict(self.secrets)))
            return dict(self.secrets)


class FakeState:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.flushed: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.values.get(key)

    def set(self, key: str, value: str | None) -> None:
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value

    def flush(self) -> None:
        self.flushed = dict(self.values)


class FakeBudget:
    def __init__(self, left: int | None = None) -> None:
        self.left = left

    def remaining(self) -> int | None:
        return self.left


class FakeLog:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

    def debug(self, event: str, **fields: object) -> None:
        self.events.append((event, fields))

    info = warning = debug


class FakeTray:
    """A store of Tray: orders, tokens that rotate, pages. ``interfere`` may answer a request first."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.orders: dict[str, Json] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.access, self.refresh_token, self.code = "access-0", "refresh-0", "code-of-the-store"
        self.code_reusable = True
        self.code_used = True
        self.ends = clock.now() + timedelta(hours=3)
        self.issued = 0
        self.sortable = True
        self.interfere: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.after: Callable[[httpx.Request], None] = lambda request: None

    # the merchant's and the shopper's side

    def place(self, remote_id: int | str, **changes: Any) -> Json:
        """Place an order; ``modified`` is now unless it is given."""
        record = complete_body(str(remote_id), self.local())["Order"] | changes
        self.orders[str(remote_id)] = record
        return record

    def change(self, remote_id: int | str, **changes: Any) -> None:
        self.orders[str(remote_id)].update({"modified": self.local(), **changes})

    def local(self) -> str:
        return self.clock.now().astimezone(SAO_PAULO).strftime("%Y-%m-%d %H:%M:%S")

    def count(self, path: str) -> int:
        return sum(1 for found, _ in self.requests if path in found)

    # the wire

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/web_api")
        params = dict(request.url.params)
        if request.method == "POST":
            params |= dict(httpx.QueryParams(request.content.decode()))
        self.requests.append((f"{request.method} {path}", params))
        answer = self.interfere(request)
        if answer is None:
            answer = self._answer(request.method, path, params)
        answer.headers.setdefault("date", format_datetime(self.clock.now(), usegmt=True))
        self.after(request)
        return answer

    def _answer(self, method: str, path: str, params: dict[str, str]) -> httpx.Response:
        if path == "/auth":
            return self._auth(method, params)
        if params.get("access_token") != self.access or self.clock.now() >= self.ends:
            return unauthorised(1000)
        if path == "/info":
            return httpx.Response(200, json={"name": "Loja A", "internal_status": "ativa"})
        if path == "/orders/statuses":
            rows = [{"OrderStatus": {"id": "1", "status": "A ENVIAR"}}]
            return httpx.Response(200, json={"paging": {"total": 1}, "OrderStatuses": rows})
        if path == "/shippings":
            return httpx.Response(200, json={"paging": {"total": 2}, "Shippings": SHIPPINGS})
        if path == "/orders":
            return self._list(params)
        order = self.orders.get(path.split("/")[2])
        if order is None:
            return httpx.Response(404, json={"code": 404, "causes": ["Not found"]})
        return httpx.Response(200, json={"Order": order, "Extensions": []})

    def _list(self, params: dict[str, str]) -> httpx.Response:
        rows = list(self.orders.values())
        if "id" in params:
            rows = [row for row in rows if row["id"] == params["id"]]
        if "modified" in params:
            start, end = params["modified"].split(",")
            rows = [row for row in rows if start <= str(row["modified"])[:10] <= end]
        applied = {"id": "asc"}
        rows.sort(key=lambda row: int(row["id"]) if str(row.get("id", "")).isdigit() else 0)
        if params.get("sort") == "modified_desc" and self.sortable:
            rows.sort(key=lambda row: str(row["modified"]), reverse=True)
            applied = {"modified": "desc"}
        limit, page = int(params["limit"]), int(params.get("page", 1))
        body = {
            "paging": {"total": len(rows), "page": page, "offset": 0, "limit": limit, "maxLimit": 50},
            "sort": [applied],
            "Orders": [{"Order": list_row(row)} for row in rows[(page - 1) * limit : page * limit]],
        }
        return httpx.Response(200, json=body)

    def _auth(self, method: str, params: dict[str, str]) -> httpx.Response:
        if (params.get("consumer_key"), params.get("consumer_secret")) != ("key", "secret"):
            return unauthorised(1099)
        if method == "POST":
            if params.get("code") != self.code or (self.code_used and not self.code_reusable):
                return unauthorised(1099)
            self.code_used = True
        elif params.get("refresh_token") != self.refresh_token:
            return unauthorised(1099)
        self.rotate()
        return httpx.Response(201 if method == "POST" else 200, json=self.tokens())

    def rotate(self) -> None:
        """Replace the pair, as every refresh does."""
        self.issued += 1
        self.access, self.refresh_token = f"access-{self.issued}", f"refresh-{self.issued}"
        self.ends = self.clock.now() + timedelta(hours=3)

    def tokens(self) -> Json:
        def local(moment: datetime) -> str:
            return moment.astimezone(SAO_PAULO).strftime("%Y-%m-%d %H:%M:%S")

        return {
            "message": "Refreshed tokens",
            "code": "200",
            "access_token": self.access,
            "refresh_token": self.refresh_token,
            "date_expiration_access_token": local(self.ends),
            "date_expiration_refresh_token": local(self.ends + timedelta(days=30)),
            "store_id": "391",
        }


SHIPPINGS = [
    {"Shipping": {"id": "1", "name": "sedex", "display_name": "Correios Expresso", "status": "1"}},
    {"Shipping": {"id": "2", "name": "Retirada", "display_name": "", "status": "0"}},
]


def unauthorised(error_code: int) -> httpx.Response:
    body = {"code": 401, "name": "Unauthorized access", "error_code": error_code, "causes": ["x"]}
    return httpx.Response(401, json=body)


class FakeContext:
    """``tomada.spi.Context`` for one store, with the real guarded client over the fake store."""

    def __init__(self, tray: FakeTray, vault: FakeVault | None = None, **settings: Any) -> None:
        self.store = "loja-a"
        self.tray = tray
        self.clock = tray.clock
        self.settings = Settings(
            **{
                "api_address": "https://loja.example",
                "consumer_key": "key",
                "consumer_secret": "secret",
                **settings,
            }
        )
        self.vault = vault or FakeVault(kept_tokens(tray))
        self.state = FakeState()
        self.budget = FakeBudget()
        self.deadline = None
        self.log = FakeLog()
        self.session = TraySession(self)

    def http(self, **options: Any) -> httpx.Client:
        return open_client(
            clock=self.clock,
            limiter=None,
            refusal=refused_with_429,
            deadline=None,
            boundary=lambda name: None,
            secrets=lambda: (),
            transport=httpx.MockTransport(self.tray.handle),
            **options,
        )

    def step(self, name: str) -> Any:
        raise AssertionError(f"REST needs no step: {name}")


def kept_tokens(tray: FakeTray) -> dict[str, str]:
    return {
        "consumer_secret": "secret",
        "access_token": tray.access,
        "access_ends": tray.ends.isoformat(),
        "refresh_token": tray.refresh_token,
        "refresh_ends": (tray.ends + timedelta(days=30)).isoformat(),
        "store_id": "391",
        "code": tray.code,
    }


class Core:
    """What the core keeps of a store's orders: versions, statuses and the cursor of the last checkpoint."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        self.cursor: str | None = None
        self.kept: dict[str, Known] = {}
        self.orders: dict[str, Order] = {}

    def known(self, remote_id: str) -> Known | None:
        return self.kept.get(remote_id)

    def commit(self, events: Iterator[Any]) -> list[Any]:
        """Take what a hook yields, as ingest does; return the items."""
        items = []
        for event in events:
            if isinstance(event, Checkpoint):
                self.cursor = event.cursor
                continue
            items.append(event)
            if isinstance(event, Fetched) and isinstance(event.value, Order):
                self.orders[event.value.remote_id] = event.value
            if isinstance(event, Rejected):
                self.kept[event.remote_id] = Known(event.version, "")
            elif event.settled:
                self.kept[event.value.remote_id] = Known(event.version, event.value.status.code)
            else:
                self.kept.pop(event.value.remote_id, None)
        return items


def text_answer(text: str, status: int = 200) -> httpx.Response:
    return httpx.Response(status, text=text, headers={"content-type": "application/json"})
