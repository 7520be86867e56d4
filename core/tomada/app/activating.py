"""Activating a store: from when its orders come in (O4)."""

import shlex
from dataclasses import replace
from datetime import datetime

from tomada.app.planning import Plan, plan_store
from tomada.app.stores import changed
from tomada.app.times import parse_time
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.i18n import _
from tomada.ports.records import OrderState, StoreRecord, StoreState
from tomada.ports.runner import Listener

LAST_STEP = "activate"


def parse_since(text: str, now: datetime) -> datetime:
    """Read an ISO date or time, of the local zone unless it names an offset, as whole seconds.

    Raises ``UsageError`` for another text, and for a time that lies ahead of ``now``.
    """
    since = parse_time(text, now)
    if since > now:
        raise UsageError("since.future", _("The time from which orders come in may not lie ahead."))
    return since


def check_can_activate(store: StoreRecord, since: datetime | None) -> None:
    """Raise ``UsageError`` for a store that is not connected yet, is paused, or is active already."""
    if store.setup_step not in ("", LAST_STEP):
        raise UsageError(
            "store.state",
            _("{store} is not set up yet.").format(store=store.name),
            _("Go on with: {command}").format(command=f"tomada store add {shlex.quote(store.name)}"),
        )
    if store.state is StoreState.PAUSED and since is None:
        raise UsageError(
            "store.state",
            _("{store} is paused.").format(store=store.name),
            _("Let it go on with: {command}").format(
                command=f"tomada store resume {shlex.quote(store.name)}"
            ),
        )
    if store.state is StoreState.ACTIVE and since is None:
        raise UsageError(
            "store.state",
            _("{store} is active already.").format(store=store.name),
            _("To bring in older orders too, give --since."),
        )


def first_plan(installation: Installation, store: StoreRecord, since: datetime, listener: Listener) -> Plan:
    """Return what would come in, were the store activated from ``since`` on.

    What was read is committed; nothing is written at the store or the ERP. Orders that an earlier activation left
    out, and that this one would let in, are looked at again.
    """
    with installation.database.begin() as tx:
        left_out = [
            order.id
            for order in tx.orders.select(store.id, [OrderState.IGNORED])
            if order.reason == "before_since" and order.placed_at and order.placed_at >= since
        ]
        tx.orders.wake(store.id, left_out)
    return plan_store(installation, replace(store, since=since), listener)


def activate(installation: Installation, store: StoreRecord, since: datetime) -> StoreRecord:
    """Let a store's orders come in: those placed from ``since`` on; what comes was shown by ``first_plan``."""

    def apply(kept: StoreRecord) -> None:
        kept.state, kept.since, kept.setup_step = StoreState.ACTIVE, since, ""

    return changed(installation, store, apply, "store.activated", since=since.isoformat())


def this_moment(installation: Installation) -> datetime:
    """Return the present as whole seconds, which is what stores tell."""
    return installation.now().replace(microsecond=0)
