"""Beginning a store, and taking it up again where its setup was interrupted."""

import shlex
from collections.abc import Mapping

from tomada.app.names import checked_name, mark_for
from tomada.app.store_settings import NOTHING, StoreSettings
from tomada.app.stores import audit_store, changed
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.i18n import _
from tomada.ports.records import ErpRecord, StoreRecord, StoreState

FIRST_STEP = "authorize"


def begin_store(
    installation: Installation, name: str, erp: ErpRecord, platform: str, texts: Mapping[str, str]
) -> StoreRecord:
    """Save a store that is not connected yet, with its mark in the ERP, which is never changed (O1).

    Raises ``ConfigurationError`` for wrong settings and ``UnusableError`` for a platform that cannot be used.
    """
    plugin = installation.registry.get(platform)
    chosen = StoreSettings(plugin).changed(NOTHING, texts)
    name = checked_name(name)
    with installation.database.begin() as tx:
        mark = mark_for(name, {store.label for store in tx.stores.all()})
        store = StoreRecord(
            0,
            name,
            mark,
            platform,
            erp.id,
            StoreState.DRAFT,
            chosen.options,
            chosen.settings,
            setup_step=FIRST_STEP,
        )
        tx.stores.save(store)
        tx.secrets.write(f"store:{store.id}", chosen.secrets)
        audit_store(installation, tx, "store.begun", store, platform=platform, mark=mark)
    return store


def store_to_go_on(installation: Installation, name: str) -> StoreRecord | None:
    """Return a store whose setup was interrupted, or None for a new name.

    Raises ``UsageError`` for one that is set up, and for what is no name.
    """
    name = checked_name(name)
    with installation.database.read() as tx:
        store = tx.stores.by_name(name)
    if store and not store.setup_step:
        raise UsageError(
            "store.exists",
            _("There is a store {name} already.").format(name=name),
            _("Change it with: {command}").format(command=f"tomada store set {shlex.quote(name)} key=value"),
        )
    return store


def advance(installation: Installation, store: StoreRecord, step: str) -> StoreRecord:
    """Remember the step at which an interrupted ``store add`` goes on."""

    def apply(kept: StoreRecord) -> None:
        kept.setup_step = step

    return changed(installation, store, apply)
