"""``tomada store activate|pause|resume|remove``: whether a store syncs, and its end."""

import click

from tomada.app import stores
from tomada.app.activating import parse_since
from tomada.app.opening import opened, store_named
from tomada.app.removing import remove_store, what_is_lost
from tomada.cli.activation import activated
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import confirmed, json_option, note, print_json, say, yes_option
from tomada.cli.store_output import entry_of
from tomada.errors import UsageError
from tomada.i18n import N_, _


@click.command("activate", help=N_("Let a store's orders come in, from now on or from --since."))
@click.argument("name")
@click.option("--since", metavar="WHEN", help=N_("A date or time; orders placed from then on come in."))
@yes_option
@json_option
@pass_frame
def activate(frame: Frame, name: str, since: str | None, yes: bool, as_json: bool) -> None:
    """Activate a store."""
    with opened(frame.home) as installation:
        moment = parse_since(since, installation.now()) if since else None
        record = store_named(installation, name)
        record, plan = activated(installation, record, moment, yes=yes or moment is None)
    if as_json:
        print_json({"store": entry_of(record), "plan": {"counts": plan.counts, "requests": plan.requests}})


@click.command("pause", help=N_("Let a store rest: nothing is read or sent."))
@click.argument("name")
@json_option
@pass_frame
def pause(frame: Frame, name: str, as_json: bool) -> None:
    """Pause an active store."""
    with opened(frame.home) as installation:
        record = stores.pause(installation, store_named(installation, name))
    if as_json:
        print_json({"store": entry_of(record)})
    else:
        say(_("{store} is paused.").format(store=record.name))


@click.command("resume", help=N_("Let a paused store go on where it stopped."))
@click.argument("name")
@json_option
@pass_frame
def resume(frame: Frame, name: str, as_json: bool) -> None:
    """Resume a paused store."""
    with opened(frame.home) as installation:
        record = stores.resume(installation, store_named(installation, name))
    if as_json:
        print_json({"store": entry_of(record)})
    else:
        say(_("{store} is active again.").format(store=record.name))


@click.command("remove", help=N_("Remove a store and what is known of it; its orders in the ERP stay."))
@click.argument("name")
@yes_option
@json_option
@pass_frame
def remove(frame: Frame, name: str, yes: bool, as_json: bool) -> None:
    """Say what is lost, ask, and remove."""
    with opened(frame.home) as installation:
        record = store_named(installation, name)
        lost = what_is_lost(installation, record)
        note(
            _(
                "Lost with it: the record of {orders} orders, {holds} open holds, {mappings} mappings, {links} links."
            ).format(orders=lost.orders, holds=lost.holds, mappings=lost.mappings, links=lost.links)
        )
        note(
            _(
                "Its orders in the ERP stay; connected again, the same orders would have to be recognised there."
            )
        )
        if not confirmed(_("Remove {store}?").format(store=record.name), yes):
            raise UsageError("store.declined", _("Nothing was removed."))
        remove_store(installation, record)
    if as_json:
        print_json({"removed": record.name, "lost": lost})
    else:
        say(_("Removed {name}. Nothing was changed in the ERP.").format(name=record.name))
