"""``tomada prices``: prices on demand."""

import click

from tomada.app.opening import opened
from tomada.app.pricing import send_named_prices
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, yes_option
from tomada.cli.progress import progress
from tomada.cli.sending import print_sending
from tomada.errors import UsageError
from tomada.i18n import N_, _


@click.group(help=N_("Send prices to a store."))
def prices() -> None:
    """Group the commands."""


@prices.command("send", help=N_("Send the prices of these SKUs, or of --all linked products, now."))
@click.argument("store")
@click.argument("skus", nargs=-1, metavar="[SKU]...")
@click.option("--all", "everything", is_flag=True, help=N_("Every linked product."))
@yes_option
@json_option
@pass_frame
def send(frame: Frame, store: str, skus: tuple[str, ...], everything: bool, yes: bool, as_json: bool) -> int:
    """Send and print a result for each product."""
    if bool(skus) == everything:
        raise UsageError("cli.usage", _("Name the SKUs, or give --all."))
    with opened(frame.home) as installation, progress() as listener:
        done = send_named_prices(installation, store, skus, listener, everything=everything, confirmed=yes)
    return print_sending(done, as_json=as_json)
