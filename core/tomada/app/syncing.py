"""Bringing stores and the ERP in step, and what is left alone and why."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from tomada.app.opening import store_named
from tomada.app.person import actor
from tomada.bootstrap import Installation
from tomada.errors import ConfigurationError, TomadaError, UsageError
from tomada.i18n import _
from tomada.ports.records import OrderState, StoreRecord, StoreState
from tomada.ports.runner import FlowResult, Listener
from tomada.runner import FLOWS


@dataclass(frozen=True, slots=True)
class Resting:
    """Orders that were left alone: how many, in which state, for which reason (``flows.reasons``)."""

    state: OrderState
    reason: str
    orders: int


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A flow that a store cannot have, as the last check of its connection found, and why."""

    flow: str
    reason: str


@dataclass(slots=True)
class StoreSync:
    """What a sync of one store came to; ``error`` is what kept it from running, None when its flows ran."""

    store: str
    results: list[FlowResult] = field(default_factory=list)
    resting: list[Resting] = field(default_factory=list)
    not_offered: list[NotOffered] = field(default_factory=list)
    error: TomadaError | None = None


def checked_flows(names: Sequence[str]) -> tuple[str, ...]:
    """Return the flows that were named; raises ``UsageError`` for one that does not exist."""
    unknown = [name for name in names if name not in FLOWS]
    if unknown:
        raise UsageError(
            "flow.unknown",
            _("There is no flow {name}.").format(name=unknown[0]),
            _("There are: {names}").format(names=", ".join(FLOWS)),
        )
    return tuple(names)


def check_on(store: StoreRecord, flows: Sequence[str]) -> None:
    """Raise ``UsageError`` with the way out when one of these flows is switched off for a store."""
    off = next((flow for flow in flows if FLOWS[flow].is_off(store.options)), None)
    if off:
        raise UsageError(
            "flow.off",
            _("The flow {flow} is switched off for {store}.").format(flow=off, store=store.name),
            _("Switch it on: {command}").format(
                command=f"tomada store set {shlex.quote(store.name)} {FLOWS[off].switch}"
            ),
        )


def not_offered(store: StoreRecord, flows: Sequence[str]) -> list[NotOffered]:
    """Return which of these flows (all that are switched on when empty) the store's last check took back."""
    chosen = [name for name in flows or tuple(FLOWS) if not FLOWS[name].is_off(store.options)]
    reasons = {name: store.lacks.get(FLOWS[name].capability) for name in chosen}
    return [NotOffered(name, reason) for name, reason in reasons.items() if reason]


def sync_store(
    installation: Installation,
    name: str,
    flows: tuple[str, ...],
    listener: Listener,
    *,
    confirmed: bool = False,
) -> StoreSync:
    """Run these flows (all when empty) of one store; raises ``ConfigurationError`` when it is not active.

    ``confirmed``: a person has seen the plan and said yes (S7, G1).
    """
    store = store_named(installation, name)
    check_active(store)
    check_on(store, flows)
    return _sync(installation, [store], flows, listener, confirmed=confirmed)[0]


def sync_all(
    installation: Installation, flows: tuple[str, ...], listener: Listener, *, confirmed: bool = False
) -> list[StoreSync]:
    """Run these flows of every active store; what fails in one does not keep the others from running."""
    return _sync(installation, active_stores(installation), flows, listener, confirmed=confirmed)


def _sync(
    installation: Installation,
    stores: Sequence[StoreRecord],
    flows: tuple[str, ...],
    listener: Listener,
    *,
    confirmed: bool,
) -> list[StoreSync]:
    """Run flow by flow: the orders of all stores are read before the stock of any is published (S3)."""
    began_at, who = installation.now(), actor()
    done = {store.name: StoreSync(store.name, not_offered=not_offered(store, flows)) for store in stores}
    for flow in flows or tuple(FLOWS):
        for sync in done.values():
            if sync.error:
                continue
            try:
                sync.results += installation.runner.run(
                    sync.store, (flow,), who, listener, began_at=began_at, confirmed=confirmed
                )
            except TomadaError as error:
                sync.error = error
    for store in stores:
        if not done[store.name].error:
            done[store.name].resting = resting(installation, store)
    return list(done.values())


def active_stores(installation: Installation) -> list[StoreRecord]:
    """Return the active stores by name; raises ``ConfigurationError`` when there is none."""
    with installation.database.read() as tx:
        found = [store for store in tx.stores.all() if store.state is StoreState.ACTIVE]
    if not found:
        raise ConfigurationError(
            "store.none_active",
            _("No store is active."),
            _("Connect one first: {command}").format(command="tomada store add " + _("NAME")),
        )
    return sorted(found, key=lambda store: store.name)


def check_active(store: StoreRecord) -> None:
    """Raise ``ConfigurationError`` with the way out unless the store is active."""
    if store.state is StoreState.ACTIVE:
        return
    name = shlex.quote(store.name)
    if store.state is StoreState.PAUSED:
        raise ConfigurationError(
            "store.paused",
            _("{store} is paused.").format(store=store.name),
            _("Let it go on with: {command}").format(command=f"tomada store resume {name}"),
        )
    raise ConfigurationError(
        "store.draft",
        _("{store} is not active yet.").format(store=store.name),
        _("Go on with: {command}").format(
            command=f"tomada store {'add' if store.setup_step else 'activate'} {name}"
        ),
    )


def resting(installation: Installation, store: StoreRecord) -> list[Resting]:
    """Return what stands still in a store, by state and reason, the most first."""
    with installation.database.read() as tx:
        totals = tx.orders.count(store.id)
    found = [
        Resting(OrderState(state), reason, orders) for (state, reason), orders in totals.items() if reason
    ]
    return sorted(found, key=lambda one: (-one.orders, one.state, one.reason))
