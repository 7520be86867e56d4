"""A client of the control API, for tests, the demo and commands."""

from types import TracebackType
from typing import Any, Self

import httpx

Json = dict[str, Any]

_NEVER = 2**62


class SandboxError(Exception):
    """The sandbox refused a control request; the text says why."""


class SandboxClient:
    """Drives a sandbox at ``url``. Every method raises ``SandboxError`` when the sandbox refuses."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=f"{self.url}/_sandbox/", timeout=60, trust_env=False)

    def state(self) -> Json:
        """Return everything: both sides, the time, and how many late effects are still to come."""
        return self._call("GET", "state")

    def state_of(self, kind: str, name: str) -> Json:
        """Return one account (``tiny``) or store (``tray``)."""
        return self._call("GET", f"state/{kind}/{name}")

    def clock(self) -> Json:
        """Return the virtual time (``now``, ISO 8601) and its ``offset`` in seconds."""
        return self._call("GET", "clock")

    def advance(self, seconds: float) -> Json:
        """Move the virtual clock and apply what became due."""
        return self._call("POST", "clock/advance", {"seconds": seconds})

    def faults(self) -> list[Json]:
        """Return the rules in force with their counters."""
        return list(self._call("GET", "faults")["rules"])

    def add_fault(self, kind: str, **rule: object) -> None:
        """Add a rule; its keys are those of ``FaultRule``."""
        self._call("POST", "faults", {"kind": kind, **rule})

    def clear_faults(self, remote: str | None = None) -> None:
        """Take back all rules, or those given for this pattern of remotes."""
        self._call("DELETE", "faults", params={} if remote is None else {"remote": remote})

    def clone(self, kind: str, template: str, name: str) -> str:
        """Copy an account or store and return the copy's address."""
        return str(self._call("POST", "clone", {"kind": kind, "template": template, "name": name})["address"])

    def create_account(self, name: str, **options: object) -> Json:
        """Open a Tiny account and return its state."""
        return self._call("POST", "accounts", {"name": name, **options})

    def create_store(self, name: str, **options: object) -> Json:
        """Open a Tray store and return its state."""
        return self._call("POST", "stores", {"name": name, **options})

    def quota(self, kind: str, name: str, **limits: object) -> Json:
        """Set ``limit``, ``window``, ``daily``, ``concurrency`` (None lifts) or ``latency`` in seconds."""
        return self._call("POST", "quota", {"kind": kind, "name": name, **limits})

    def journal(self, since: int = 0, remote: str | None = None) -> list[Json]:
        """Return the events after number ``since``, of one remote (``kind/name``) or of all."""
        params: Json = {"since": since} | ({} if remote is None else {"remote": remote})
        return list(self._call("GET", "journal", params=params)["entries"])

    def journal_end(self) -> int:
        """Return the number of the journal's last event: what comes later is ``journal(since=…)``."""
        return int(self._call("GET", "journal", params={"since": _NEVER})["last"])

    def shop(self, store: str, action: str, **details: object) -> Json:
        """Have the shopper act in a store."""
        return self._call("POST", f"shop/{store}", {"action": action, **details})

    def files(self, store: str, action: str, **details: object) -> Json:
        """Drive a store's exchange of files, see ``FilesFace.act``."""
        return self._call("POST", f"files/{store}", {"action": action, **details})

    def clerk(self, account: str, action: str, **details: object) -> Json:
        """Have the clerk act in a Tiny account, as a person does on its screens."""
        return self._call("POST", f"tiny/{account}", {"action": action, **details})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, method: str, path: str, body: Json | None = None, params: Json | None = None) -> Json:
        answer = self._http.request(method, path, json=body, params=params)
        content: Json = answer.json() if answer.headers.get("content-type") == "application/json" else {}
        if answer.is_error:
            raise SandboxError(content.get("error") or f"HTTP {answer.status_code}: {answer.text[:200]}")
        return content
