"""The end of the demo: both sides beside each other, the requests, and what they would take."""

import click

from tomada_sandbox.commands.output import amount, table
from tomada_sandbox.demo import cast
from tomada_sandbox.demo.cost import at_real_quotas, by_kind, kinds_in
from tomada_sandbox.demo.stage import Requests, Stage
from tomada_sandbox.demo.story import PASSES, Outcome
from tomada_sandbox.sentences import _


def show(stage: Stage, outcome: Outcome) -> None:
    """Print the tables."""
    _print_orders(outcome)
    _print_requests(outcome)
    click.echo()
    click.echo(at_real_quotas(everything(outcome), len(stage.stores), stage.limits))


def everything(outcome: Outcome) -> Requests:
    """Add the requests of all passes up."""
    return sum(outcome.requests.values(), Requests())


def _print_orders(outcome: Outcome) -> None:
    heads = [_("Store"), _("Order"), _("What it shows"), _("At the store"), _("In Tiny"), _("Status there")]
    rows = []
    for number, part in cast.numbered():
        found = outcome.erp.get((part.store, str(number)), [])
        key = (part.store, number)
        ours = [(order["number"], order["situation"], amount(order["total"])) for order in found]
        tiny = ours or [("–", _("not imported"), "")]
        told = [part.store, number, _(part.what), f"{outcome.statuses[key]}, {amount(outcome.totals[key])}"]
        rows += [[*told, no, f"{status}, {total}".rstrip(", ")] for no, status, total in tiny]
    click.echo()
    table(heads, rows, _("The orders on both sides"))


def _print_requests(outcome: Outcome) -> None:
    counted = {name: by_kind(requests) for name, requests in outcome.requests.items()}
    kinds = kinds_in(outcome.requests.values())
    rows = [[_(label), *(counts[kind] for counts in counted.values())] for kind, label in kinds.items()]
    click.echo()
    table(
        [_("Requests"), *(_(PASSES[name]) for name in counted)],
        rows,
        _("Requests, as the sandbox counted them"),
    )
