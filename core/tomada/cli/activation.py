"""The last step of a store: from when its orders come in, what that brings, and the person's yes (O4)."""

from datetime import datetime

import click

from tomada.app.activating import activate, check_can_activate, first_plan, parse_since, this_moment
from tomada.app.planning import Plan
from tomada.bootstrap import Installation
from tomada.cli.output import cell, confirmed, note
from tomada.cli.plan import KINDS
from tomada.cli.progress import progress
from tomada.cli.prompts import can_ask
from tomada.errors import UsageError
from tomada.i18n import N_, _
from tomada.ports.records import StoreRecord

NOW = N_("now")


def activated(
    installation: Installation, store: StoreRecord, since: datetime | None, *, yes: bool
) -> tuple[StoreRecord, Plan]:
    """Show what would come in, ask, and activate; raises ``UsageError`` for a no."""
    if since is None and can_ask() and not yes:
        since = _asked_since(installation)
    check_can_activate(store, since)
    since = since or this_moment(installation)
    with progress() as listener:
        plan = first_plan(installation, store, since, listener)
    note(_told(plan, since))
    if not confirmed(_("Activate {store}?").format(store=store.name), yes):
        raise UsageError("store.declined", _("The store was not activated."))
    store = activate(installation, store, since)
    note(
        _("{store} is active: orders placed from {since} on come in.").format(
            store=store.name, since=cell(since)
        )
    )
    return store, plan


def _asked_since(installation: Installation) -> datetime | None:
    question = _("From when on shall orders come in (a date, a time, or now)?")
    text = str(click.prompt(question, default=_(NOW), err=True))
    return None if text.strip().lower() in (NOW, _(NOW)) else parse_since(text, installation.now())


def _told(plan: Plan, since: datetime) -> str:
    if not plan.changes:
        return _("First plan: no order was placed since {since}.").format(since=cell(since))
    counts = ", ".join(f"{_(KINDS[kind])}: {number}" for kind, number in plan.counts.items())
    return _("First plan, of {orders} orders: {counts}.").format(orders=len(plan.changes), counts=counts)
