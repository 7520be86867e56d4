"""The first questions of ``store add``: which ERP account, which platform, and what the platform must know."""

import shlex
import sys
from contextlib import redirect_stdout

from tomada.app.beginning import begin_store
from tomada.app.connecting import can_authorise
from tomada.app.opening import erp_named
from tomada.app.store_settings import NOTHING, StoreSettings
from tomada.app.stores import change_store, settings_of
from tomada.bootstrap import Installation
from tomada.cli.capabilities import print_matrix
from tomada.cli.prompts import asked, can_ask, chosen
from tomada.errors import UnusableError, UsageError
from tomada.host.built import BUILT
from tomada.host.matrix import matrix
from tomada.i18n import _, translator
from tomada.ports.records import ErpRecord, StoreRecord


def begin(
    installation: Installation, name: str, erp: str | None, platform: str | None, texts: dict[str, str]
) -> tuple[StoreRecord, dict[str, str]]:
    """Save a new store; return it with the answers that are no settings."""
    account = _erp(installation, erp)
    chosen_platform = _platform(installation, platform)
    plugin = installation.registry.get(chosen_platform)
    settings = StoreSettings(plugin)
    known, answers = settings.parted(texts, answers="connection_setup" in plugin.hooks.hooks)
    translate = translator(plugin.package)
    for one in settings.missing(NOTHING, known):
        known[one.name] = asked(one.name, translate(one.description) or one.name, secret=one.secret)
    return begin_store(installation, name, account, chosen_platform, known), answers


def go_on(
    installation: Installation,
    store: StoreRecord,
    erp: str | None,
    platform: str | None,
    texts: dict[str, str],
) -> tuple[StoreRecord, dict[str, str]]:
    """Take up a store whose setup was interrupted; what was chosen before may be given again, not changed."""
    wrong_erp = erp is not None and erp_named(installation, erp).id != store.erp_id
    if wrong_erp or platform not in (None, store.platform):
        raise UsageError(
            "store.begun",
            _("{store} was begun with another ERP account or platform.").format(store=store.name),
            _("Remove it to begin anew: {command}").format(
                command=f"tomada store remove {shlex.quote(store.name)}"
            ),
        )
    known, answers = settings_of(installation, store).parted(
        texts, answers=can_authorise(installation, store)
    )
    return change_store(installation, store, known), answers


def _erp(installation: Installation, name: str | None) -> ErpRecord:
    if name is not None:
        return erp_named(installation, name)
    with installation.database.read() as tx:
        accounts = tx.erps.all()
    if not accounts:
        raise UsageError(
            "erp.none",
            _("There is no ERP account yet."),
            _("Connect one first: {command}").format(command="tomada erp add " + _("NAME")),
        )
    if len(accounts) == 1:
        return accounts[0]
    return erp_named(installation, chosen("--erp", _("Which ERP account?"), [one.name for one in accounts]))


def _platform(installation: Installation, name: str | None) -> str:
    registry = installation.registry
    statuses = {status.id for status in registry.statuses()}
    if name is not None:
        if name not in statuses:
            raise UnusableError(
                "plugin.not_installed",
                _("Platform {id} is not installed.").format(id=name),
                _("Install it: {command}").format(command=f"pip install tomada-{name}"),
            )
        return name
    names = [plugin.id for plugin in registry.plugins()]
    if not names:
        raise UnusableError(
            "plugin.none", _("No platform is installed. Install one, such as: pip install tomada-tray-rest")
        )
    if can_ask():
        with redirect_stdout(sys.stderr):
            print_matrix(matrix(registry, BUILT))
    return names[0] if len(names) == 1 else chosen("--platform", _("Which platform?"), names)
