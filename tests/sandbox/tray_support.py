"""A Tray store as an application sees it: tokens, requests, pages."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx

from tomada_sandbox.client import SandboxClient

Json = dict[str, Any]


class TrayCaller:
    """Calls web_api of one store; ``opened`` is what the sandbox told when it was opened."""

    def __init__(self, control: SandboxClient, name: str, **options: Any) -> None:
        self.control, self.name = control, name
        self.opened = control.create_store(name, **{"limit": None, "daily": None, **options})
        self.address = f"{control.url}/tray/{name}"
        self.http = httpx.Client(base_url=f"{self.address}/web_api/", trust_env=False, timeout=10)
        self.token = ""

    @property
    def keys(self) -> Json:
        return {key: self.opened[key] for key in ("consumer_key", "consumer_secret")}

    @property
    def state(self) -> Json:
        return self.control.state_of("tray", self.name)

    def create(self, **changes: Any) -> httpx.Response:
        """Post the store's code."""
        return self.http.post("auth", data={**self.keys, "code": self.opened["code"], **changes})

    def refresh(self, refresh_token: str, **keys: str) -> httpx.Response:
        return self.http.get("auth", params={"refresh_token": refresh_token, **keys})

    def connect(self) -> Json:
        """Get tokens and use them from now on."""
        answer: Json = self.create().json()
        self.token = answer["access_token"]
        return answer

    def request(self, method: str, path: str, params: Json | None = None, **more: Any) -> httpx.Response:
        query = {**(params or {}), "access_token": self.token}
        return self.http.request(method, path, params=query, **more)

    def get(self, path: str, **params: Any) -> Json:
        """Read what must be there."""
        answer = self.request("GET", path, params)
        assert answer.status_code == 200, answer.text
        content: Json = answer.json()
        return content

    def complete(self, number: object) -> Json:
        order: Json = self.get(f"orders/{number}/complete")["Order"]
        return order

    def rows(self, **params: Any) -> list[Json]:
        """Return one page of the order list without wrappers."""
        return [row["Order"] for row in self.get("orders", **params)["Orders"]]

    def ids(self, **params: Any) -> list[int]:
        return [int(row["id"]) for row in self.rows(**params)]

    def place(self, **order: Any) -> int:
        """Have the shopper place an order and return its number."""
        return int(self.control.shop(self.name, "place", **order)["order"])

    def shop(self, action: str, **details: Any) -> Json:
        return self.control.shop(self.name, action, **details)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()


def connected(control: SandboxClient, name: str, **options: Any) -> Iterator[TrayCaller]:
    """Yield a store that is connected."""
    with TrayCaller(control, name, **options) as caller:
        caller.connect()
        yield caller
