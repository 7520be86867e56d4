"""``tomada init``: the data folder, the key and the database."""

import sys

import click

from tomada.app.setting_up import Installed, KeyPlace, is_set_up, set_up
from tomada.bootstrap import Places
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import confirmed, fields, json_option, print_json, say, yes_option
from tomada.errors import UsageError
from tomada.i18n import N_, _


@click.command(help=N_("Set up the data folder, the key and the database. Repeated, it changes nothing."))
@yes_option
@json_option
@pass_frame
def init(frame: Frame, yes: bool, as_json: bool) -> None:
    """Make what is missing and say where everything lies."""
    # An empty installation harms nothing, so a script need not say --yes.
    if sys.stdin.isatty() and not is_set_up(frame.home):
        question = _("Make a new installation in {home}?").format(home=Places(frame.home).home)
        if not confirmed(question, yes):
            raise UsageError("init.declined", _("Nothing was made."))
    made = set_up(frame.home)
    if as_json:
        print_json({"installation": made})
    else:
        _print(made)


def _print(made: Installed) -> None:
    places = {
        KeyPlace.ENVIRONMENT: _("the environment variable"),
        KeyPlace.FILE: _("the file"),
        KeyPlace.KEYRING: _("the system's keyring"),
    }
    fields(
        [
            (_("Data folder"), made.home),
            (_("Database"), made.database),
            (_("Key"), f"{places[made.key_place]} {made.key}"),
        ]
    )
    if not made.key_made and not made.database_made:
        say(_("Everything was there already."))
        return
    say(_("Back the key up, apart from the data: without it no password and no order can be read."))
    if made.backup:
        say(_("To see it: {command}").format(command=made.backup))
    say(_("Next: {command}").format(command="tomada erp add " + _("NAME")))
