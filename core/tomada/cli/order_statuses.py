"""``tomada orders set-status`` and ``mark-delivered``: what a store is told of orders on demand (T5)."""

import click

from tomada.app.opening import opened
from tomada.app.order_statuses import mark_orders_delivered, set_order_statuses
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option
from tomada.cli.progress import progress
from tomada.cli.sending import print_sending
from tomada.i18n import N_


@click.command(
    "set-status",
    help=N_("Give orders a status of the store, now. STATUS: its id or its name there. ID: of store or ERP."),
)
@click.argument("store")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.argument("status")
@json_option
@pass_frame
def set_status(frame: Frame, store: str, ids: tuple[str, ...], status: str, as_json: bool) -> int:
    """Send and print a result for each order."""
    with opened(frame.home) as installation, progress() as listener:
        done = set_order_statuses(installation, store, ids, status, listener)
    return print_sending(done, as_json=as_json)


@click.command("mark-delivered", help=N_("Mark orders as delivered at the store, now. ID: of store or ERP."))
@click.argument("store")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@json_option
@pass_frame
def mark_delivered(frame: Frame, store: str, ids: tuple[str, ...], as_json: bool) -> int:
    """Send and print a result for each order."""
    with opened(frame.home) as installation, progress() as listener:
        done = mark_orders_delivered(installation, store, ids, listener)
    return print_sending(done, as_json=as_json)
