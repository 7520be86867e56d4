"""Which plugins are installed, read from the entry points of distributions on ``sys.path``.

Reads the files itself, as ``importlib.metadata`` alone costs more time than everything else at start-up.
Imports nothing heavy: a command that needs no plugin must not pay for one.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from importlib import import_module
from pathlib import Path
from traceback import format_exception, format_exception_only

from tomada.i18n import _

PLATFORMS = "tomada.platforms"
EXTENSIONS = "tomada.extensions"
DISABLE = "TOMADA_DISABLE_PLUGINS"

_SUFFIX = ".dist-info"


class Status(StrEnum):
    """Whether a plugin is used, or why it is not."""

    ACTIVE = "active"
    FAILED = "failed"
    INCOMPATIBLE = "incompatible"
    SHADOWED = "shadowed"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class PluginStatus:
    """One installed plugin as ``tomada plugins list`` shows it.

    ``id`` is the entry point's name, ``reason`` one sentence in the user's language (empty for an active
    one), ``traceback`` is for ``-vv`` and empty when nothing was raised.
    """

    id: str
    distribution: str
    version: str
    status: Status
    reason: str = ""
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry point that was found and not yet loaded. ``load`` imports it and may raise anything."""

    name: str
    distribution: str
    version: str
    load: Callable[[], object]

    def becomes(self, status: Status, reason: str = "", trace: str = "") -> PluginStatus:
        """Return the status of this candidate."""
        return PluginStatus(self.name, self.distribution, self.version, status, reason, trace)

    def fails(self, error: BaseException) -> PluginStatus:
        """Return the status of this candidate after its code raised ``error``."""
        reason = " ".join(format_exception_only(error)[-1].split())
        return self.becomes(Status.FAILED, reason, "".join(format_exception(error)))


def find(group: str, path: Sequence[str] | None = None) -> list[Candidate]:
    """Return the entry points of a group on ``path`` (default: ``sys.path``), by (name, distribution).

    Of a distribution that is there twice the first one counts, as it does for imports.
    """
    found: list[Candidate] = []
    seen: set[str] = set()
    for folder in sys.path if path is None else path:
        for distribution, version, text in _entry_point_files(folder or "."):
            if distribution not in seen:
                seen.add(distribution)
                found += (
                    Candidate(name, distribution, version, _loader(target))
                    for name, target in _entries(text, group)
                )
    return sorted(found, key=lambda candidate: (candidate.name, candidate.distribution))


def load_each(candidates: Iterable[Candidate]) -> tuple[list[tuple[Candidate, object]], list[PluginStatus]]:
    """Load what may be loaded; nothing that a plugin does at import stops the others.

    Returns the loaded objects, and the status of every other candidate. An id belongs to the first
    distribution that offers it, even a broken one: a store must not change its plugin by an accident.
    """
    loaded: list[tuple[Candidate, object]] = []
    refused: list[PluginStatus] = []
    owners: dict[str, Candidate] = {}
    for candidate in candidates:
        if _is_disabled(candidate):
            reason = _("Switched off by {name}.").format(name=DISABLE)
            refused.append(candidate.becomes(Status.DISABLED, reason))
            continue
        owner = owners.setdefault(candidate.name, candidate)
        if owner is not candidate:
            reason = _shadowed(candidate.name, owner.distribution)
            refused.append(candidate.becomes(Status.SHADOWED, reason))
            continue
        try:
            with redirect_stdout(sys.stderr):  # stdout is for results alone, JSON among them
                found = candidate.load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a plugin does, it breaks only itself
            refused.append(candidate.fails(error))
        else:
            loaded.append((candidate, found))
    return loaded, refused


def load_extensions() -> tuple[list[tuple[str, object]], list[PluginStatus]]:
    """Load the extensions of the command line: (name, object) of those that work, and the status of all."""
    loaded, refused = load_each(find(EXTENSIONS))
    statuses = [candidate.becomes(Status.ACTIVE) for candidate, _object in loaded] + refused
    return [(candidate.name, found) for candidate, found in loaded], in_order(statuses)


def in_order(statuses: Iterable[PluginStatus]) -> list[PluginStatus]:
    """Return statuses sorted by (id, distribution)."""
    return sorted(statuses, key=lambda status: (status.id, status.distribution))


def _is_disabled(candidate: Candidate) -> bool:
    names = {name.strip() for name in os.environ.get(DISABLE, "").split(",")}
    return not names.isdisjoint({candidate.name, candidate.distribution})


def _shadowed(name: str, owner: str) -> str:
    sentence = _("{owner} offers {name} already; switch one of them off: {disable}=DISTRIBUTION")
    return sentence.format(owner=owner, name=name, disable=DISABLE)


def _entry_point_files(folder: str) -> Iterator[tuple[str, str, str]]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith(_SUFFIX))
    except OSError:  # a zip file, or a folder that is not there: normal on sys.path
        return
    for name in names:
        try:
            text = Path(folder, name, "entry_points.txt").read_text("utf-8", "replace")
        except OSError:
            text = ""
        distribution, _, version = name.removesuffix(_SUFFIX).rpartition("-")
        yield re.sub(r"[-_.]+", "-", distribution).lower(), version, text


def _entries(text: str, group: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == group and "=" in line and not line.startswith(("#", ";")):
            name, _, target = line.partition("=")
            yield name.strip(), target.partition("[")[0].strip()


def _loader(target: str) -> Callable[[], object]:
    def load() -> object:
        module, _, attributes = target.partition(":")
        return reduce(getattr, filter(None, attributes.strip().split(".")), import_module(module.strip()))

    return load
