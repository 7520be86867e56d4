"""``tomada map export|import``: a store's mappings as a file."""

from pathlib import Path

import click

from tomada.app.opening import opened
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.mapping_words import named, say_freed
from tomada.cli.output import confirmed, json_option, note, print_json, say, yes_option
from tomada.errors import UsageError
from tomada.i18n import N_, _


@click.command(
    "export", help=N_("Write what people have set for a store as TOML, to be kept, edited or imported.")
)
@click.argument("store")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help=N_("The file."),
)
@json_option
@pass_frame
def export(frame: Frame, store: str, output: Path, as_json: bool) -> None:
    """Write the mappings."""
    from tomada.app.mapping_files import export_mappings

    with opened(frame.home) as installation:
        count = export_mappings(installation, store, output)
    if as_json:
        print_json({"path": output, "mappings": count})
    else:
        say(_("{count} mappings are in {path}.").format(count=count, path=output))


@click.command(
    "import",
    help=N_(
        "Set the mappings of a TOML file that was exported from this or another store, after a yes. Names count before"
        " codes; what the file does not name stays."
    ),
)
@click.argument("store")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@yes_option
@json_option
@pass_frame
def import_(frame: Frame, store: str, path: Path, yes: bool, as_json: bool) -> None:
    """Check the whole file, show what it would change, and set it."""
    from tomada.app.mapping_files import MappingPlan, import_mappings

    def confirm(plan: MappingPlan) -> bool:
        for record in plan.new:
            note(f"{named(record.kind, record.label or record.code)} = {record.value}")
        for change in plan.changed:
            told = _("{code} = {value} (now {old})")
            code = named(change.record.kind, change.record.label or change.record.code)
            note(told.format(code=code, value=change.record.value, old=change.old))
        question = _("Set {new} new mappings and change {changed}?")
        return confirmed(question.format(new=len(plan.new), changed=len(plan.changed)), yes)

    with opened(frame.home) as installation:
        done = import_mappings(installation, store, path, confirm)
    if done is None:
        raise UsageError("mapping.declined", _("Nothing was set."))
    if as_json:
        print_json(
            {"new": done.new, "changed": done.changed, "unchanged": done.unchanged, "woken": done.woken}
        )
        return
    told = _("{new} set, {changed} changed, {unchanged} as they were.")
    say(told.format(new=len(done.new), changed=len(done.changed), unchanged=done.unchanged))
    say_freed(done.woken.going, done.woken.waiting)
