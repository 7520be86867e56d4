"""Mistakes that the kill test must find, each made on purpose in the flows, and a death that shows it.

Runs as a program of its own (``python -m tests.kill.mutants``) and prints, for each mistake, what of the state was
another one than without it. Only the one boundary is tried at which the mistake matters; the healthy flows pass
all of them.
"""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import PropertyMock, patch

from tests.kill.merchant import MerchantScenario
from tests.kill.outgoing import FEED, OutgoingScenario
from tests.kill.rest import RestScenario
from tests.kill.tries import Tries
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes import ingest as changes
from tomada.flows.orders import flow as orders
from tomada.flows.orders import ingest
from tomada.flows.products import categories
from tomada.flows.sending import publish
from tomada.flows.sending.publish import Item
from tomada.ports.instruments import Boundary
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.stock import FeedRecord

INVOICE = "/tray/a/web_api/orders/1001/invoices"
CREATE = "/pedido.incluir.php"
CATEGORY = "/web_api/categories"


@dataclass(frozen=True)
class Mutant:
    """A mistake, and the end of the name of the request at which a process dies to show it.

    ``late``: its effect comes after the death; else it has taken place, and the answer is lost.
    """

    make: Callable[[], AbstractContextManager[object]]
    request: str
    late: bool = False


def _no_intents() -> AbstractContextManager[object]:
    def only_in_memory(_ctx: FlowContext, items: list[Item[Any]]) -> None:
        for item in items:
            item.publication.pending = item.wanted.kept

    return patch.object(publish, "_commit_intents", only_in_memory)


def _no_gap_mark() -> AbstractContextManager[object]:
    save = changes._save_feed

    def without_mark(ctx: FlowContext, feed: FeedRecord, page: tuple[Any, ...]) -> None:
        save(ctx, replace(feed, gap_at=None), page)

    return patch.object(changes, "_save_feed", without_mark)


def _no_waiting() -> AbstractContextManager[object]:
    left_alone = publish._left_alone

    def at_once(ctx: FlowContext, publication: PublicationRecord, value: str, *, anew: bool) -> str:
        if publication.state is PublicationState.UNKNOWN:
            return ""
        return left_alone(ctx, publication, value, anew=anew)

    return patch.object(publish, "_left_alone", at_once)


def _no_ledger() -> AbstractContextManager[object]:
    without = ExitStack()
    without.enter_context(patch.object(ingest, "write_entries", lambda *_: None))
    without.enter_context(patch.object(orders, "write_ledger", lambda _ctx: None))
    return without


OUTGOING = {
    "intent not written before the send": Mutant(_no_intents, INVOICE),
    "no read-back of what got no answer": Mutant(
        lambda: patch.object(Item, "uncertain", PropertyMock(return_value=False)), INVOICE
    ),
    "settle_time not waited for": Mutant(_no_waiting, INVOICE, late=True),
    "feed page taken without gap mark": Mutant(_no_gap_mark, FEED),
    "ledger not kept": Mutant(_no_ledger, CREATE),
}
MERCHANT = {
    "product sent while its category is uncertain": Mutant(
        lambda: patch.object(categories, "_awaits", lambda *_: False), CATEGORY
    ),
}
SCENARIOS: list[tuple[type[RestScenario], dict[str, Mutant]]] = [
    (OutgoingScenario, OUTGOING),
    (MerchantScenario, MERCHANT),
]


def found_by(tries: Tries, mutant: Mutant, names: list[str], expected: dict[str, Any]) -> dict[str, Any]:
    """Return what the state has otherwise than expected, after a death with the mistake made."""
    tries.forget()
    if mutant.late:
        number = next(
            number for number, name in enumerate(names, 1) if name == _name("before", mutant.request, names)
        )
        found = tries.killed_late(names, number, expected)
    else:
        found = tries.killed(_dying_at(_name("after", mutant.request, names)), expected)
    return dict(_differences(expected, found))


def _name(side: str, request: str, names: list[str]) -> str:
    return next(name for name in names if name.startswith(f"request.{side}") and name.endswith(request))


def _dying_at(wanted: str) -> Boundary:
    def boundary(name: str) -> None:
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return boundary


def _differences(expected: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for part, value in found.items():
        if isinstance(value, dict):
            yield from ((f"{part} {name}", each) for name, each in _differences(expected[part], value))
        elif value != expected[part]:
            yield part, value


def main() -> int:
    """Print what each mistake, and none, leads to."""
    told: dict[str, Any] = {}
    healthy: list[dict[str, Any]] = []
    for scenario, mutants in SCENARIOS:
        _try(scenario(), mutants, told, healthy)
    print(json.dumps({"found": told, "healthy": healthy}, default=str))
    return 0


def _try(
    scenario: RestScenario, mutants: dict[str, Mutant], told: dict[str, Any], healthy: list[dict[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as root:
        try:
            tries = Tries(scenario, Path(root))
            names, expected = tries.names_and_end()
            for name, mutant in mutants.items():
                with mutant.make():
                    told[name] = found_by(tries, mutant, names, expected)
            deaths = {replace(mutant, make=nullcontext) for mutant in mutants.values()}
            healthy += [found_by(tries, death, names, expected) for death in deaths]
        finally:
            scenario.close()


if __name__ == "__main__":
    sys.exit(main())
