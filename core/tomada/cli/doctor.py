"""``tomada doctor``: whether everything that a sync needs can be used."""

import click

from tomada.app.diagnosis import diagnose
from tomada.app.opening import opened
from tomada.cli.checking import failed, print_steps
from tomada.cli.failures import ExitCode
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, print_json, say
from tomada.i18n import N_


@click.command(help=N_("Check plugins, database, key and connections."))
@json_option
@pass_frame
def doctor(frame: Frame, as_json: bool) -> int:
    """Print each step as it is done; a failed one makes the exit code 3."""
    with opened(frame.home) as installation:
        results = diagnose(installation)
        found = list(results) if as_json else print_steps(results, say)
    if as_json:
        print_json({"steps": found})
    return ExitCode.UNUSABLE if failed(found) else ExitCode.DONE
