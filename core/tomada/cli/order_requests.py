"""``tomada orders import`` and ``retry``: what a person asks of orders, which the next sync carries out."""

import click

from tomada.app.opening import opened
from tomada.app.order_requests import import_orders, retry_orders
from tomada.cli.failures import ExitCode
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, print_json, say, table
from tomada.i18n import N_, _

RETRIED = {
    "again": N_("the next sync looks at it again"),
    "done": N_("it is in the ERP, and nothing of it waits"),
    "missing": N_("no such order, or several"),
}


@click.command("import", help=N_("Let orders in that would stay out by themselves; the next sync does it."))
@click.argument("store")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@json_option
@pass_frame
def import_(frame: Frame, store: str, ids: tuple[str, ...], as_json: bool) -> None:
    """Ask for orders."""
    with opened(frame.home) as installation:
        asked = import_orders(installation, store, ids)
    if as_json:
        print_json({"orders": asked})
    else:
        say(_("Orders that come in with the next sync: {orders}.").format(orders=asked))


@click.command(
    "retry", help=N_("Let the next sync look again at orders that stand still. ID: of store or ERP.")
)
@click.argument("store")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@json_option
@pass_frame
def retry(frame: Frame, store: str, ids: tuple[str, ...], as_json: bool) -> int:
    """Wake orders, and print a result for each."""
    with opened(frame.home) as installation:
        found = retry_orders(installation, store, ids)
    if as_json:
        print_json({"orders": found})
    else:
        table([_("Order"), _("Result")], [(one.order, _(RETRIED[one.state])) for one in found])
    missing = any(one.state == "missing" for one in found)
    return ExitCode.ATTENTION if missing else ExitCode.DONE
