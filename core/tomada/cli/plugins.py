"""``tomada plugins``: what is installed, and why something of it does not work."""

import click

from tomada.cli.extensions import extensions
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, note, print_json, table
from tomada.host.discovery import PluginStatus, Status
from tomada.host.registry import Registry
from tomada.i18n import N_, _

STATUSES = {
    Status.ACTIVE: N_("works"),
    Status.FAILED: N_("failed"),
    Status.INCOMPATIBLE: N_("of another version"),
    Status.SHADOWED: N_("hidden by another"),
    Status.DISABLED: N_("switched off"),
}


@click.group(help=N_("Show the installed plugins."))
def plugins() -> None:
    """Group the commands."""


@plugins.command("list", help=N_("List them, and why one does not work."))
@json_option
@pass_frame
def list_plugins(frame: Frame, as_json: bool) -> None:
    """Print the status of each plugin."""
    found = [("platform", status) for status in Registry().statuses()]
    found += [("extension", status) for status in extensions()[1]]
    if as_json:
        print_json({"plugins": [_entry(kind, status) for kind, status in found]})
        return
    kinds = {"platform": _("platform"), "extension": _("extension")}
    rows = [
        (one.id, kinds[kind], one.distribution, one.version, _(STATUSES[one.status]), one.reason)
        for kind, one in found
    ]
    heads = [_("Plugin"), _("Kind"), _("Distribution"), _("Version"), _("State"), _("Reason")]
    table(heads, rows, _("No plugin is installed. Install one, such as: pip install tomada-tray-rest"))
    if frame.verbosity > 1:
        for _kind, status in found:
            if status.traceback:
                note(f"{status.id} ({status.distribution} {status.version})\n{status.traceback}")


def _entry(kind: str, status: PluginStatus) -> dict[str, object]:
    return {
        "id": status.id,
        "kind": kind,
        "distribution": status.distribution,
        "version": status.version,
        "status": status.status,
        "reason": status.reason or None,
    }
