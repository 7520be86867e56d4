"""``tomada products``: the ERP's products for a store."""

from math import ceil

import click

from tomada.app.opening import opened
from tomada.app.sending import Forecast, send_named_products
from tomada.cli.catalogue import import_
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import confirmed, json_option, note, yes_option
from tomada.cli.progress import progress
from tomada.cli.sending import print_sending
from tomada.errors import UsageError
from tomada.i18n import N_, _


@click.group(help=N_("Send products to a store."))
def products() -> None:
    """Group the commands."""


products.add_command(import_)


@products.command(
    "send", help=N_("Create or update products at a store: by SKU, or --new for all that it does not have.")
)
@click.argument("store")
@click.argument("skus", nargs=-1, metavar="[SKU]...")
@click.option(
    "--new", is_flag=True, help=N_("Every active product of the ERP that the store has no link to.")
)
@yes_option
@json_option
@pass_frame
def send(frame: Frame, store: str, skus: tuple[str, ...], new: bool, yes: bool, as_json: bool) -> int:
    """Ask, send, and print a result for each product."""
    if bool(skus) == new:
        raise UsageError("cli.usage", _("Name the SKUs, or give --new."))

    def agreed(forecast: Forecast) -> bool:
        note(_cost(forecast))
        if forecast.beyond_limit:
            note(_("That is more than guard.products_created allows without a second look."))
        return confirmed(_("Send them to {store}?").format(store=store), yes)

    with opened(frame.home) as installation, progress() as listener:
        done = send_named_products(installation, store, skus, listener, new=new, confirm=agreed)
    if done is None:
        note(_("Nothing was sent."))
        return 0
    return print_sending(done, as_json=as_json)


def _cost(forecast: Forecast) -> str:
    if forecast.minutes is None:
        return _("Products: {products}. Requests, at least: {requests}.").format(
            products=forecast.products, requests=forecast.requests
        )
    return _(
        "Products: {products}. Requests, at least: {requests}. Minutes at the quotas: {minutes}."
    ).format(products=forecast.products, requests=forecast.requests, minutes=ceil(forecast.minutes))
