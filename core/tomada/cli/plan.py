"""``tomada plan``: what a sync would do, order by order."""

from math import ceil

import click

from tomada.app import planning, syncing
from tomada.app.opening import opened
from tomada.app.planning import Plan
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, print_json, say, table
from tomada.cli.progress import progress
from tomada.i18n import N_, _

KINDS = {
    "create": N_("create"),
    "status": N_("set status"),
    "hold": N_("hold"),
    "ignore": N_("leave out"),
    "wait": N_("wait"),
    "manual": N_("leave to a person"),
    "none": N_("nothing to do"),
}


@click.command(
    help=N_(
        "Show what a sync would do, order by order. Writes nothing at the store or the ERP. FLOW: orders."
    )
)
@click.argument("store")
@click.argument("flows", nargs=-1, metavar="[FLOW]...")
@json_option
@pass_frame
def plan(frame: Frame, store: str, flows: tuple[str, ...], as_json: bool) -> None:
    """Read, decide and print."""
    syncing.checked_flows(flows)
    with opened(frame.home) as installation, progress() as listener:
        found = planning.plan(installation, store, listener)
    if as_json:
        print_json({"plan": _entry(found)})
        return
    rows = [
        (change.order, change.number, change.total, _(KINDS[change.kind]), change.sentence)
        for change in found.changes
    ]
    table([_("Order"), _("Number"), _("Total"), _("Change"), _("Why")], rows, _("Nothing to do."))
    if found.changes:
        say(", ".join(f"{_(KINDS[kind])}: {number}" for kind, number in found.counts.items()))
    if found.requests:
        say(_cost(found))


def _cost(found: Plan) -> str:
    told = _("Requests to the ERP, at least: {requests}.").format(requests=found.requests)
    if found.minutes is None:
        return told
    if found.minutes < 1:
        return told + " " + _("At its quota that takes less than a minute.")
    return (
        told + " " + _("Minutes that they take at its quota: {minutes}.").format(minutes=ceil(found.minutes))
    )


def _entry(found: Plan) -> dict[str, object]:
    return {
        "store": found.store,
        "changes": found.changes,
        "counts": found.counts,
        "requests": found.requests,
        "minutes": found.minutes,
    }
