"""``tomada plan``: what a sync would do: order by order, then what would go out to the store."""

import shlex
from math import ceil

import click

from tomada.app import planning, syncing
from tomada.app.opening import opened, store_named
from tomada.app.outgoing_plan import OutgoingPlan, plan_outgoing
from tomada.app.planning import Plan
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.not_offered import print_not_offered
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
        "Show what a sync would do. Writes nothing at the store or the ERP."
        " FLOW: orders, products, stock, prices, statuses, tracking, invoices; all flows when none is named."
    )
)
@click.argument("store")
@click.argument("flows", nargs=-1, metavar="[FLOW]...")
@json_option
@pass_frame
def plan(frame: Frame, store: str, flows: tuple[str, ...], as_json: bool) -> None:
    """Read, decide and print."""
    chosen = syncing.checked_flows(flows)
    with opened(frame.home) as installation, progress() as listener:
        record = store_named(installation, store)
        syncing.check_active(record)
        syncing.check_on(record, chosen)
        orders = None
        if not chosen or "orders" in chosen:
            orders = planning.plan_store(installation, record, listener)
        outgoing = plan_outgoing(installation, record, chosen, listener)
    left_out = syncing.not_offered(record, chosen)
    if as_json:
        print_json({"plan": {**_entry(record.name, orders, outgoing), "not_offered": left_out}})
        return
    if orders and orders.changes:
        _print_orders(orders)
    if outgoing.changes:
        _print_outgoing(record.name, outgoing)
    if not outgoing.changes and not (orders and orders.changes):
        say(_("Nothing to do."))
    print_not_offered(record.name, left_out)


def _print_orders(found: Plan) -> None:
    rows = [
        (change.order, change.number, change.total, _(KINDS[change.kind]), change.sentence)
        for change in found.changes
    ]
    table([_("Order"), _("Number"), _("Total"), _("Change"), _("Why")], rows)
    say(", ".join(f"{_(KINDS[kind])}: {number}" for kind, number in found.counts.items()))
    if found.requests:
        say(_cost(found))


def _print_outgoing(store: str, found: OutgoingPlan) -> None:
    rows = [(change.flow, change.item, change.sentence) for change in found.changes]
    table([_("Flow"), _("Item"), _("Change")], rows)
    say(_outgoing_cost(found))
    if found.unconfirmed:
        say(
            _("These balances wait for your yes: {count}. Send them with: {command}").format(
                count=found.unconfirmed, command=f"tomada sync {shlex.quote(store)} stock --yes"
            )
        )


def _cost(found: Plan) -> str:
    told = _("Requests to the ERP, at least: {requests}.").format(requests=found.requests)
    return _with_time(told, found.minutes)


def _outgoing_cost(found: OutgoingPlan) -> str:
    told = _("Requests to the store, at least: {requests}.").format(requests=found.requests)
    return _with_time(told, found.minutes)


def _with_time(told: str, minutes: float | None) -> str:
    if minutes is None:
        return told
    if minutes < 1:
        return told + " " + _("At its quota that takes less than a minute.")
    return told + " " + _("Minutes that they take at its quota: {minutes}.").format(minutes=ceil(minutes))


def _entry(store: str, orders: Plan | None, outgoing: OutgoingPlan) -> dict[str, object]:
    return {
        "store": store,
        "changes": orders.changes if orders else [],
        "counts": orders.counts if orders else {},
        "requests": orders.requests if orders else 0,
        "minutes": orders.minutes if orders else None,
        "outgoing": {
            "changes": outgoing.changes,
            "requests": outgoing.requests,
            "minutes": outgoing.minutes,
            "unconfirmed": outgoing.unconfirmed,
        },
    }
