"""``tomada stock``: balances on demand, and why a number is what it is."""

from decimal import Decimal

import click

from tomada.app.balances import Explained, explain
from tomada.app.opening import opened
from tomada.app.reservations import reservations
from tomada.app.sending import send_named_stock
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import cell, json_option, print_json, say, table, yes_option
from tomada.cli.progress import progress
from tomada.cli.sending import print_sending
from tomada.errors import UsageError
from tomada.flows.stock.balances import Terms
from tomada.i18n import N_, _


@click.group(help=N_("Send balances, and ask why they are what they are."))
def stock() -> None:
    """Group the commands."""


@stock.command("send", help=N_("Send the balances of these SKUs, or of --all linked products, now."))
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
        done = send_named_stock(installation, store, skus, listener, everything=everything, confirmed=yes)
    return print_sending(done, as_json=as_json)


@stock.command("explain", help=N_("Show how the balance of a SKU comes about, for every store."))
@click.argument("sku")
@json_option
@pass_frame
def explain_(frame: Frame, sku: str, as_json: bool) -> None:
    """Print every term, its source and its time."""
    with opened(frame.home) as installation:
        found = explain(installation, sku)
    if as_json:
        print_json({"stores": found})
        return
    for one in found:
        _print(one)


@stock.command(
    "reservations", help=N_("List the orders that take pieces of a SKU and have not left the ERP's balance.")
)
@click.argument("sku")
@json_option
@pass_frame
def reservations_(frame: Frame, sku: str, as_json: bool) -> None:
    """Print the orders, the oldest first, and their sum for each product of the ERP."""
    with opened(frame.home) as installation:
        found = reservations(installation, sku)
    if as_json:
        print_json({"reservations": found})
        return
    heads = [_("SKU"), _("Store"), _("Order"), _("Pieces"), _("Since"), _("ERP order"), _("In the ERP since")]
    table(
        heads,
        [
            (
                one.sku or one.erp_product,
                one.store,
                one.order,
                one.quantity,
                one.since,
                one.erp_order,
                one.in_erp_since,
            )
            for one in found
        ],
        _("No order takes pieces of it."),
    )


def _print(one: Explained) -> None:
    say(
        _("{store}: product {product}, ERP product {erp}").format(
            store=one.store, product=one.product, erp=one.erp_product
        )
    )
    terms = one.terms
    if terms is None:
        say(_("  The ERP's balance was not read yet; the next sync does."))
        return
    if terms.inactive:
        say(_("  the ERP sells it no more: it is not active there"))
    elif terms.parts:
        _print_kit(terms)
    else:
        say(_("  in the ERP, read {at}").format(at=cell(one.read_at)) + f": {terms.on_hand:f}")
        say(_("  reserved in the ERP") + f": {_less(terms.reserved)}")
    for taking in one.takings:
        say(
            _("  order {order} of {store}, not counted by the ERP yet, since {since}").format(
                order=taking.order, store=taking.store, since=cell(taking.since)
            )
            + f": {_less(taking.quantity)}"
        )
    say(_("  kept back for safety") + f": {_less(terms.safety)}")
    if terms.share_percent != 100:
        say(_("  the store's share: {percent} %").format(percent=terms.share_percent))
    say(_("  may be sold (rule {rule})").format(rule=one.rule.value) + f": {terms.quantity}")
    if one.frozen_by is not None:
        say(
            _("  not sent: several ERP products have the SKU (tomada holds show {id})").format(
                id=one.frozen_by
            )
        )
    if one.published is not None:
        say(_("  published {at}").format(at=cell(one.published_at)) + f": {one.published}")
        return
    say(_("  published: nothing yet"))
    if one.listed is not None:
        say(_("  the store's own number, read {at}").format(at=cell(one.listed_at)) + f": {one.listed}")


def _print_kit(terms: Terms) -> None:
    say(_("  a kit, of which its components suffice for") + f": {terms.on_hand:f}")
    for part in terms.parts:
        say(
            _(
                "    {pieces:f} of {sku}: in the ERP, read {at}, {on_hand:f}; reserved {reserved:f}; "
                "in orders {ledger:f}; free {free:f}"
            ).format(
                pieces=part.pieces,
                sku=part.sku or part.product_id,
                at=cell(part.read_at),
                on_hand=part.terms.on_hand,
                reserved=part.terms.reserved,
                ledger=part.terms.ledger,
                free=part.free,
            )
        )


def _less(pieces: Decimal) -> str:
    """Pieces that are taken off."""
    return f"-{pieces:f}" if pieces else "0"
