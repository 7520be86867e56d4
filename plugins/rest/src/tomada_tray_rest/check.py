"""The steps of ``tomada store test``."""

from collections.abc import Iterator
from datetime import timedelta

from tomada.errors import TomadaError
from tomada.spi import CheckResult, Context, StepState
from tomada_tray_rest.lists import statuses
from tomada_tray_rest.sentences import _
from tomada_tray_rest.session import Answer, TraySession
from tomada_tray_rest.wire import Record, WireError, first_text

CLOCK_DIFFERENCE = timedelta(minutes=2)
FEW_REQUESTS = 100


def check(ctx: Context) -> Iterator[CheckResult]:
    """Yield one result per step; the first that fails for the whole connection ends the list."""
    session: TraySession = ctx.session
    try:
        info = session.get("/info")
    except TomadaError as error:
        yield CheckResult("connection", StepState.FAILED, error.message, error.hint)
        return
    yield CheckResult("connection", StepState.OK, _("The store answers and accepts our token."))
    if info is not None:
        yield _store(info.body)
    try:
        yield _statuses(session)
    except TomadaError as error:
        yield CheckResult("statuses", StepState.FAILED, error.message, error.hint)
    if info is not None:
        yield _clock(ctx, info)
    yield _quota(ctx)


def _store(info: Record) -> CheckResult:
    try:
        name, status = first_text(info, "name", "company_name"), first_text(info, "internal_status")
    except WireError:
        name = status = ""
    told = _("Store “{name}”, status “{status}”.").format(name=name, status=status or "?")
    if status.casefold() in ("", "ativa"):
        return CheckResult("store", StepState.OK, told)
    return CheckResult("store", StepState.WARNING, told, _("Ask the merchant whether the store is active."))


def _statuses(session: TraySession) -> CheckResult:
    found = list(statuses(session))
    if found:
        return CheckResult("statuses", StepState.OK, _("{count} order statuses.").format(count=len(found)))
    return CheckResult("statuses", StepState.WARNING, _("The store lists no order statuses."))


def _clock(ctx: Context, info: Answer) -> CheckResult:
    difference = abs(ctx.clock.now() - info.at)
    seconds = round(difference.total_seconds())
    if difference <= CLOCK_DIFFERENCE:
        return CheckResult("clock", StepState.OK, _("Our clock and the store's agree."))
    return CheckResult(
        "clock",
        StepState.WARNING,
        _("Our clock and the store's differ by {seconds} seconds.").format(seconds=seconds),
        _("No order is lost by it, but tokens may seem to end early or late: correct this machine's clock."),
    )


def _quota(ctx: Context) -> CheckResult:
    left = ctx.budget.remaining()
    if left is None:
        return CheckResult("quota", StepState.OK, _("No limit of requests."))
    state = StepState.WARNING if left < FEW_REQUESTS else StepState.OK
    return CheckResult("quota", state, _("{count} requests may be sent now.").format(count=left))
