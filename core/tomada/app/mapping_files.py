"""A store's mappings as a TOML file: to keep, to edit, or to bring to another store (D2).

A file has a ``version`` and a table per kind with one entry a mapping: ``code``, ``name`` and ``value``. What the name
says counts before the code, as the same number is another status in every store.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tomada.app.codes import code_meant, value_meant
from tomada.app.opening import store_named
from tomada.app.person import actor
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.flows.holds.mapped import Woken, set_mappings
from tomada.flows.mapping.defaults import normalise
from tomada.flows.mapping.mappings import ALL_OTHERS, KINDS, check_value
from tomada.flows.mapping.patterns import is_pattern
from tomada.i18n import _
from tomada.ports.records import MappingRecord, StoreRecord

VERSION = 1
SHOWN = 10
LARGEST = 4 * 1024 * 1024
"""Bytes of a file that is read."""


@dataclass(frozen=True, slots=True)
class Change:
    """A mapping that a file changes: ``old`` is what it is now."""

    record: MappingRecord
    old: str


@dataclass(slots=True)
class MappingPlan:
    """What a file would do: mappings to set anew and to change, and how many are as they are.

    ``woken``: the orders that waited for one of them, once it was done.
    """

    new: list[MappingRecord] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    woken: Woken = field(default_factory=Woken)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(default="", max_length=500)
    name: str = Field(default="", max_length=500)
    value: str = Field(max_length=500)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int
    status: list[_Entry] = []
    status_out: list[_Entry] = []
    shipping: list[_Entry] = []
    channel: list[_Entry] = []
    payment: list[_Entry] = []
    category: list[_Entry] = []


def export_mappings(installation: Installation, store_name: str, path: Path) -> int:
    """Write what people have set for a store, and return how many mappings that is."""
    store = store_named(installation, store_name)
    with installation.database.read() as tx:
        chosen = sorted(tx.mappings.all(store.id), key=lambda one: (KINDS.index(one.kind), one.code))
        labels = {(one.kind, one.code): one.label for one in tx.mappings.codes(store.id)}
    statuses = {code: label for (kind, code), label in labels.items() if kind == "status"}
    tables: dict[str, object] = {"version": VERSION}
    for record in chosen:
        name = labels.get((record.kind, record.code)) or record.label
        value = _by_name(record.value, statuses) if record.kind == "status_out" else record.value
        entry = {"code": record.code, **({"name": name} if name else {}), "value": value}
        rows = tables.setdefault(record.kind, [])
        assert isinstance(rows, list), "the version is no kind"
        rows.append(entry)
    try:
        path.expanduser().write_text(tomli_w.dumps(tables), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            "cli.file",
            _("The file {path} cannot be written: {reason}.").format(path=path, reason=error.strerror),
        ) from None
    return len(chosen)


def import_mappings(
    installation: Installation, store_name: str, path: Path, confirm: Callable[[MappingPlan], bool]
) -> MappingPlan | None:
    """Set the mappings of a file, after ``confirm``; None when it said no.

    Mappings that the file does not name stay. Raises ``UsageError`` that names the entries when any is wrong, and then
    nothing is changed.
    """
    store = store_named(installation, store_name)
    wanted = _read(path)
    with installation.database.read() as tx:
        shown: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        for one in tx.mappings.codes(store.id):
            shown.setdefault(one.kind, {})[one.code] = one.label
        now = {(one.kind, one.code): one.value for one in tx.mappings.all(store.id)}
    plan = MappingPlan()
    for record in _checked(installation, store, wanted, shown):
        old = now.get((record.kind, record.code))
        if old is None:
            plan.new.append(record)
        elif old != record.value:
            plan.changed.append(Change(record, old))
        else:
            plan.unchanged += 1
    records = [*plan.new, *(change.record for change in plan.changed)]
    if records:
        if not confirm(plan):
            return None
        with installation.database.begin() as tx:
            plan.woken = set_mappings(tx, store.id, records)
    return plan


def _by_name(value: str, statuses: Mapping[str, str]) -> str:
    """A store's status by its name, where no other has it: numbers mean nothing to another store."""
    name = statuses.get(value, "")
    return name if list(statuses.values()).count(name) == 1 else value


def _checked(
    installation: Installation,
    store: StoreRecord,
    wanted: Iterable[tuple[str, int, _Entry]],
    shown: Mapping[str, Mapping[str, str]],
) -> list[MappingRecord]:
    found: dict[tuple[str, str], MappingRecord] = {}
    problems: list[str] = []
    for kind, number, entry in wanted:
        try:
            record = _record(installation, store, kind, entry, shown)
            if found.setdefault((kind, record.code), record).value != record.value:
                raise UsageError("mapping.twice", _("this code has another value above."))
        except UsageError as error:
            told = _("{kind} {number} (“{name}”): {problem}")
            name = entry.name or entry.code
            problems.append(told.format(kind=kind, number=number, name=name, problem=error.message))
    if problems:
        raise UsageError(
            "mapping.file",
            " ".join(problems[:SHOWN]),
            _(
                "Entries that are wrong: {count}. Nothing was changed; correct them and import it again."
            ).format(count=len(problems)),
        )
    return list(found.values())


def _record(
    installation: Installation,
    store: StoreRecord,
    kind: str,
    entry: _Entry,
    shown: Mapping[str, Mapping[str, str]],
) -> MappingRecord:
    code = _code(store, kind, entry, shown[kind])
    value = value_meant(store.name, kind, check_value(kind, entry.value), shown["status"])
    label = shown[kind].get(code, entry.name)
    return MappingRecord(store.id, kind, code, value, label, actor(), installation.now())


def _code(store: StoreRecord, kind: str, entry: _Entry, shown: Mapping[str, str]) -> str:
    """The store's code that an entry means: by its name where it has one, else by its code."""
    if not (entry.code.strip() or entry.name.strip()):
        raise UsageError("mapping.no_code", _("it has neither a code nor a name."))
    code = entry.code.strip()
    same = normalise(shown.get(code, "")) == normalise(entry.name)
    if not entry.name or same or code == ALL_OTHERS or is_pattern(kind, code) or kind == "status_out":
        return code_meant(store.name, kind, code or entry.name, shown)
    meant = code_meant(store.name, kind, entry.name, shown)
    return meant if meant in shown or not code or code in shown else code


def _read(path: Path) -> list[tuple[str, int, _Entry]]:
    """Return (kind, number within its kind, entry) of a file."""
    try:
        with path.expanduser().open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            "cli.file",
            _("The file {path} cannot be read: {reason}.").format(path=path, reason=error.strerror),
        ) from None
    if len(content) > LARGEST:
        raise UsageError(
            "mapping.large",
            _("The file {path} is larger than {bytes} bytes.").format(path=path, bytes=LARGEST),
        )
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            "mapping.toml",
            _("The file {path} is not TOML: {reason}").format(path=path, reason=error),
            _("To see what one looks like: {command}").format(
                command="tomada map export STORE --output FILE"
            ),
        ) from None
    if tables.get("version") != VERSION:
        raise UsageError(
            "mapping.version",
            _("The file {path} has the version {version}; this is Tomada with version {own}.").format(
                path=path, version=tables.get("version", "?"), own=VERSION
            ),
            _("Write version = {own} in its first line if it is one of these files.").format(own=VERSION),
        )
    try:
        parsed = _File.model_validate(tables)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            "mapping.entry",
            _("The file {path} cannot be used: {place}: {reason}.").format(
                path=path, place=place, reason=first["msg"]
            ),
            _("Kinds: {kinds}. Each entry has code, name and value.").format(kinds=", ".join(KINDS)),
        ) from None
    return [
        (kind, number, entry) for kind in KINDS for number, entry in enumerate(getattr(parsed, kind), start=1)
    ]
