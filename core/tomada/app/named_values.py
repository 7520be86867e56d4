"""The names that values go by: what a code's suggestions are compared with (D1)."""

from collections.abc import Sequence

from tomada.domain.status import ErpStatus
from tomada.flows.mapping.mappings import ALL_OTHERS
from tomada.flows.mapping.patterns import is_pattern
from tomada.flows.mapping.suggestions import NamedValue, Origin, Suggestion, suggest
from tomada.flows.mapping.words import words_of
from tomada.ports.records import CodeRecord
from tomada.ports.storage import Transaction


def suggestions_of(tx: Transaction, code: CodeRecord, in_erp: Sequence[NamedValue] = ()) -> list[Suggestion]:
    """Return what a store's code may be, the likeliest first.

    Compared with what people chose in any store, with what the ERP account has (``in_erp``, of the same kind) and
    with words that are known by heart; what the store is told, with the store's own statuses.
    """
    if code.kind == "status_out":
        names = [code.code.replace("_", " ")]
        names += [word for word, value in words_of("status") if value == code.code]
        return suggest(code.kind, names, "", _statuses(tx, code.store_id))
    known = [NamedValue(word, value, Origin.KNOWN) for word, value in words_of(code.kind)]
    chosen = [] if code.kind == "category" else _chosen(tx, code)
    return suggest(code.kind, [code.label or code.code], code.type, [*chosen, *in_erp, *known])


def status_codes(store_id: int) -> list[CodeRecord]:
    """The statuses of the ERP that a store may be told of, as codes on their way out."""
    return [
        CodeRecord(store_id, "status_out", status.value, status.value.replace("_", " "))
        for status in ErpStatus
        if status is not ErpStatus.INCOMPLETE
    ]


def _statuses(tx: Transaction, store_id: int) -> list[NamedValue]:
    return [NamedValue(one.label, one.code, Origin.STORE) for one in tx.mappings.codes(store_id, "status")]


def _chosen(tx: Transaction, code: CodeRecord) -> list[NamedValue]:
    """What people said of codes of this kind, in this store and in others; by name, as numbers differ."""
    return [
        NamedValue(one.label or one.code, one.value, Origin.CHOSEN)
        for store in tx.stores.all()
        for one in tx.mappings.all(store.id, code.kind)
        if one.code != ALL_OTHERS and not is_pattern(one.kind, one.code)
    ]
