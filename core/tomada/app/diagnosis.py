"""Looking at everything that a sync needs: plugins, database and key, ERP accounts, stores."""

from collections.abc import Iterator
from math import ceil

from tomada.app.connecting import check
from tomada.app.syncing import check_active
from tomada.bootstrap import Installation
from tomada.errors import ConfigurationError, TomadaError
from tomada.flows.erp_changes.ingest import STOCK, reserves
from tomada.flows.stock.plan import PARENT
from tomada.host.discovery import Status
from tomada.i18n import _
from tomada.ports.records import ErpRecord, StoreRecord
from tomada.spi import CheckResult, StepState
from tomada.storage.trouble import shown

_NAMED = 5


def diagnose(installation: Installation) -> Iterator[CheckResult]:
    """Yield one result a step, as it is found; what cannot be looked at without the database is left out then."""
    yield from _plugins(installation)
    database = _database(installation)
    yield database
    if database.state is StepState.FAILED:
        return
    with installation.database.read() as tx:
        accounts, stores = tx.erps.all(), tx.stores.all()
    for account in accounts:
        yield from _erp(installation, account)
    for store in stores:
        yield from _store(installation, store)


def _plugins(installation: Installation) -> Iterator[CheckResult]:
    statuses = installation.registry.statuses()
    if not statuses:
        yield CheckResult(
            "plugins",
            StepState.WARNING,
            _("No platform is installed."),
            _("Install one, such as: pip install tomada-tray-rest"),
        )
    for status in statuses:
        name = f"plugin {status.id}"
        told = f"{status.distribution} {status.version}"
        if status.status is Status.ACTIVE:
            yield CheckResult(name, StepState.OK, told)
        elif status.status is Status.DISABLED:
            yield CheckResult(name, StepState.WARNING, f"{told}: {status.reason or status.status}")
        else:
            way_out = _("Update or remove it; the other plugins work without it.")
            yield CheckResult(name, StepState.FAILED, f"{told}: {status.reason}", way_out)


def _database(installation: Installation) -> CheckResult:
    try:
        with installation.database.read() as tx:
            stores = len(tx.stores.all())
    except TomadaError as error:
        return CheckResult("database", StepState.FAILED, error.message, error.hint)
    where = shown(installation.database.engine.url)
    told = _("{where} is up to date and its key fits; {stores} stores.").format(where=where, stores=stores)
    return CheckResult("database", StepState.OK, told)


def _erp(installation: Installation, account: ErpRecord) -> Iterator[CheckResult]:
    name = f"erp {account.name}"
    try:
        with installation.erp(account) as erp:
            company = erp.account()
        rate = installation.erp_requests_per_minute(account)
    except TomadaError as error:
        yield CheckResult(name, StepState.FAILED, error.message, error.hint)
        return
    told = _("The token works; the account belongs to {company}.").format(company=company.name)
    if rate:
        told += " " + _("Tomada may send {rate:.0f} requests a minute.").format(rate=rate)
    yield CheckResult(name, StepState.OK, told)
    yield from _round(installation, account, rate)


def _round(installation: Installation, account: ErpRecord, rate: float | None) -> Iterator[CheckResult]:
    """Say how balances are kept right that the list of changed ones does not tell of, and what cannot be read (S6)."""
    name = f"erp {account.name}: stock"
    with installation.database.read() as tx:
        present = tx.feeds.get(account.id, STOCK).present
        stores = [store for store in tx.stores.all() if store.erp_id == account.id]
        links = [link for store in stores for link in tx.links.all(store.id)]
        unreadable = tx.stocks.unreadable(account.id)
    products = len({link.erp_product_id for link in links if link.how != PARENT})
    if present is False:
        yield _slow_round(name, account, products, rate)
    elif present and reserves(installation.database, account):
        told = _(
            "Each of the {products} linked balances is read once in {hours:g} hours as well, as the list of changes "
            "need not tell what is only reserved."
        ).format(products=products, hours=account.options.sweep_hours)
        yield CheckResult(name, StepState.OK, told)
    if unreadable:
        told = _("Balances that cannot be read: {count} (ERP products {products}).").format(
            count=len(unreadable), products=", ".join(sorted(unreadable)[:_NAMED])
        )
        yield CheckResult(
            name, StepState.WARNING, told, _("Their stores keep the last numbers that were read.")
        )


def _slow_round(name: str, account: ErpRecord, products: int, rate: float | None) -> CheckResult:
    told = _(
        "The account has no list of changed balances: a round reads {products} linked products one by one, at most"
        " {reads} a sync, and each again after {minutes:g} minutes at the earliest."
    ).format(products=products, reads=account.options.sweep_reads, minutes=account.options.sweep_minutes)
    if rate and products:
        told += " " + _("At the account's quota it takes {minutes} minutes at least.").format(
            minutes=ceil(products / rate)
        )
    hint = _("With the ERP's extension that lists changes, only what changed is read.")
    return CheckResult(name, StepState.WARNING, told, hint)


def _store(installation: Installation, store: StoreRecord) -> Iterator[CheckResult]:
    name = f"store {store.name}"
    try:
        check_active(store)
    except ConfigurationError as error:
        yield CheckResult(name, StepState.WARNING, error.message, error.hint)
    if store.setup_step:
        return
    try:
        for found in check(installation, store):
            yield CheckResult(f"{name}: {found.name}", found.state, found.message, found.hint, found.lacks)
    except TomadaError as error:
        yield CheckResult(name, StepState.FAILED, error.message, error.hint)
