"""The steps of ``tomada store test``."""

from collections.abc import Iterator

from tomada.errors import TomadaError
from tomada.spi import CheckResult, Context, StepState
from tomada_tray_ftp.lists import statuses
from tomada_tray_ftp.orders import folder_missing
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.session import FileSession
from tomada_tray_ftp.settings import Settings, split_address
from tomada_tray_ftp.transport import MissingError, RefusedError


def check(ctx: Context) -> Iterator[CheckResult]:
    """Yield one result per step; the first that fails for the whole connection ends the list."""
    session: FileSession = ctx.session
    settings: Settings = ctx.settings
    try:
        waiting = len(session.listing(settings.orders_dir))
    except TomadaError as error:
        yield CheckResult("connection", StepState.FAILED, error.message, error.hint)
        return
    except (MissingError, RefusedError):
        missing = folder_missing(ctx.store, settings.orders_dir)
        yield CheckResult("connection", StepState.OK, _("The file server answers and accepts our user."))
        yield CheckResult("orders", StepState.FAILED, missing.message, missing.hint)
        return
    yield CheckResult("connection", StepState.OK, _("The file server answers and accepts our user."))
    if split_address(settings.server_url)[0] == "ftp":
        told = _("FTP sends the password and all personal data readably over the network.")
        yield CheckResult("privacy", StepState.WARNING, told, _("Ask the store for FTPS or SFTP."))
    told = _("{count} files wait in {folder}.").format(count=waiting, folder=settings.orders_dir)
    yield CheckResult("orders", StepState.OK, told)
    try:
        yield from _folders(session, settings)
        yield _statuses(session, settings)
    except TomadaError as error:
        yield CheckResult("folders", StepState.FAILED, error.message, error.hint)


def _folders(session: FileSession, settings: Settings) -> Iterator[CheckResult]:
    folders = (
        settings.status_dir,
        settings.answers_dir,
        settings.products_dir,
        settings.invoices_dir,
        settings.status_out_dir,
    )
    for folder in folders:
        try:
            session.listing(folder)
        except (MissingError, RefusedError):
            told = _("There is no folder {folder}; what goes through it waits until there is.").format(
                folder=folder
            )
            yield CheckResult("folders", StepState.WARNING, told)


def _statuses(session: FileSession, settings: Settings) -> CheckResult:
    found = sum(1 for _entry in statuses(session, settings))
    if found:
        return CheckResult("statuses", StepState.OK, _("{count} order statuses.").format(count=found))
    told = _("The store publishes no list of its statuses; those of its orders are the list.")
    return CheckResult("statuses", StepState.WARNING, told)
