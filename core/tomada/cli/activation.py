"""The last step of a store: from when its orders come in, what that brings, and the person's yes (O4)."""

from datetime import datetime

import click

from tomada.app.activating import activate, check_can_activate, parse_since
from tomada.bootstrap import Installation
from tomada.cli.output import cell, confirmed, note
from tomada.cli.prompts import can_ask
from tomada.errors import UsageError
from tomada.i18n import _
from tomada.ports.records import StoreRecord

NOW = "now"


def activated(
    installation: Installation, store: StoreRecord, since: datetime | None, *, yes: bool
) -> StoreRecord:
    """Activate a store after a yes; raises ``UsageError`` for a no."""
    if since is None and can_ask() and not yes:
        text = click.prompt(
            _("From when on shall orders come in (a date, a time, or now)?"), default=NOW, err=True
        )
        since = None if text.strip().lower() == NOW else parse_since(text, installation.now())
    check_can_activate(store, since)
    if not confirmed(_question(store, since), yes):
        raise UsageError("store.declined", _("The store was not activated."))
    store = activate(installation, store, since)
    note(
        _("{store} is active: orders placed from {since} on come in.").format(
            store=store.name, since=cell(store.since)
        )
    )
    return store


def _question(store: StoreRecord, since: datetime | None) -> str:
    if since is None:
        return _("Activate {store}, for orders from now on?").format(store=store.name)
    return _("Activate {store}, for orders placed from {since} on?").format(
        store=store.name, since=cell(since)
    )
