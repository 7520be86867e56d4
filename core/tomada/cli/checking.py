"""The steps of a connection's test, printed as they are done."""

from collections.abc import Callable, Iterable

from tomada.i18n import N_, _
from tomada.spi import CheckResult, StepState

_WORDS = {StepState.OK: N_("ok"), StepState.WARNING: N_("warning"), StepState.FAILED: N_("failed")}


def print_steps(results: Iterable[CheckResult], tell: Callable[[str], None]) -> list[CheckResult]:
    """Tell each step as it comes, with its way out, and return them all."""
    found = []
    for result in results:
        tell(f"{_(_WORDS[result.state])}: {result.name}: {result.message}")
        if result.hint:
            tell(f"    {result.hint}")
        for capability, reason in result.lacks.items():
            tell(
                "    "
                + _("not offered here: {capability} ({reason})").format(capability=capability, reason=reason)
            )
        found.append(result)
    return found


def failed(results: Iterable[CheckResult]) -> bool:
    """Tell whether a step failed."""
    return any(result.state is StepState.FAILED for result in results)
