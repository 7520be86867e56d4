"""The mapping desk: what a store's codes are in the ERP (D1, D2)."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from tomada.app.codes import code_meant, value_meant
from tomada.app.opening import look_with, store_named
from tomada.app.person import actor
from tomada.bootstrap import Installation
from tomada.domain.status import ErpStatus
from tomada.errors import UsageError
from tomada.flows.holds.mapped import set_mappings
from tomada.flows.holds.reasons import kind_word
from tomada.flows.mapping.mappings import KINDS, MappingTable, check_kind, check_value
from tomada.flows.mapping.patterns import is_pattern, matches
from tomada.i18n import N_, _
from tomada.ports.records import AuditRecord, CodeRecord, MappingRecord


@dataclass(frozen=True, slots=True)
class MappedCode:
    """One code of a store: ``value`` is what it is in the ERP, empty while nobody knows.

    ``source``: person, default or none. ``orders`` is how many open holds hang on it.
    """

    kind: str
    code: str
    label: str
    value: str
    source: str
    orders: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping that was set or removed.

    ``value`` is what is in force now, empty for nothing. ``freed`` is how many orders go on with the next sync, and
    ``orders`` which ones; ``waiting`` are those that waited for this and still wait for something else. All by the
    store's ids. ``known`` tells whether the store has shown the code, or one that is as the pattern says.
    """

    kind: str
    code: str
    value: str
    freed: int
    known: bool
    orders: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


VALUES = {
    "status": N_("a status of the ERP: {statuses}"),
    "shipping": N_(
        "the ERP's code of a shipping method, such as C (Correios), J (Jadlog), T (carrier), X (customised) or S"
        " (not shipped); also CODE:SERVICE:CARRIER"
    ),
    "status_out": N_("the store's own code of the status that it is told, or leave to tell it nothing"),
    "channel": N_("the channel's name in the ERP, or ignore to leave its orders out"),
    "category": N_("the ERP's category that products come from, written A > B > C"),
    "payment": N_(
        "the ERP's form of payment, such as boleto, credito, pix or deposito, or leave; also FORM:MEANS, the name of a"
        " means of payment that the ERP has"
    ),
}


def value_meaning(kind: str) -> str:
    """Return which values a mapping of this kind takes, in the user's language."""
    statuses = ", ".join(status.value for status in ErpStatus if status is not ErpStatus.INCOMPLETE)
    return _(VALUES[kind]).format(statuses=statuses)


def mapped_codes(installation: Installation, store_name: str, kind: str | None = None) -> list[MappedCode]:
    """Return the codes that a store uses, of one kind or of all that are mapped."""
    store = store_named(installation, store_name)
    kinds = (check_kind(kind),) if kind else KINDS
    with installation.database.read() as tx:
        chosen = tx.mappings.all(store.id)
        codes = {(one.kind, one.code): one for one in tx.mappings.codes(store.id)}
        waiting = [(hold.kind, hold.key) for hold in tx.holds.select(store.id) if hold.code == "unmapped"]
    table = MappingTable(store, chosen, codes.values())
    for mapping in chosen:
        unseen = CodeRecord(store.id, mapping.kind, mapping.code, mapping.label)
        codes.setdefault((mapping.kind, mapping.code), unseen)
    found = []
    for key, code in sorted(codes.items()):
        if code.kind in kinds:
            value = table.of_code(code) or ""
            source = "person" if table.set_by(*key, code.label) else "default" if value else "none"
            found.append(MappedCode(code.kind, code.code, code.label, value, source, waiting.count(key)))
    return found


def map_code(installation: Installation, store_name: str, kind: str, code: str, value: str) -> Mapped:
    """Set what a code, or the one with this name, is in the ERP.

    Raises ``UsageError`` for a value that cannot work and for a code that cannot occur.
    """
    store = store_named(installation, store_name)
    value = check_value(check_kind(kind), value)
    with installation.database.begin() as tx:
        known = {one.code: one.label for one in tx.mappings.codes(store.id, kind)}
        statuses = {one.code: one.label for one in tx.mappings.codes(store.id, "status")}
        code = code_meant(store.name, kind, code, known)
        value = value_meant(store.name, kind, value, statuses)
        label = known.get(code, "")
        record = MappingRecord(store.id, kind, code, value, label, actor(), installation.now())
        woken = set_mappings(tx, store.id, [record])
    found = _is_known(kind, code, known)
    return Mapped(kind, code, value, len(woken.going), found, woken.going, woken.waiting)


def _is_known(kind: str, code: str, shown: Mapping[str, str]) -> bool:
    """Tell whether a code can occur: the store has shown it, or it is a status of the ERP on its way out."""
    if is_pattern(kind, code):
        return any(matches(code, *one) for one in shown.items())
    return code == "*" or code in (set(ErpStatus) if kind == "status_out" else shown)


def unmap_code(installation: Installation, store_name: str, kind: str, code: str) -> Mapped:
    """Remove what a person set; a default may be in force then. Orders that are in the ERP stay as they are."""
    store = store_named(installation, store_name)
    check_kind(kind)
    with installation.database.begin() as tx:
        shown = {one.code: one.label for one in tx.mappings.codes(store.id, kind)}
        shown |= {one.code: shown.get(one.code, "") or one.label for one in tx.mappings.all(store.id, kind)}
        code = code if kind == "status_out" else code_meant(store.name, kind, code, shown)
        if not tx.mappings.remove(store.id, kind, code):
            raise UsageError(
                "mapping.unknown",
                _("Nobody has set a mapping of this {kind}: {code}").format(kind=kind_word(kind), code=code),
                look_with(f"tomada map list {shlex.quote(store.name)} {kind}"),
            )
        details = {"kind": kind, "code": code}
        tx.audit.add(
            [AuditRecord(installation.now(), actor(), "mapping.removed", store.id, "", "D1", details)]
        )
        codes = {one.code: one for one in tx.mappings.codes(store.id, kind)}
        known = codes.get(code)
        value = MappingTable(store, tx.mappings.all(store.id)).of_code(known) if known else None
    return Mapped(kind, code, value or "", 0, known is not None)
