"""``tomada demo``."""

import time
from pathlib import Path

import click

from tomada.errors import UsageError
from tomada_sandbox.commands.output import json_option, print_json
from tomada_sandbox.demo import tables
from tomada_sandbox.demo.circle import play_circle
from tomada_sandbox.demo.cost import by_kind
from tomada_sandbox.demo.ending import conclude, report
from tomada_sandbox.demo.modalities import play_modalities
from tomada_sandbox.demo.narrator import Narrator
from tomada_sandbox.demo.stage import stage
from tomada_sandbox.demo.story import play
from tomada_sandbox.sentences import N_, _


@click.command(
    help=N_(
        "Watch orders come in and products, balances, parcels and invoices go out: a local ERP account and two local "
        "stores, a data folder that is thrown away, and the real commands. Nothing of yours is touched."
    )
)
@click.option(
    "--olist",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=N_("Use the real orders of Olist's public data set in this folder."),
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help=N_("Only the first N of those orders."))
@json_option
def demo(olist: Path | None, limit: int | None, *, as_json: bool) -> int:
    """Play the demo and return 0, or 5 if what it found is not what must be there."""
    if limit and not olist:
        raise UsageError("demo.limit", _("--limit goes with --olist."))
    if olist:
        from tomada_sandbox.demo.olist.play import play_olist

        return play_olist(olist, limit, as_json=as_json)
    began = time.monotonic()
    with stage(Narrator(aside=as_json)) as set_:
        outcome = play(set_)
        play_circle(set_, outcome)
        play_modalities(set_, outcome)
        seconds = time.monotonic() - began
        if as_json:
            counts = {name: by_kind(requests) for name, requests in outcome.requests.items()}
            print_json(
                {
                    "orders": {"placed": len(outcome.totals), "in_erp": sum(map(len, outcome.erp.values()))},
                    "requests": counts,
                    **report(outcome.checks, seconds),
                }
            )
        else:
            tables.show(set_, outcome)
    return conclude(outcome.checks, seconds, as_json=as_json)
