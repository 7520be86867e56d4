"""``tomada prices``: prices on demand."""

import click

from tomada.app.opening import opened
from tomada.app.pricing import explain, send_named_prices, told
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import cell, json_option, print_json, say, yes_option
from tomada.cli.progress import progress
from tomada.cli.sending import print_sending
from tomada.errors import UsageError
from tomada.flows.prices.flow import PriceTerms
from tomada.i18n import N_, _
from tomada.ports.options import PriceOptions, PriceRule


@click.group(help=N_("Send prices, and ask why they are what they are."))
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


@prices.command(
    "explain", help=N_("Show how the prices of a SKU come about at a store. Reads the ERP, sends nothing.")
)
@click.argument("store")
@click.argument("sku")
@json_option
@pass_frame
def explain_(frame: Frame, store: str, sku: str, as_json: bool) -> None:
    """Print every term."""
    with opened(frame.home) as installation, progress() as listener:
        options, found = explain(installation, store, sku, listener)
    if as_json:
        print_json({"rule": options.model_dump(mode="json"), "prices": [_entry(one) for one in found]})
        return
    for one in found:
        _print(options, one)


def _entry(one: PriceTerms) -> dict[str, object]:
    terms = one.found
    return {
        "product": one.link.product_id,
        "variant": one.link.variant_id,
        "sku": one.link.sku,
        "erp_product": one.link.erp_product_id,
        "own": terms and terms.own,
        "promotional": terms and terms.promotional,
        "listed": terms and terms.listed,
        "exception": terms.exception.model_dump(mode="json") if terms and terms.exception else None,
        "price": one.price.model_dump(mode="json") if one.price else None,
        "published": one.published.model_dump(mode="json") if one.published else None,
        "published_at": one.published_at,
    }


def _print(options: PriceOptions, one: PriceTerms) -> None:
    product = f"{one.link.product_id}/{one.link.variant_id}".rstrip("/")
    say(_("Product {product}, ERP product {erp}").format(product=product, erp=one.link.erp_product_id))
    terms = one.found
    if terms is None:
        say(_("  The ERP has no such product that is active."))
        return
    say(
        _("  in the ERP: {price}, promotional {lower}").format(
            price=cell(terms.own), lower=cell(terms.promotional)
        )
    )
    if options.rule is PriceRule.LIST:
        say(_("  by the list {id}: {price}").format(id=options.price_list, price=cell(terms.listed)))
    if terms.exception:
        say(
            _("  an exception of the list, sent as it is: {price}, promotional {lower}").format(
                price=cell(terms.exception.price), lower=cell(terms.exception.promotional_price)
            )
        )
    else:
        say(
            _("  per cent: {percent}; ending: {ending}").format(
                percent=cell(options.percent), ending=options.rounding.value
            )
        )
    price = told(one.price) if one.price else _("none, so nothing is sent")
    say(_("  the price (rule {rule}): {price}").format(rule=options.rule.value, price=price))
    if one.published_at and one.published:
        say(
            _("  told to the store {at}: {price}").format(
                at=cell(one.published_at), price=told(one.published)
            )
        )
    elif one.published:
        say(_("  as the store itself said: {price}").format(price=told(one.published)))
    else:
        say(_("  told to the store: nothing yet"))
