"""The steps of ``tomada store test``: description, operations, access and clock."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from tomada.errors import TomadaError
from tomada.spi import CheckResult, Context, StepState
from tomada_tray_soap.lists import statuses
from tomada_tray_soap.operations import ARGUMENTS, NEEDED, ORDERS, STATUSES, TICK_OFF
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import Settings, TodoMode
from tomada_tray_soap.wire import written_day

if TYPE_CHECKING:
    from tomada_tray_soap.description import Description
    from tomada_tray_soap.session import SoapSession

CLOCK_DIFFERENCE = timedelta(minutes=2)


def check(ctx: Context) -> Iterator[CheckResult]:
    """Yield one result per step; the first that fails for the whole connection ends the list."""
    session: SoapSession = ctx.session
    settings: Settings = ctx.settings
    try:
        description, changed = session.described_anew()
    except TomadaError as error:
        yield CheckResult("description", StepState.FAILED, error.message, error.hint)
        return
    yield _described(description, settings, changed=changed)
    yield _operations(session, settings)
    arguments = ", ".join(f"{operation}.{name}" for operation, name in description.unknown_arguments())
    if arguments:
        yield CheckResult(
            "arguments",
            StepState.WARNING,
            _("Nobody knows what these arguments are, so they are sent empty: {names}.").format(
                names=arguments
            ),
            _("If one of them is known under another name, say so with the setting `aliases`."),
        )
    try:
        yield _access(ctx, session, settings)
    except TomadaError as error:
        yield CheckResult("access", StepState.FAILED, error.message, error.hint)
        return
    yield _clock(ctx, session)


def _described(description: "Description", settings: Settings, *, changed: bool) -> CheckResult:
    from tomada_tray_soap.description import other_address

    if changed:
        return CheckResult(
            "description",
            StepState.WARNING,
            _("The description of the web service is another one than before."),
            _("Tray may have changed the service: look at the next runs."),
        )
    other = other_address(description, settings)
    if other:
        told = _("The description names another address ({address}); the configured one is used.")
        return CheckResult("description", StepState.OK, told.format(address=other))
    return CheckResult("description", StepState.OK, _("The store describes its web service."))


def _operations(session: "SoapSession", settings: Settings) -> CheckResult:
    """Name what this store's service does not have, and take back what cannot be done without it."""
    reason = _("This store's web service has no operation {operation}.")
    lacks: dict[str, str] = {}
    for capability, needed in NEEDED.items():
        missing = [one for one in needed if not session.offers(one)]
        if missing:
            lacks[capability] = reason.format(operation=", ".join(missing))
    waits = settings.todo_mode is TodoMode.ACKNOWLEDGE
    names = [one for one in ARGUMENTS if (waits or one != TICK_OFF) and not session.offers(one)]
    if names:
        told = _("Operations that this store's web service does not have: {names}.")
        return CheckResult(
            "operations",
            StepState.WARNING,
            told.format(names=", ".join(names)),
            _("If one of them has another name there, say so with the setting `operations`."),
            lacks,
        )
    return CheckResult("operations", StepState.OK, _("The store has every operation that is needed."))


def _access(ctx: Context, session: "SoapSession", settings: Settings) -> CheckResult:
    """Make a call that lists little and changes nothing."""
    if session.offers(STATUSES):
        found = list(statuses(session, settings))
        if not found:
            return CheckResult("access", StepState.WARNING, _("The store lists no order statuses."))
        return CheckResult("access", StepState.OK, _("{count} order statuses.").format(count=len(found)))
    today = written_day(ctx.clock.now().astimezone(settings.zone).date(), settings)
    session.rows(ORDERS, data_inicial=today, data_final=today)
    return CheckResult("access", StepState.OK, _("The store accepts login and password."))


def _clock(ctx: Context, session: "SoapSession") -> CheckResult:
    difference = abs(ctx.clock.now() - session.at)
    if difference <= CLOCK_DIFFERENCE:
        return CheckResult("clock", StepState.OK, _("Our clock and the store's agree."))
    seconds = round(difference.total_seconds())
    return CheckResult(
        "clock",
        StepState.WARNING,
        _("Our clock and the store's differ by {seconds} seconds.").format(seconds=seconds),
        _("No order is lost by it, but correct this machine's clock."),
    )
