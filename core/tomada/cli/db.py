"""``tomada db``: looking after the database."""

import click

from tomada.app.databases import upgrade_database
from tomada.app.opening import opened
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, print_json, say
from tomada.i18n import N_, _


@click.group(help=N_("Look after the database."))
def db() -> None:
    """Group the commands."""


@db.command("upgrade", help=N_("Bring the database to the version of this Tomada."))
@json_option
@pass_frame
def upgrade(frame: Frame, as_json: bool) -> None:
    """Upgrade, and say from which version to which."""
    with opened(frame.home) as installation:
        done = upgrade_database(installation)
    if as_json:
        print_json({"before": done.before, "after": done.after})
    elif done.before == done.after:
        say(_("The database has version {version} already.").format(version=done.after))
    else:
        say(
            _("The database went from version {before} to {after}.").format(
                before=done.before, after=done.after
            )
        )
