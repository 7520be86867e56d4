"""``tomada store profile``: how a file of the store would be understood, before anything of it is taken in."""

import shlex
from pathlib import Path

import click

from tomada.app.opening import opened
from tomada.app.samples import Sample, read_sample
from tomada.cli.failures import ExitCode
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, print_json, say, table
from tomada.i18n import N_, _


@click.command(
    help=N_("Read a sample of the store's files: the settings that it shows, and how each row is understood.")
)
@click.argument("name")
@click.option(
    "--sample",
    "path",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help=N_("The file, on this machine; nothing of it is taken in."),
)
@click.option(
    "--rows", type=click.IntRange(0), default=20, show_default=True, help=N_("How many rows to show.")
)
@click.option("--apply", "apply", is_flag=True, help=N_("Give the store the settings that the file shows."))
@json_option
@pass_frame
def profile(frame: Frame, name: str, path: Path, rows: int, *, apply: bool, as_json: bool) -> int:
    """Print what was seen; 1 when some of the file cannot be understood."""
    with opened(frame.home) as installation:
        found = read_sample(installation, name, path, rows, apply=apply)
    if as_json:
        print_json({"sample": found})
    else:
        _print(found)
    return ExitCode.ATTENTION if found.problems_found else ExitCode.DONE


def _print(found: Sample) -> None:
    _print_rows(found)
    if found.problems:
        say("")
        heads = [_("Line"), _("Column"), _("Code"), _("Problem")]
        table(heads, [(one.line or "-", one.column, one.code, one.message) for one in found.problems])
        if found.problems_found > len(found.problems):
            say(_("{count} problems in all.").format(count=found.problems_found))
    say("")
    table(
        [_("Setting"), _("Value"), _("Why")],
        [(one.name, one.value or _("(default)"), one.why) for one in found.settings],
        _("The store's settings fit the file."),
    )
    if found.applied:
        say(_("They are the store's now."))
    elif found.settings:
        words = " ".join(shlex.quote(f"{one.name}={one.value}") for one in found.settings)
        say(
            _("To apply them: {command}").format(
                command=f"tomada store set {shlex.quote(found.store)} {words}"
            )
        )


def _print_rows(found: Sample) -> None:
    names = list(dict.fromkeys(name for row in found.rows for name in row.values))
    rows = [(row.line, row.key, *(row.values.get(name, "") for name in names)) for row in found.rows]
    if rows:
        table([_("Line"), _("Of"), *names], rows)
    told = _("{shown} of {count} rows that can be understood.")
    say(told.format(shown=len(found.rows), count=found.rows_read))
