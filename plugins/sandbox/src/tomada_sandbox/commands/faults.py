"""``tomada sandbox faults``: have the remotes misbehave by rule."""

import click

from tomada.errors import UsageError
from tomada_sandbox.client import Json
from tomada_sandbox.commands.address import Frame, connected, url_option
from tomada_sandbox.commands.output import json_option, print_json, table
from tomada_sandbox.commands.pairs import pairs
from tomada_sandbox.faults import FaultKind
from tomada_sandbox.sentences import N_, _


@click.group(help=N_("Have the remotes misbehave by rule."))
def faults() -> None:
    """Group the commands."""


@faults.command("list", help=N_("List the rules, and how often each one fired."))
@url_option
@json_option
@click.pass_obj
def list_(frame: Frame, url: str | None, *, as_json: bool) -> None:
    """Print the rules in force."""
    with connected(frame, url) as client:
        rules = client.faults()
    _show(rules, as_json=as_json)


@faults.command(
    help=N_(
        "Add a rule. KEY is one of remote, endpoint, method, path, times, every, skip, probability, seed and "
        "params. Example: tomada sandbox faults add late_effect remote=tiny/conta params='{\"seconds\": 60}'"
    )
)
@click.argument("kind", type=click.Choice([kind.value for kind in FaultKind]))
@click.argument("rule", nargs=-1, metavar="[KEY=VALUE]…")
@url_option
@json_option
@click.pass_obj
def add(frame: Frame, kind: str, rule: tuple[str, ...], url: str | None, *, as_json: bool) -> None:
    """Add a rule and print all."""
    told = pairs(rule)
    if "kind" in told:
        raise UsageError("sandbox.pair", _("The kind is the first argument."))
    with connected(frame, url) as client:
        client.add_fault(kind, **told)
        rules = client.faults()
    _show(rules, as_json=as_json)


@faults.command(help=N_("Take rules back: all, or those given for one remote."))
@click.option("--remote", metavar="PATTERN", help=N_("Only the rules with this very pattern."))
@url_option
@json_option
@click.pass_obj
def clear(frame: Frame, remote: str | None, url: str | None, *, as_json: bool) -> None:
    """Take rules back and print those that are left."""
    with connected(frame, url) as client:
        client.clear_faults(remote)
        rules = client.faults()
    _show(rules, as_json=as_json)


def _show(rules: list[Json], *, as_json: bool) -> None:
    if as_json:
        print_json({"rules": rules})
        return
    if not rules:
        click.echo(_("No rule is in force."))
        return
    rows = [
        (rule["kind"], rule["remote"] or "*", rule["endpoint"] or "*", rule["times"] or "∞", rule["fired"])
        for rule in rules
    ]
    table([_("Fault"), _("Remote"), _("Endpoint"), _("Times"), _("Fired")], rows)
