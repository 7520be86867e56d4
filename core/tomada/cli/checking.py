"""The steps of a connection's test, printed as they are done."""

from collections.abc import Callable, Iterable

from tomada.i18n import N_, _
from tomada.spi import CheckResult, StepState

SUBJECTS = {
    "plugin": N_("plugin"),
    "database": N_("database"),
    "erp": N_("ERP"),
    "store": N_("store"),
    "connection": N_("connection"),
    "statuses": N_("statuses"),
    "clock": N_("clock"),
    "quota": N_("quota"),
    "stock": N_("stock"),
}
"""Names of steps that people read in their language; a step that a platform names otherwise is shown as it is."""

_WORDS = {StepState.OK: N_("ok"), StepState.WARNING: N_("warning"), StepState.FAILED: N_("failed")}


def print_steps(results: Iterable[CheckResult], tell: Callable[[str], None]) -> list[CheckResult]:
    """Tell each step as it comes, with its way out, and return them all."""
    found = []
    for result in results:
        tell(f"{_(_WORDS[result.state])}: {_named(result.name)}: {result.message}")
        if result.hint:
            tell(f"    {result.hint}")
        for reason in dict.fromkeys(result.lacks.values()):
            taken = ", ".join(capability for capability, why in result.lacks.items() if why == reason)
            told = _("not offered here: {capability} ({reason})")
            tell("    " + told.format(capability=taken, reason=reason))
        found.append(result)
    return found


def failed(results: Iterable[CheckResult]) -> bool:
    """Tell whether a step failed."""
    return any(result.state is StepState.FAILED for result in results)


def _named(name: str) -> str:
    """Return a step's name, such as ``store NAME: connection``, in the user's language."""
    parts = [part.partition(" ") for part in name.split(": ")]
    return ": ".join(_(SUBJECTS.get(first, first)) + space + rest for first, space, rest in parts)
