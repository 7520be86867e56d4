"""``tomada products import`` and ``tomada categories``: a store's catalogue (P5)."""

import click

from tomada.app import catalogue as app
from tomada.app.opening import opened
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, print_json, table, yes_option
from tomada.cli.progress import progress
from tomada.cli.sending import print_sending
from tomada.errors import UsageError
from tomada.i18n import N_, _


@click.command(
    "import",
    help=N_(
        "Take products of a store into the ERP: by the store's id, or --new for all that are not linked."
    ),
)
@click.argument("store")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--new", is_flag=True, help=N_("Every product of the store that has no link."))
@yes_option
@json_option
@pass_frame
def import_(frame: Frame, store: str, ids: tuple[str, ...], new: bool, yes: bool, as_json: bool) -> int:
    """Import and print a result for each product."""
    if bool(ids) == new:
        raise UsageError("cli.usage", _("Name the store's ids of products, or give --new."))
    with opened(frame.home) as installation, progress() as listener:
        done = app.import_from_store(installation, store, ids, listener, confirmed=yes)
    return print_sending(done, as_json=as_json)


@click.group(help=N_("Look at a store's categories, and make new ones."))
def categories() -> None:
    """Group the commands."""


@categories.command(
    "list", help=N_("Read the categories of a store: each with its path and the ERP's category.")
)
@click.argument("store")
@json_option
@pass_frame
def list_(frame: Frame, store: str, as_json: bool) -> None:
    """Print the categories by path."""
    with opened(frame.home) as installation, progress() as listener:
        found = app.categories(installation, store, listener)
    if as_json:
        print_json({"categories": found})
        return
    rows = [(one.code, one.path, one.erp or _("the one of the same path")) for one in found]
    table([_("Code"), _("Category"), _("In the ERP")], rows, _("The store has no categories."))


@categories.command("create", help=N_("Make categories at a store, each written “A > B > C”."))
@click.argument("store")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@json_option
@pass_frame
def create(frame: Frame, store: str, paths: tuple[str, ...], as_json: bool) -> int:
    """Make them and print a result for each."""
    with opened(frame.home) as installation, progress() as listener:
        done = app.create_categories(installation, store, paths, listener)
    return print_sending(done, as_json=as_json)
