"""Stores: looking at them, changing and pausing them."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tomada.app.person import actor
from tomada.app.store_settings import Chosen, StoreSettings
from tomada.app.values import Value
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.flows.holds.causes import is_snoozed
from tomada.flows.order_news.statuses import forget_news
from tomada.host.vault import OwnedVault
from tomada.i18n import _
from tomada.ports.records import AuditRecord, RunState, StoreRecord, StoreState
from tomada.ports.storage import Transaction


@dataclass(frozen=True, slots=True)
class ListedStore:
    """One store in a list. ``since`` and ``last_success`` are aware UTC, None while there is none.

    ``holds`` counts what is open without what was put off, which is ``snoozed``.
    """

    name: str
    erp: str
    platform: str
    state: StoreState
    setup_step: str
    since: datetime | None
    holds: int
    snoozed: int
    last_success: datetime | None


def list_stores(installation: Installation) -> list[ListedStore]:
    """Return all stores by name."""
    with installation.database.read() as tx:
        accounts = {one.id: one.name for one in tx.erps.all()}
        now = installation.now()
        return [_listed(tx, store, accounts[store.erp_id], now) for store in tx.stores.all()]


def _listed(tx: Transaction, store: StoreRecord, erp: str, now: datetime) -> ListedStore:
    ended = [run.ended_at for run in tx.runs.select(store.id) if run.state is RunState.DONE]
    holds = tx.holds.select(store.id)
    snoozed = sum(is_snoozed(hold, now) for hold in holds)
    return ListedStore(
        store.name,
        erp,
        store.platform,
        store.state,
        store.setup_step,
        store.since,
        len(holds) - snoozed,
        snoozed,
        ended[0] if ended else None,
    )


def settings_of(installation: Installation, store: StoreRecord) -> StoreSettings:
    """Return what can be set of a store; raises ``UnusableError`` when its platform cannot be used."""
    return StoreSettings(installation.plugin_of(store))


def chosen_of(installation: Installation, store: StoreRecord) -> Chosen:
    """Return what is set of a store, secrets included; for validation, never for showing."""
    secrets = OwnedVault(installation.database, f"store:{store.id}").read()
    return Chosen(store.options, store.settings, dict(secrets))


def store_values(installation: Installation, store: StoreRecord) -> list[Value]:
    """Return every setting of a store; of a secret only whether there is one."""
    return settings_of(installation, store).shown(chosen_of(installation, store))


def change_store(installation: Installation, store: StoreRecord, texts: Mapping[str, str]) -> StoreRecord:
    """Change settings; raises ``ConfigurationError`` for a wrong one, and then changes none."""
    if not texts:
        return store
    settings = settings_of(installation, store)
    own, _answers = settings.parted(texts, answers=False)
    chosen = settings.changed(chosen_of(installation, store), own)
    hidden = {one.name for one in settings.own if one.secret} & own.keys()
    if hidden:

        def keep(secrets: Mapping[str, str]) -> Mapping[str, str]:
            others = {name: text for name, text in secrets.items() if name not in hidden}
            return others | {name: text for name, text in chosen.secrets.items() if name in hidden}

        OwnedVault(installation.database, f"store:{store.id}").update(keep)

    if chosen.options.sending.statuses and not store.options.sending.statuses:
        with installation.database.begin() as tx:
            forget_news(tx, store.id)

    def apply(kept: StoreRecord) -> None:
        kept.settings, kept.options = chosen.settings, chosen.options

    return changed(installation, store, apply, "store.changed", settings=",".join(sorted(own)))


def pause(installation: Installation, store: StoreRecord) -> StoreRecord:
    """Let an active store rest: nothing is read or sent until it is resumed."""
    _expect(store, StoreState.ACTIVE)
    return _to_state(installation, store, StoreState.PAUSED, "store.paused")


def resume(installation: Installation, store: StoreRecord) -> StoreRecord:
    """Let a paused store go on where it stopped."""
    _expect(store, StoreState.PAUSED)
    return _to_state(installation, store, StoreState.ACTIVE, "store.resumed")


def _expect(store: StoreRecord, state: StoreState) -> None:
    if store.state is state:
        return
    words = {
        StoreState.DRAFT: _("is not set up yet"),
        StoreState.ACTIVE: _("is active already"),
        StoreState.PAUSED: _("is paused already"),
    }
    hint = ""
    if store.state is StoreState.DRAFT:
        hint = _("Go on with: {command}").format(command=f"tomada store add {shlex.quote(store.name)}")
    raise UsageError("store.state", f"{store.name} {words[store.state]}.", hint)


def _to_state(installation: Installation, store: StoreRecord, state: StoreState, event: str) -> StoreRecord:
    def apply(kept: StoreRecord) -> None:
        kept.state = state

    return changed(installation, store, apply, event)


def changed(
    installation: Installation,
    store: StoreRecord,
    change: Callable[[StoreRecord], None],
    event: str = "",
    **details: str,
) -> StoreRecord:
    """Read a store, change and save it in one transaction, with an audit row for an ``event``."""
    with installation.database.begin() as tx:
        kept = tx.stores.get(store.id)
        change(kept)
        tx.stores.save(kept)
        if event:
            audit_store(installation, tx, event, kept, **details)
    return kept


def audit_store(
    installation: Installation, tx: Transaction, event: str, store: StoreRecord, **details: str
) -> None:
    """Write into the audit what a person did with a store."""
    told = {"store": store.name, **details}
    tx.audit.add([AuditRecord(installation.now(), actor(), event, store.id, details=told)])
