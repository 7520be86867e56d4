"""``tomada sandbox shop``, ``clerk`` and ``clock``: let people act on both sides, and time pass."""

import click

from tomada.errors import UsageError
from tomada_sandbox.client import Json
from tomada_sandbox.commands.address import Frame, connected, url_option
from tomada_sandbox.commands.output import json_option, print_json
from tomada_sandbox.commands.pairs import pairs
from tomada_sandbox.sentences import N_, _


@click.command(
    help=N_(
        "Let a shopper or the merchant act: place, pay, change_status, change, split or cancel an order, add_products, "
        "configure. Example: tomada sandbox shop loja-1 place payment=boleto"
    )
)
@click.argument("store")
@click.argument("action")
@click.argument("details", nargs=-1, metavar="[KEY=VALUE]…")
@url_option
@json_option
@click.pass_obj
def shop(
    frame: Frame, store: str, action: str, details: tuple[str, ...], url: str | None, *, as_json: bool
) -> None:
    """Do one action and print what the store tells of it."""
    with connected(frame, url) as client:
        _print(client.shop(store, action, **_details(details)), as_json=as_json)


@click.command(
    help=N_(
        "Let the ERP's clerk act: approve, prepare, ship, deliver or cancel an order, invoice, cancel_invoice, "
        "count_stock, move_stock, edit_product, deactivate_product, delete_product, configure and more; an unknown "
        "action lists them all. Example: tomada sandbox clerk conta ship order=1 code=BR123"
    )
)
@click.argument("account")
@click.argument("action")
@click.argument("details", nargs=-1, metavar="[KEY=VALUE]…")
@url_option
@json_option
@click.pass_obj
def clerk(
    frame: Frame, account: str, action: str, details: tuple[str, ...], url: str | None, *, as_json: bool
) -> None:
    """Do one action and print what the account tells of it."""
    with connected(frame, url) as client:
        _print(client.clerk(account, action, **_details(details)), as_json=as_json)


def _details(texts: tuple[str, ...]) -> dict[str, object]:
    told = pairs(texts)
    if "action" in told:
        raise UsageError("sandbox.pair", _("The action is the second argument."))
    return told


def _print(done: Json, *, as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        click.echo(" ".join(f"{key}={value}" for key, value in done.items()))


@click.command(help=N_("Show the virtual time, or move it on for the sandbox and all who follow its clock."))
@click.option("--advance", type=float, metavar="SECONDS", help=N_("Move the time on."))
@url_option
@json_option
@click.pass_obj
def clock(frame: Frame, advance: float | None, url: str | None, *, as_json: bool) -> None:
    """Print the time."""
    with connected(frame, url) as client:
        told = client.clock() if advance is None else client.advance(advance)
    if as_json:
        print_json(told)
    else:
        click.echo(
            _("{now}, {seconds} s ahead of real time").format(
                now=told["now"], seconds=f"{told['offset']:.0f}"
            )
        )
