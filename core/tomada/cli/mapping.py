"""``tomada map``: what a store's codes are in the ERP."""

import click

from tomada.app import mappings
from tomada.app.opening import opened
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.mapping_files import export, import_
from tomada.cli.mapping_words import named, say_freed
from tomada.cli.output import json_option, note, print_json, say, table
from tomada.cli.suggesting import suggest
from tomada.i18n import N_, _

SOURCES = {"person": N_("person"), "default": N_("default"), "none": N_("nobody has said")}


@click.group("map", help=N_("Say what a store's codes are in the ERP."))
def mapping() -> None:
    """Group the commands."""


mapping.add_command(suggest)
mapping.add_command(export)
mapping.add_command(import_)


@mapping.command(
    "list",
    help=N_(
        "List the codes that a store uses. KIND: status, status_out, shipping, channel, payment or category."
    ),
)
@click.argument("store")
@click.argument("kind", required=False)
@json_option
@pass_frame
def list_(frame: Frame, store: str, kind: str | None, as_json: bool) -> None:
    """Print the codes with their values."""
    with opened(frame.home) as installation:
        found = mappings.mapped_codes(installation, store, kind)
    if as_json:
        print_json({"codes": found})
        return
    heads = [_("Kind"), _("Code"), _("Name"), _("In the ERP"), _("Says"), _("Orders that wait")]
    rows = [
        (one.kind, one.code, one.label, one.value, _(SOURCES[one.source]), one.orders or "") for one in found
    ]
    table(heads, rows, _("The store has shown no codes yet; the first sync brings them."))


@mapping.command(
    "set",
    help=N_(
        "Set the ERP's value of a code, or of the one with this name; * stands for all others. Orders that waited for"
        " it go on."
        " KIND: status, status_out, shipping, channel, payment or category."
    ),
)
@click.argument("store")
@click.argument("kind")
@click.argument("code")
@click.argument("value")
@json_option
@pass_frame
def set_(frame: Frame, store: str, kind: str, code: str, value: str, as_json: bool) -> None:
    """Set one mapping."""
    with opened(frame.home) as installation:
        done = mappings.map_code(installation, store, kind, code, value)
    if not done.known:
        note(_("{store} has not shown this yet: {code}").format(store=store, code=named(kind, done.code)))
    if as_json:
        print_json({"mapping": done})
        return
    _say_value(kind, done.code, done.value)
    say_freed(done.orders, done.waiting)


@mapping.command("remove", help=N_("Remove what a person set; a default may be in force then."))
@click.argument("store")
@click.argument("kind")
@click.argument("code")
@json_option
@pass_frame
def remove(frame: Frame, store: str, kind: str, code: str, as_json: bool) -> None:
    """Remove one mapping."""
    with opened(frame.home) as installation:
        done = mappings.unmap_code(installation, store, kind, code)
    if as_json:
        print_json({"mapping": done})
    elif done.value:
        _say_value(kind, done.code, done.value)
    else:
        say(
            _("Nobody says any more what this is; orders with it are held: {code}").format(
                code=named(kind, done.code)
            )
        )


def _say_value(kind: str, code: str, value: str) -> None:
    told = _("At the store: {code} = {value}") if kind == "status_out" else _("In the ERP: {code} = {value}")
    say(told.format(code=named(kind, code), value=value))
