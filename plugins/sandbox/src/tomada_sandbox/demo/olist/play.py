"""Plays the real orders: one store that holds all of them, one sync, and a second one that has nothing to do."""

import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tomada_sandbox.commands.output import print_json
from tomada_sandbox.demo.checks import Checks
from tomada_sandbox.demo.cost import by_kind
from tomada_sandbox.demo.ending import conclude, report
from tomada_sandbox.demo.narrator import Narrator
from tomada_sandbox.demo.olist import tables
from tomada_sandbox.demo.olist.classes import Told, check, counted, named, told_of
from tomada_sandbox.demo.olist.data import DataSet, read
from tomada_sandbox.demo.olist.orders import placed, products_of
from tomada_sandbox.demo.olist.passes import Pass
from tomada_sandbox.demo.stage import ACCOUNT, Stage, stage
from tomada_sandbox.demo.user import Done
from tomada_sandbox.sentences import _

STORE = "olist"
BATCH = 500
HOUR = 3600.0


def play_olist(folder: Path, limit: int | None, *, as_json: bool) -> int:
    """Play it and return the exit code; raises ``UsageError`` when the data are not there."""
    began = time.monotonic()
    data = read(folder, limit)
    with stage(Narrator(aside=as_json)) as set_:
        passes = _play(set_, data)
        told = told_of(set_.user.asks("orders", "list", STORE, "--limit", str(len(data.sales)))["orders"])
        checks = Checks()
        check(checks, data, told, set_.sandbox.state_of("tiny", ACCOUNT)["orders"], STORE)
        (_again, first) = set_.user.asks("runs", "list", "--store", STORE)["runs"]
        checks.equal(
            "orders named for their payments", first["counts"].get("payments_differ", 0), named(data)
        )
        checks.equal("endpoints of the second sync", set(passes["again"].requests), {("tray", "orders")})
        seconds = time.monotonic() - began
        if as_json:
            print_json({**_counts(data, told, passes), **report(checks, seconds)})
        else:
            tables.show(data, told, passes, set_.limits)
    return conclude(checks, seconds, as_json=as_json)


def _play(set_: Stage, data: DataSet) -> dict[str, Pass]:
    narrator, sandbox = set_.narrator, set_.sandbox
    narrator.chapter(
        _("A Tiny account and a Tray store with {count} real orders").format(count=len(data.sales))
    )
    set_.connect_account()
    for products in _batches(products_of(data)):
        sandbox.clerk(ACCOUNT, "add_products", products=products)
    store = set_.open_store(STORE)
    for orders in _batches(placed(data)):
        sandbox.shop(STORE, "place_many", orders=orders)
    connected = _did(set_, lambda: set_.connect_store(store, "--since", data.sales[0].placed[:10]))
    narrator.chapter(_("They come in"))
    first = _did(set_, lambda: _sync(set_))
    narrator.chapter(_("An hour later, everything again"))
    set_.later(HOUR)
    return {"connected": connected, "first": first, "again": _did(set_, lambda: _sync(set_))}


def _sync(set_: Stage) -> Done:
    return set_.user.does("sync", STORE, "orders", codes=(0, 1))


def _did(set_: Stage, act: Callable[[], Done]) -> Pass:
    before = set_.mark()
    done = act()
    return Pass(done, set_.requests(before))


def _counts(data: DataSet, told: dict[str, Told], passes: dict[str, Pass]) -> dict[str, object]:
    return {
        "orders": len(data.sales),
        "classes": [
            {"state": one.state, "reason": one.reason, "orders": number} for one, number in counted(told)
        ],
        "payments_differ": {"orders": sum(sale.payments_differ for sale in data.sales), "named": named(data)},
        "passes": {
            name: {
                "seconds": round(one.done.seconds, 1),
                "megabytes": one.done.megabytes,
                "requests": by_kind(one.requests),
            }
            for name, one in passes.items()
        },
    }


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
