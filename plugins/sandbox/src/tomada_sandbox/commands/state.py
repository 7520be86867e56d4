"""``tomada sandbox state``: look into both sides."""

import click

from tomada.errors import UsageError
from tomada_sandbox.client import Json
from tomada_sandbox.commands.address import Frame, connected, url_option
from tomada_sandbox.commands.output import json_option, print_json, table
from tomada_sandbox.sentences import N_, _

KINDS = {"tiny": "Tiny", "tray": "Tray"}


@click.command(help=N_("Show the accounts and stores; with --json everything that is in them."))
@click.argument("remote", required=False, metavar="[tiny/NAME|tray/NAME]")
@url_option
@json_option
@click.pass_obj
def state(frame: Frame, remote: str | None, url: str | None, *, as_json: bool) -> None:
    """Print one remote or all."""
    kind, _slash, name = (remote or "").partition("/")
    if remote and (kind not in KINDS or not name):
        raise UsageError("sandbox.remote", _("Name a remote as tiny/NAME or tray/NAME."))
    with connected(frame, url) as client:
        told = {kind: {name: client.state_of(kind, name)}} if remote else client.state()
    if as_json:
        print_json(told)
        return
    rows = [row for kind in KINDS for row in _rows(kind, told.get(kind, {}))]
    table([_("Remote"), _("Orders"), _("Buyers"), _("Products"), _("Requests"), _("Refused")], rows)
    if not remote:
        told_time = _("{now}; effects still to come: {pending}")
        click.echo(told_time.format(now=told["now"], pending=told["pending_effects"]))


def _rows(kind: str, remotes: Json) -> list[tuple[object, ...]]:
    buyers = "contacts" if kind == "tiny" else "customers"
    return [
        (
            f"{kind}/{name}",
            len(one["orders"]),
            len(one[buyers]),
            len(one["products"]),
            one["quota"]["total"]["requests"],
            one["quota"]["total"]["refused"],
        )
        for name, one in remotes.items()
    ]
