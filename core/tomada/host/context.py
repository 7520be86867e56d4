"""Everything that one store's plugin may know and use during one run."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tomada.errors import TransientError
from tomada.host.log import FieldLog
from tomada.host.registry import Plugin
from tomada.host.settings import build, secret_names
from tomada.host.vault import BufferedState, OwnedVault
from tomada.i18n import _
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.records import StoreRecord
from tomada.ports.storage import Database
from tomada.spi import Clock

if TYPE_CHECKING:
    import httpx

    from tomada.transport.quota import Limiter


class StoreBudget:
    """``tomada.spi.Budget`` over the store's limiter."""

    def __init__(self, limiter: "Limiter | None") -> None:
        self._limiter = limiter

    def remaining(self) -> int | None:
        """Return how many requests may be sent before one has to wait; None when there is no limit."""
        return None if self._limiter is None else self._limiter.remaining()


class StoreContext:
    """``tomada.spi.Context`` of one store. ``session`` is set by the gateway, which also calls ``close``."""

    def __init__(
        self,
        plugin: Plugin,
        store: StoreRecord,
        database: Database,
        clock: Clock,
        *,
        limiter: "Limiter | None" = None,
        deadline: datetime | None = None,
        boundary: Boundary = no_boundary,
    ) -> None:
        """``limiter`` is the quota of the credential; ``deadline`` (aware UTC) ends every exchange."""
        self.store = store.name
        self.session: Any = None
        self.vault = OwnedVault(database, f"store:{store.id}")
        self.state = BufferedState(database, store.id)
        self.clock = clock
        self.budget = StoreBudget(limiter)
        self.deadline = deadline
        self.log = FieldLog(plugin.id, store.name, self.vault.seen)
        self._info = plugin.info
        self._stored = store.settings
        self._limiter = limiter
        self._boundary = boundary
        self._clients: list[httpx.Client] = []

    @cached_property
    def settings(self) -> BaseModel:
        """The store's settings with its secrets; ``ConfigurationError`` names each wrong field."""
        model = self._info.settings
        secrets = self.vault.read()
        values = self._stored | {name: secrets[name] for name in secret_names(model) if name in secrets}
        way_out = _("Set it: tomada store set {store} {{field}}=…").format(store=self.store)
        return build(model, values, way_out)

    def http(self, **options: Any) -> "httpx.Client":  # noqa: ANN401 - httpx.Client's own options
        """Return a client with quota, deadline, retry and redaction in it; see ``tomada.spi.Context``."""
        from tomada.transport.client import open_client  # httpx costs 0.2 s: only who talks HTTP pays

        client = open_client(
            clock=self.clock,
            limiter=self._limiter,
            refusal=self._info.refusal,
            deadline=self.deadline,
            boundary=self._boundary,
            secrets=self.vault.seen,
            **options,
        )
        self._clients.append(client)
        return client

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Put deadline, quota and boundary around one call of another protocol than HTTP."""
        if self.deadline and self.clock.now() >= self.deadline:
            raise TransientError(
                "step.deadline",
                _("{step}: the time for this run is over.").format(step=name),
                _("Run it again; it goes on where it stopped."),
            )
        slot: AbstractContextManager[object] = (
            self._limiter.acquire(self.deadline) if self._limiter else nullcontext()
        )
        with slot:
            self._boundary(f"request.before {name}")
            try:
                yield
            finally:
                self._boundary(f"request.after {name}")
                self.log.debug("step", name=name)

    def close(self) -> None:
        """Close every client that the plugin opened and left open."""
        while self._clients:
            self._clients.pop().close()
