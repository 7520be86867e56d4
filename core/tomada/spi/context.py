"""What the core hands to every hook: settings, a session, a way out to the network, secrets and small state."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import httpx


class Clock(Protocol):
    """The only source of time. Tests and demos may move it, so never read the system's time directly."""

    def now(self) -> datetime:
        """Return the present as an aware UTC time."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait until the clock has moved on by ``seconds``."""
        ...


class Vault(Protocol):
    """The secrets of one store, encrypted at rest, shared by all processes."""

    def read(self) -> Mapping[str, str]:
        """Return all secrets of the store as they are committed now."""
        ...

    def update(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        """Replace the secrets by ``change(current)`` and return them.

        Runs under a lock that all processes of this store share and that dies with its holder; what ``change``
        returns is committed at once, by itself. ``change`` may use the network; if it raises, nothing changes.
        """
        ...


class State(Protocol):
    """Small texts of the store that the plugin wants to find again (a cursor of a sweep, an etag …).

    What was set is committed with the next checkpoint or confirmation, or by ``flush``.
    """

    def get(self, key: str) -> str | None:
        """Return the value that was set last, or None."""
        ...

    def set(self, key: str, value: str | None) -> None:
        """Set a value; None removes it."""
        ...

    def flush(self) -> None:
        """Commit now. Never call it while something that the values rest on is not committed."""
        ...


class Budget(Protocol):
    """The store's share of its remote's quota, as it stands now."""

    def remaining(self) -> int | None:
        """Return how many requests may be sent before one has to wait; None when there is no limit."""
        ...


class Logger(Protocol):
    """A structured log that redacts secrets; never pass personal data."""

    def debug(self, event: str, **fields: object) -> None:
        """Log what only a developer wants to know."""
        ...

    def info(self, event: str, **fields: object) -> None:
        """Log a step of normal work."""
        ...

    def warning(self, event: str, **fields: object) -> None:
        """Log what an operator should look at some day."""
        ...


class Context(Protocol):
    """Everything that a hook may know and use. Never a database session, the ERP or another plugin."""

    @property
    def store(self) -> str:
        """The name of the store."""
        ...

    @property
    def settings(self) -> Any:  # noqa: ANN401 - an instance of the plugin's own settings model
        """The store's settings, validated by the plugin's ``PlatformInfo.settings`` model."""
        ...

    @property
    def session(self) -> Any:  # noqa: ANN401 - whatever the plugin's session_open yielded
        """What the plugin's ``session_open`` yielded; None for a plugin without that hook."""
        ...

    @property
    def vault(self) -> Vault:
        """The store's secrets."""
        ...

    @property
    def state(self) -> State:
        """The store's small values."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock."""
        ...

    @property
    def budget(self) -> Budget:
        """The quota."""
        ...

    @property
    def deadline(self) -> datetime | None:
        """When the core will stop waiting for this call, aware UTC; None for no limit."""
        ...

    @property
    def log(self) -> Logger:
        """The log, with the store's and the plugin's name in it."""
        ...

    def http(self, **options: Any) -> "httpx.Client":  # noqa: ANN401 - httpx.Client's own options
        """Return a client with quota, deadline, retry and redaction in it; each request stands in the debug log.

        ``options`` are those of ``httpx.Client`` (``base_url``, ``headers`` …). A request is retried only if it
        says that this is harmless: ``client.get(url, extensions={"safe": True})``. Failures arrive as
        ``TransientError``, ``QuotaExceeded`` or ``EffectUnknown`` of ``tomada.errors``. Any other answer is
        returned, whatever its HTTP status; a safe request that was still answered with 5xx after the last retry
        raises ``TransientError`` instead, unless ``extensions={"answered": f}`` says that the body is an answer of
        the remote's own (``f(body)`` is True), as SOAP's faults are.
        """
        ...

    def step(self, name: str) -> AbstractContextManager[None]:
        """Put quota and deadline around one call of any other protocol (FTP, SSH …)."""
        ...
