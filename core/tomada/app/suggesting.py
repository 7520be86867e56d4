"""The codes that nobody has mapped, with what waits for each and what it may be (D1)."""

import shlex
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from tomada.app.holds import Pile, pile_of
from tomada.app.mappings import value_meaning
from tomada.app.named_values import status_codes, suggestions_of
from tomada.app.opening import store_named
from tomada.app.person import actor
from tomada.bootstrap import Installation
from tomada.domain.category import shown_path
from tomada.errors import TomadaError, UsageError
from tomada.flows.holds.causes import order_ids
from tomada.flows.holds.mapped import Woken, set_mappings
from tomada.flows.mapping.mappings import MappingTable, check_kind
from tomada.flows.mapping.suggestions import NamedValue, Origin, Suggestion, certain
from tomada.i18n import _
from tomada.ports.records import CodeRecord, MappingRecord, StoreRecord
from tomada.ports.storage import Transaction


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code without a value: what waits for it, what it may be, and the command that says what it is.

    ``sure`` is the one value whose name is the code's own, empty where there is none or more than one. ``values``
    says which values the kind takes. ``command`` has the first suggestion in it, else a word to fill in.
    """

    kind: str
    code: str
    label: str
    waiting: Pile
    suggestions: tuple[Suggestion, ...]
    sure: str
    values: str
    command: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """All such codes of a store, what most waits for first; ``erp_error`` says why the ERP's values are missing."""

    codes: tuple[OpenCode, ...]
    erp_error: str = ""


def suggest_codes(installation: Installation, store_name: str, kind: str | None = None) -> Suggested:
    """Return the codes of a store that nobody has mapped, with suggestions.

    What the store is told (``status_out``) and categories are only asked for by their kind: without a value nothing
    waits. The ERP's shipping methods and categories are read where they are needed; if that fails, it goes without.
    """
    store = store_named(installation, store_name)
    kind = check_kind(kind) if kind else None
    with installation.database.read() as tx:
        codes = _open_codes(tx, store, kind)
        if kind == "category" and not tx.mappings.codes(store.id, kind):
            raise UsageError(
                "mapping.unseen",
                _("{store} has not shown its categories yet.").format(store=store.name),
                _("They are read with: {command}").format(command=f"tomada categories list {store.name}"),
            )
        taken = {one.value for one in tx.mappings.all(store.id, "category")}
    in_erp: dict[str, list[NamedValue]] = {}
    error = ""
    try:
        in_erp = _in_erp(installation, store, {code.kind for code in codes})
    except TomadaError as failure:
        error = failure.message
    if kind == "category":
        codes, in_erp[kind] = _apart(codes, in_erp.get(kind, []), taken)
    with installation.database.read() as tx:
        holds = [hold for hold in tx.holds.select(store.id) if hold.code == "unmapped"]
        worth = tx.orders.worth(order_ids(holds))
        found = []
        for code in codes:
            waiting = pile_of([one for one in holds if (one.kind, one.key) == (code.kind, code.code)], worth)
            found.append(_listed(store, code, waiting, suggestions_of(tx, code, in_erp.get(code.kind, ()))))
    found.sort(key=lambda one: (-one.waiting.value, -one.waiting.orders, one.kind, one.code))
    return Suggested(tuple(found), error)


def take_sure(
    installation: Installation,
    store_name: str,
    codes: Sequence[OpenCode],
    confirm: Callable[[Sequence[OpenCode]], bool],
) -> tuple[Sequence[OpenCode], Woken] | None:
    """Set each code that has a sure suggestion, after ``confirm``; None when it said no."""
    store = store_named(installation, store_name)
    taken = [code for code in codes if code.sure]
    if not taken:
        return (), Woken()
    if not confirm(taken):
        return None
    now = installation.now()
    records = [
        MappingRecord(store.id, one.kind, one.code, one.sure, one.label, actor(), now) for one in taken
    ]
    with installation.database.begin() as tx:
        woken = set_mappings(tx, store.id, records)
    return taken, woken


def _open_codes(tx: Transaction, store: StoreRecord, kind: str | None) -> list[CodeRecord]:
    codes = tx.mappings.codes(store.id)
    table = MappingTable(store, tx.mappings.all(store.id), codes)
    if kind == "status_out":
        return [one for one in status_codes(store.id) if not table.of_code(one)]
    if kind == "category":
        return [one for one in codes if one.kind == kind and not table.set_by(kind, one.code)]
    return [one for one in codes if kind in (None, one.kind) and table.of_code(one) is None]


def _in_erp(
    installation: Installation, store: StoreRecord, kinds: Collection[str]
) -> dict[str, list[NamedValue]]:
    """What the ERP account has of these kinds, by name."""
    if not {"shipping", "category"} & set(kinds):
        return {}
    with installation.database.read() as tx:
        account = tx.erps.get(store.erp_id)
    found = {}
    with installation.erp(account) as erp:
        if "shipping" in kinds:
            methods = [one for one in erp.shipping_methods() if one.active]
            found["shipping"] = [NamedValue(one.name, one.code, Origin.ERP) for one in methods]
        if "category" in kinds:
            paths = map(shown_path, erp.categories())
            found["category"] = [NamedValue(path, path, Origin.ERP) for path in paths]
    return found


def _apart(
    codes: Sequence[CodeRecord], in_erp: Sequence[NamedValue], taken: Collection[str]
) -> tuple[list[CodeRecord], list[NamedValue]]:
    """The categories of either side that stand for none on the other: by their path, or as a person said."""
    ours = {name.casefold() for name in (*taken, *(one.label for one in codes))}
    theirs = {one.name.casefold() for one in in_erp}
    return (
        [one for one in codes if one.label.casefold() not in theirs],
        [one for one in in_erp if one.name.casefold() not in ours],
    )


def _listed(
    store: StoreRecord, code: CodeRecord, waiting: Pile, suggestions: Sequence[Suggestion]
) -> OpenCode:
    sure = certain(suggestions)
    value = shlex.quote(suggestions[0].value) if suggestions else _("VALUE")
    words = " ".join(map(shlex.quote, (store.name, code.kind, code.code)))
    return OpenCode(
        kind=code.kind,
        code=code.code,
        label=code.label,
        waiting=waiting,
        suggestions=tuple(suggestions),
        sure=sure.value if sure else "",
        values=value_meaning(code.kind),
        command=f"tomada map set {words} {value}",
    )
