"""``tomada runs``: past runs."""

from collections.abc import Mapping

import click

from tomada.app import runs as app
from tomada.app.opening import opened
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import fields, json_option, print_json, table
from tomada.cli.reasons import counts_told
from tomada.cli.story import actor_word
from tomada.i18n import N_, _
from tomada.ports.records import RunRecord, RunState

STATES = {
    RunState.RUNNING: N_("running"),
    RunState.DONE: N_("done"),
    RunState.PARTIAL: N_("stopped for now"),
    RunState.FAILED: N_("failed"),
    RunState.SKIPPED: N_("skipped"),
}


@click.group(help=N_("Look at past runs."))
def runs() -> None:
    """Group the commands."""


@runs.command("list", help=N_("List the last runs, newest first."))
@click.option("--store", metavar="S", help=N_("Only of this store."))
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), default=20, show_default=True, help=N_("How many.")
)
@json_option
@pass_frame
def list_(frame: Frame, store: str | None, limit: int, as_json: bool) -> None:
    """Print the last runs."""
    with opened(frame.home) as installation:
        found = app.runs(installation, store, limit)
        names = app.store_names(installation)
    if as_json:
        print_json({"runs": [_entry(run, names) for run in found]})
        return
    heads = [_("Run"), _("Store"), _("Flow"), _("Began"), _("State"), _("It did")]
    rows = [
        (
            run.id,
            names.get(run.store_id),
            run.flow,
            run.started_at,
            _(STATES[run.state]),
            counts_told(run.counts),
        )
        for run in found
    ]
    table(heads, rows, _("Nothing ran yet."))


@runs.command("show", help=N_("Show one run."))
@click.argument("run_id", metavar="ID", type=int)
@json_option
@pass_frame
def show(frame: Frame, run_id: int, as_json: bool) -> None:
    """Print one run."""
    with opened(frame.home) as installation:
        run = app.run_of(installation, run_id)
        names = app.store_names(installation)
    if as_json:
        print_json({"run": _entry(run, names)})
        return
    fields(
        [
            (_("Run"), run.id),
            (_("Store"), names.get(run.store_id)),
            (_("Flow"), run.flow),
            (_("Actor"), actor_word(run.actor)),
            (_("Began"), run.started_at),
            (_("Ended"), run.ended_at),
            (_("State"), _(STATES[run.state])),
            (_("It did"), counts_told(run.counts)),
            (_("Error"), run.error),
            (_("Message"), run.message),
        ]
    )


def _entry(run: RunRecord, names: Mapping[int, str]) -> dict[str, object]:
    return {
        "id": run.id,
        "store": names.get(run.store_id),
        "flow": run.flow,
        "actor": run.actor,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "state": run.state,
        "counts": run.counts,
        "error": run.error or None,
        "message": run.message or None,
    }
