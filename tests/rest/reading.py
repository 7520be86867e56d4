"""A fake store, what the core keeps of it, and the plugin between them, for the tests of reading orders."""

from datetime import timedelta
from typing import Any

from tests.rest.fakes import START, Core, FakeClock, FakeContext, FakeTray
from tomada.spi import OrderQuery, Rejected
from tomada_tray_rest.plugin import TrayRest


class Store:
    """A fake store, what the core keeps of it, and the plugin between them."""

    def __init__(self, **settings: Any) -> None:
        self.clock = FakeClock()
        self.tray = FakeTray(self.clock)
        self.core = Core(since=START - timedelta(days=5))
        self.settings = settings
        self.ctx = FakeContext(self.tray, **settings)
        self.fail_5xx: set[str] = set()

    def sync(self) -> list[Any]:
        """Read once, in a session of its own; forget the requests of the time before."""
        self.tray.requests.clear()
        ctx = FakeContext(self.tray, self.ctx.vault, **self.settings)
        ctx.state = self.ctx.state
        return self.core.commit(TrayRest().orders_fetch(ctx, self.query()))

    def query(self) -> OrderQuery:
        return OrderQuery(self.core.since, self.core.cursor, self.core.known)

    def pass_time(self, seconds: float = 60) -> None:
        self.clock.sleep(seconds)


def ids(items: list[Any]) -> list[str]:
    return [item.remote_id if isinstance(item, Rejected) else item.value.remote_id for item in items]


def filled(store: Store, count: int, seconds: float = 60) -> None:
    for number in range(1, count + 1):
        store.tray.place(number)
        store.pass_time(seconds)
    store.pass_time(3)
