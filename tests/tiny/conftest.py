"""A sandbox with a Tiny account of its own for each test that asks for one."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from tests.tiny.samples import TOKEN
from tomada.tiny.driver import TinyV2
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.server import SandboxServer

_numbers = count(1)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


class Account:
    """A Tiny account in the sandbox: a driver that talks to it, and what it holds."""

    def __init__(self, control: SandboxClient, http: httpx.Client, **options: Any) -> None:
        self.name = f"driver-{next(_numbers)}"
        self.control = control
        self.http = http
        self.opened = control.create_account(self.name, token=TOKEN, **{"limit": None, **options})
        self.limits: list[int] = []
        self.erp = self.driver(TOKEN)

    def driver(self, token: str) -> TinyV2:
        base_url = f"{self.control.url}/tiny/{self.name}/api2/"
        return TinyV2(self.http, token, base_url=base_url, on_limit=self.limits.append)

    @property
    def state(self) -> dict[str, Any]:
        return self.control.state_of("tiny", self.name)

    def product_id(self, sku: str) -> str:
        return next(str(product["id"]) for product in self.opened["products"] if product["sku"] == sku)

    def calls(self) -> int:
        return int(self.state["quota"]["total"]["requests"])


@pytest.fixture
def account(sandbox: SandboxServer) -> Iterator[Account]:
    with SandboxClient(sandbox.url) as control, httpx.Client(trust_env=False, timeout=10) as http:
        yield Account(control, http)
        control.clear_faults()
