"""``tomada sync``: what was done, what waits, and what was left alone and why."""

from collections.abc import Iterable

import click

from tomada.app import syncing
from tomada.app.opening import look_with, opened
from tomada.app.syncing import Resting, StoreSync
from tomada.cli.failures import ExitCode
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.not_offered import print_not_offered
from tomada.cli.output import json_option, note, print_json, say, yes_option
from tomada.cli.progress import progress
from tomada.cli.reasons import STATES, counts_told, summary_of
from tomada.errors import TomadaError, UsageError
from tomada.i18n import N_, _
from tomada.ports.records import RunState
from tomada.ports.runner import FlowResult

WORST_FIRST = (
    ExitCode.INTERNAL,
    ExitCode.UNUSABLE,
    ExitCode.USAGE,
    ExitCode.TRANSIENT,
    ExitCode.ATTENTION,
    ExitCode.DONE,
)
"""Of several stores the command ends with the code that needs a person most."""


@click.command(
    help=N_(
        "Bring a store, or --all active ones, and the ERP in step."
        " FLOW: orders, products, stock, prices, statuses, tracking, invoices; all flows when none is named."
    )
)
@click.argument("store", required=False)
@click.argument("flows", nargs=-1, metavar="[FLOW]...")
@click.option(
    "--all", "all_stores", is_flag=True, help=N_("Every active store; one that fails stops no other.")
)
@yes_option
@json_option
@pass_frame
def sync(
    frame: Frame,
    store: str | None,
    flows: tuple[str, ...],
    all_stores: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Run the flows, print what they did, and return the worst exit code."""
    if all_stores and store:
        flows = (store, *flows)
    elif not store and not all_stores:
        raise UsageError("cli.usage", _("Name a store, or give --all."), look_with("tomada store list"))
    chosen = syncing.checked_flows(flows)
    with opened(frame.home) as installation, progress() as listener:
        if all_stores:
            done = syncing.sync_all(installation, chosen, listener, confirmed=yes)
        else:
            done = [syncing.sync_store(installation, str(store), chosen, listener, confirmed=yes)]
    if as_json:
        print_json({"stores": [_entry(one) for one in done]})
    else:
        for one in done:
            _print(one)
    return worst(_codes(done))


def worst(codes: Iterable[int]) -> int:
    """Return the code that needs a person most; 0 for none."""
    found = set(codes)
    return next((code for code in WORST_FIRST if code in found), ExitCode.DONE)


def _codes(done: list[StoreSync]) -> list[int]:
    return [one.error.exit_code for one in done if one.error] + [
        _code(result) for one in done for result in one.results
    ]


def _code(result: FlowResult) -> int:
    if result.error:
        return result.error.exit_code
    if result.state is RunState.PARTIAL:
        return ExitCode.TRANSIENT
    return (
        ExitCode.ATTENTION
        if result.counts.get("newly_held") or result.counts.get("rejected")
        else ExitCode.DONE
    )


def _print(one: StoreSync) -> None:
    if one.error:
        _say_error(one.store, one.error)
    for result in one.results:
        if result.state is RunState.SKIPPED:
            note(
                _("{store} · {flow}: nothing was done. {reason}").format(
                    store=one.store, flow=result.flow, reason=result.message
                )
            )
            continue
        did = counts_told(result.counts)
        if result.error:
            did = did or _("nothing was done")
        say(f"{one.store} · {result.flow}: " + (did or _("nothing to do")))
        if result.error:
            _say_error(one.store, result.error)
    print_not_offered(one.store, one.not_offered)
    if one.resting:
        say(_("  Left alone:"))
        for resting in one.resting:
            say(f"    {_(STATES[resting.state])}: {resting.orders}, {summary_of(resting.reason)}")


def _say_error(store: str, error: TomadaError) -> None:
    note(_("{store}: stopped: {message}").format(store=store, message=error.message))
    if error.hint:
        note(f"  {error.hint}")


def _entry(one: StoreSync) -> dict[str, object]:
    return {
        "store": one.store,
        "error": _error(one.error),
        "flows": [
            {
                "flow": result.flow,
                "run": result.run_id,
                "state": result.state,
                "counts": result.counts,
                "error": _error(result.error),
                "message": result.message or None,
            }
            for result in one.results
        ],
        "not_offered": one.not_offered,
        "resting": [_resting(resting) for resting in one.resting],
    }


def _resting(resting: Resting) -> dict[str, object]:
    return {"state": resting.state, "reason": resting.reason, "orders": resting.orders}


def _error(error: TomadaError | None) -> dict[str, str] | None:
    return {"code": error.code, "message": error.message, "hint": error.hint} if error else None
