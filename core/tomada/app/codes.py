"""Which code a person means who says it by its name."""

from collections.abc import Mapping

from tomada.domain.status import ErpStatus
from tomada.errors import UsageError
from tomada.flows.holds.reasons import kind_word
from tomada.flows.mapping.defaults import LEAVE, normalise
from tomada.flows.mapping.mappings import ALL_OTHERS
from tomada.flows.mapping.patterns import KINDS_WITH_PATTERNS, is_pattern
from tomada.i18n import _


def code_meant(store: str, kind: str, code: str, shown: Mapping[str, str]) -> str:
    """Return the code that is mapped: given as such, or by a name that is one code's alone.

    ``shown``: the store's codes of this kind with their names. Stores name all their statuses, so one that is none
    of them would never be met. Raises ``UsageError`` for what leaves a doubt.
    """
    code = code.strip()
    if code == ALL_OTHERS or (code not in shown and is_pattern(kind, code)):
        return code
    if "*" in code and code not in shown:
        raise UsageError(
            "mapping.pattern",
            _("“{code}” is a pattern, which a {kind} cannot have.").format(code=code, kind=kind_word(kind)),
            _("Patterns are for: {kinds}. A * alone stands for all others of any kind.").format(
                kinds=", ".join(KINDS_WITH_PATTERNS)
            ),
        )
    if kind == "status_out":
        return _erp_status(code)
    return _named(store, kind, code, shown, complete=kind == "status")


def value_meant(store: str, kind: str, value: str, statuses: Mapping[str, str]) -> str:
    """Return a checked mapping value; the status that a store is told may be given by its name."""
    if kind != "status_out" or value == LEAVE:
        return value
    return _named(store, "status", value, statuses, complete=True)


def _erp_status(code: str) -> str:
    known = [status.value for status in ErpStatus if status is not ErpStatus.INCOMPLETE]
    if code.lower() not in known:
        raise UsageError(
            "mapping.status",
            _("{value} is not a status of the ERP.").format(value=code),
            _("Values: {values}.").format(values=", ".join([*known, ALL_OTHERS])),
        )
    return code.lower()


def _named(store: str, kind: str, code: str, shown: Mapping[str, str], *, complete: bool) -> str:
    if code in shown:
        return code
    for form in (str.casefold, normalise):
        alike = [one for one, name in shown.items() if form(name) == form(code)]
        if len(alike) == 1:
            return alike[0]
    if complete and not shown:
        raise UsageError(
            "mapping.unseen",
            _("{store} has not shown its statuses yet, so nobody can tell which one “{code}” is.").format(
                store=store, code=code
            ),
            _("They come with the first sync; to read them and write nothing: {command}").format(
                command=f"tomada plan {store}"
            ),
        )
    if alike or complete:
        chosen = {one: shown[one] for one in alike} or shown
        raise UsageError(
            "mapping.code",
            _("{store} has several codes with this name: {code}").format(store=store, code=code)
            if alike
            else _("{store} has no {kind} “{code}”.").format(store=store, kind=kind_word(kind), code=code),
            _("There are: {names}").format(
                names=", ".join(f"{one} ({name})" for one, name in sorted(chosen.items()))
            ),
        )
    return code
