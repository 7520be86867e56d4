"""The matrix of platforms and capabilities, as JSON for programs and as Markdown for the README."""

from collections.abc import Mapping
from typing import TypedDict

from tomada.host.capabilities import CapabilityState, Claim, derive
from tomada.host.discovery import PluginStatus
from tomada.host.registry import Registry
from tomada.i18n import _
from tomada.spi.catalogue import CATALOGUE

SCHEMA_VERSION = 1
MARKS = {Claim.CLAIMED: "○", Claim.ABSENT: "–"}


class PlatformEntry(TypedDict):
    """One installed platform."""

    id: str
    plugin: str
    version: str
    status: str


class StateEntry(TypedDict):
    """One field of the matrix."""

    state: str
    reason: str | None


class CapabilityEntry(TypedDict):
    """One row of the matrix: platform id → state."""

    id: str
    label: str
    label_pt: str
    platforms: dict[str, StateEntry]


class Matrix(TypedDict):
    """The JSON of ``tomada capabilities``."""

    schema_version: int
    platforms: list[PlatformEntry]
    capabilities: list[CapabilityEntry]


def matrix(
    registry: Registry,
    built: frozenset[str],
    platform: str | None = None,
    store_lacks: Mapping[str, str] | None = None,
) -> Matrix:
    """Return the matrix of all platforms, or of one; with ``store_lacks``, as one store of it has it.

    A platform that does not work is listed with its status and has no capability; the reason says why.
    Raises ``UnusableError`` when ``platform`` is given and cannot be used.
    """
    if platform is not None:
        registry.get(platform)
    statuses = [status for status in registry.statuses() if platform in (None, status.id)]
    states = {plugin.id: derive(plugin, built, store_lacks) for plugin in registry.plugins()}
    for status in statuses:
        states.setdefault(status.id, _none(status))
    wanted = {status.id: states[status.id] for status in statuses}
    return {
        "schema_version": SCHEMA_VERSION,
        "platforms": [_platform(status) for status in statuses],
        "capabilities": [
            {
                "id": capability.id,
                "label": capability.label,
                "label_pt": capability.label_pt,
                "platforms": {name: _entry(found[capability.id]) for name, found in wanted.items()},
            }
            for capability in CATALOGUE
        ],
    }


def markdown(data: Matrix, *, portuguese: bool = False) -> str:
    """Render the platforms that work as a Markdown table, with the reasons below it."""
    columns = [platform["id"] for platform in data["platforms"] if platform["status"] == "active"]
    heads = [_("Capability"), "id", *columns]
    lines = [_row(heads), _row(["---", "---", *[":-:"] * len(columns)])]
    reasons: list[str] = []
    for capability in data["capabilities"]:
        cells = [capability["label_pt" if portuguese else "label"], f"`{capability['id']}`"]
        for name in columns:
            entry = capability["platforms"][name]
            cells.append(_cell(entry, reasons))
        lines.append(_row(cells))
    lines += ["", _("○ claimed, – not offered")]
    lines += [f"{number}. {reason}" for number, reason in enumerate(reasons, 1)]
    return "\n".join(lines) + "\n"


def _none(status: PluginStatus) -> dict[str, CapabilityState]:
    return {capability.id: CapabilityState(Claim.ABSENT, status.reason) for capability in CATALOGUE}


def _platform(status: PluginStatus) -> PlatformEntry:
    return {
        "id": status.id,
        "plugin": status.distribution,
        "version": status.version,
        "status": status.status.value,
    }


def _entry(found: CapabilityState) -> StateEntry:
    return {"state": found.state.value, "reason": found.reason}


def _cell(entry: StateEntry, reasons: list[str]) -> str:
    mark = MARKS[Claim(entry["state"])]
    if not entry["reason"]:
        return mark
    if entry["reason"] not in reasons:
        reasons.append(entry["reason"])
    return f"{mark} ({reasons.index(entry['reason']) + 1})"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
