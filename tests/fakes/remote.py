"""A fake remote: one JSON document in a file, changed by whole requests, with faults on demand."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tomada.errors import EffectUnknown, QuotaExceeded, RejectedByRemote, TransientError
from tomada.ports.instruments import Boundary, no_boundary
from tomada.spi import Clock

Document = dict[str, Any]
Handler = Callable[[Document, Any], Any]


class Remote:
    """The state of a remote and the requests that it answers.

    ``handlers`` maps the name of a request to what it does: ``(document, arguments) -> answer``, arguments and
    answer being JSON. ``writes`` names those that change something. A fault is set by ``fault``: ``before`` fails
    without effect, ``after`` takes place and is not answered, ``late`` takes place ``seconds`` after the
    connection died, ``quota`` refuses, ``reject`` understands and refuses for good.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        handlers: dict[str, Handler],
        writes: frozenset[str],
        boundary: Boundary = no_boundary,
    ) -> None:
        self.path = path
        self.clock = clock
        self.boundary = boundary
        self._handlers = handlers
        self._writes = writes

    def create(self, **document: Any) -> None:
        """Start with this document."""
        self._save({"faults": [], "late": [], "log": [], **document})

    @contextmanager
    def open(self) -> Iterator[Document]:
        """Look at the document, late effects included, and change it as a person would."""
        document = self._load()
        yield document
        self._save(document)

    def fault(self, on: str, kind: str, times: int = 1, seconds: float = 0, about: str = "") -> None:
        """Let the next requests of this name fail; ``about``: only those whose arguments hold this text."""
        fault = {"on": on, "kind": kind, "times": times, "seconds": seconds, "about": about}
        with self.open() as document:
            document["faults"].append(fault)

    def log(self) -> list[str]:
        """The names of all requests so far."""
        return list(self._load()["log"])

    def request(self, name: str, arguments: Any = None) -> Any:
        """Do one request, with a boundary before and after it."""
        self.boundary(f"request.before {name}")
        document = self._load()
        document["log"].append(name)
        fault = _take(document["faults"], name, json.dumps(arguments))
        kind = fault.get("kind", "")
        answer = None
        if kind in ("", "after"):
            answer = self._handlers[name](document, arguments)
        elif kind == "late" and name in self._writes:
            due = self.clock.now() + timedelta(seconds=fault["seconds"])
            document["late"].append([due.isoformat(), name, arguments])
        self._save(document)
        self.boundary(f"request.after {name}")
        if kind == "quota":
            raise QuotaExceeded("fake.quota", "The fake remote refuses.", retry_after=1)
        if kind == "reject":
            raise RejectedByRemote("fake.refused", "The fake remote refuses this.")
        if kind in ("after", "late") and name in self._writes:
            raise EffectUnknown("fake.lost", "The connection died.")
        if kind:
            raise TransientError("fake.down", "The fake remote is down.")
        return answer

    def _load(self) -> Document:
        document: Document = json.loads(self.path.read_text())
        due = [late for late in document["late"] if datetime.fromisoformat(late[0]) <= self.clock.now()]
        for late in due:
            document["late"].remove(late)
            self._handlers[late[1]](document, late[2])
        if due:
            self._save(document)
        return document

    def _save(self, document: Document) -> None:
        self.path.write_text(json.dumps(document))


def _take(faults: list[Document], name: str, arguments: str) -> Document:
    for fault in faults:
        if fault["on"] == name and fault["times"] > 0 and fault["about"] in arguments:
            fault["times"] -= 1
            return fault
    return {}
