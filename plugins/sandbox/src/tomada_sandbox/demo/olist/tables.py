"""The end of the demo with real orders: the classes, the requests, seconds and memory."""

from collections.abc import Mapping

import click

from tomada_sandbox.client import Json
from tomada_sandbox.commands.output import table
from tomada_sandbox.demo.cost import at_real_quotas, by_kind, kinds_in
from tomada_sandbox.demo.olist.classes import Told, counted, named
from tomada_sandbox.demo.olist.data import DataSet
from tomada_sandbox.demo.olist.passes import Pass
from tomada_sandbox.demo.stage import Requests
from tomada_sandbox.demo.story import PASSES
from tomada_sandbox.sentences import N_, _

STATES = {
    "created": N_("created in Tiny"),
    "held": N_("held"),
    "ignored": N_("not imported"),
    "waiting": N_("waiting"),
    "manual": N_("waiting"),
    "new": N_("not decided"),
}


def show(
    data: DataSet, told: dict[str, Told], passes: Mapping[str, Pass], limits: Mapping[str, Json]
) -> None:
    """Print the tables."""
    classes = counted(told)
    rows: list[list[object]] = [[_(STATES[one.state]), one.sentence, number] for one, number in classes]
    if all(one.state != "held" for one, _number in classes):
        rows.append([_(STATES["held"]), "", 0])
    rows.append([_("together"), "", sum(number for _one, number in classes)])
    click.echo()
    table([_("Class"), _("Why"), _("Orders")], rows, _("Each order is in one class"))
    told_of_payments = _(
        "In {differ} orders the payments differ from the total: {named} of them came in, and that is named on the "
        "order (M3)."
    )
    differ = sum(sale.payments_differ for sale in data.sales)
    click.echo(told_of_payments.format(differ=differ, named=named(data)))
    counts = [by_kind(one.requests) for one in passes.values()]
    kinds = kinds_in(one.requests for one in passes.values())
    lines: list[list[object]] = [
        [_(label), *(each[kind] for each in counts)] for kind, label in kinds.items()
    ]
    lines.append([_("Seconds"), *(f"{one.done.seconds:.1f}" for one in passes.values())])
    lines.append([_("Peak memory in MB"), *(one.done.megabytes or "?" for one in passes.values())])
    click.echo()
    table(["", *(_(PASSES[name]) for name in passes)], lines, _("Requests, as the sandbox counted them"))
    click.echo()
    click.echo(at_real_quotas(sum((one.requests for one in passes.values()), Requests()), 1, limits))
