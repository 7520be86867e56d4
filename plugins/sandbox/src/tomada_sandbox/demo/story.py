"""The story of the demo: orders come in, are held, settled and changed, and nothing is done twice."""

from dataclasses import dataclass, field

from tomada_sandbox.client import Json
from tomada_sandbox.demo import cast
from tomada_sandbox.demo.checks import Checks, by_origin
from tomada_sandbox.demo.cost import writes
from tomada_sandbox.demo.stage import ACCOUNT, Requests, Stage
from tomada_sandbox.sentences import N_, _

MINUTE = 60.0
FLOW = "orders"
"""The story is about this flow alone; ``circle`` plays all of them."""
HELD = 1
"""The exit code of a run that newly held something."""
ENDED = (0, HELD, 4)
"""Exit codes of a sync that went to its end: which of them it must be is a check."""

PASSES = {
    "connected": N_("connecting"),
    "planned": N_("plan"),
    "first": N_("first sync"),
    "settled": N_("after the answer"),
    "changed": N_("after the changes"),
    "again": N_("once more"),
    "circle": N_("the circle"),
    "circle_again": N_("all again"),
}


@dataclass
class Outcome:
    """What happened: requests of each pass, the orders of both sides, and the checks."""

    checks: Checks = field(default_factory=Checks)
    requests: dict[str, Requests] = field(default_factory=dict)
    totals: dict[tuple[str, int], str] = field(default_factory=dict)
    statuses: dict[tuple[str, int], str] = field(default_factory=dict)
    erp: dict[tuple[str, str], list[Json]] = field(default_factory=dict)


def play(stage: Stage) -> Outcome:
    """Play the whole story and check it as it goes."""
    outcome = Outcome()
    _connect(stage, outcome)
    _place(stage, outcome)
    _plan(stage, outcome)
    _sync(stage, outcome, "first", HELD)
    _settle(stage, _check_first(stage, outcome))
    _sync(stage, outcome, "settled", 0)
    _change(stage)
    _sync(stage, outcome, "changed", 0)
    _again(stage, outcome)
    _look(stage)
    _check_last(stage, outcome)
    return outcome


def _connect(stage: Stage, outcome: Outcome) -> None:
    stage.narrator.chapter(_("A Tiny account and two Tray stores, on this machine"))
    stage.narrator.tell(
        _("They run at {url} with an empty data folder; both go when the demo ends.").format(url=stage.url)
    )
    stage.connect_account()
    for name, switches in cast.STORES.items():
        stage.connect_store(stage.open_store(name, **switches))
    outcome.requests["connected"] = stage.requests(0)
    stage.later(MINUTE)


def _place(stage: Stage, outcome: Outcome) -> None:
    stage.narrator.chapter(_("People buy"))
    for number, part in cast.numbered():
        placed = stage.sandbox.shop(part.store, "place", **part.order)
        outcome.checks.equal(f"number at {part.store}", placed["order"], number)
        stage.narrator.tell(f"    {part.store} {number}: {_(part.what)}")
    stage.later(MINUTE)


def _plan(stage: Stage, outcome: Outcome) -> None:
    stage.narrator.chapter(_("What would a sync do?"))
    before = stage.mark()
    stage.user.does("plan", cast.COFFEE, FLOW)
    outcome.requests["planned"] = stage.requests(before)


def _sync(stage: Stage, outcome: Outcome, name: str, code: int) -> None:
    if name == "first":
        stage.narrator.chapter(_("The orders come in"))
    before = stage.mark()
    done = stage.user.does("sync", "--all", FLOW, codes=ENDED)
    outcome.checks.equal(f"exit code of the sync “{name}”", done.code, code)
    outcome.requests[name] = stage.requests(before)
    stage.later(MINUTE)


def _check_first(stage: Stage, outcome: Outcome) -> list[Json]:
    """Check what is in Tiny and what is held after the first sync; return the holds."""
    wanted = {(part.store, str(number)): part.first for number, part in cast.numbered() if part.first}
    outcome.checks.equal("Tiny after the first sync", _statuses(stage), wanted)
    holds: list[Json] = stage.user.asks("holds", "list")["holds"]
    held = {(hold["store"], hold["order"], hold["code"]) for hold in holds}
    expected = {(part.store, str(number), part.hold) for number, part in cast.numbered() if part.hold}
    outcome.checks.equal("holds", held, expected)
    return holds


def _settle(stage: Stage, holds: list[Json]) -> None:
    stage.narrator.chapter(_("Nothing is guessed: what is unknown waits for an answer"))
    stage.user.does("holds", "list")
    by_code = {hold["code"]: str(hold["id"]) for hold in holds}
    stage.user.does("holds", "settle", by_code["unmapped"], "--as", cast.ITS_VALUE, "--remember")
    stage.user.does("holds", "settle", by_code["marketplace"], "--as", "import", "--remember")


def _change(stage: Stage) -> None:
    stage.narrator.chapter(_("Hours later: paid, sent, delivered, cancelled, put right"))
    stage.later(4 * 60 * MINUTE)
    for number, part in cast.numbered():
        for action, details in part.later:
            told = stage.sandbox.shop(part.store, action, order=number, **details)
            stage.narrator.tell(f"    {part.store} {number}: {_(part.what)} → {told['status']}")
    stage.later(MINUTE)


def _again(stage: Stage, outcome: Outcome) -> None:
    stage.narrator.chapter(_("Everything again: nothing is done twice"))
    stage.later(5 * MINUTE)
    mails = stage.mails()
    _sync(stage, outcome, "again", 0)
    outcome.checks.equal("writes of the last sync", writes(outcome.requests["again"]), {})
    outcome.checks.equal("e-mails of the last sync", stage.mails(), mails)


def _look(stage: Stage) -> None:
    stage.narrator.chapter(_("Every order can be asked why"))
    shown = cast.numbered()
    stage.user.does("orders", "show", shown[0][1].store, str(shown[0][0]))
    cancelled = next((number, part) for number, part in shown if part.last == "cancelado")
    stage.user.does("orders", "trace", cancelled[1].store, str(cancelled[0]))


def _check_last(stage: Stage, outcome: Outcome) -> None:
    checks = outcome.checks
    account = stage.sandbox.state_of("tiny", ACCOUNT)
    outcome.erp = by_origin(account["orders"])
    wanted = {(part.store, str(number)): part.last for number, part in cast.numbered() if part.last}
    checks.equal("Tiny at the end", _statuses(stage), wanted)
    checks.equal("orders in Tiny", len(account["orders"]), len(wanted))
    for name in stage.stores:
        for order in stage.sandbox.state_of("tray", name)["orders"]:
            key = (name, int(order["id"]))
            outcome.totals[key], outcome.statuses[key] = order["total"], order["status"]
            for found in outcome.erp.get((name, str(key[1])), []):
                checks.equal(f"total of {name} {key[1]}", found["total"], order["total"])
    _check_contents(outcome)
    checks.equal("open holds", stage.user.asks("holds", "list")["holds"], [])


def _check_contents(outcome: Outcome) -> None:
    """Check what the orders are there to show: what was sold, whose document, and which marketplace."""
    for number, part in cast.numbered():
        for found in outcome.erp.get((part.store, str(number)), []):
            sold = [item["sku"] for item in part.order.get("items", cast.ONE_CUP)]
            what = f"{part.store} {number}"
            outcome.checks.equal(f"items of {what}", [line["sku"] for line in found["lines"]], sold)
            letters = any(letter.isalpha() for letter in found["customer"]["cpf_cnpj"])
            outcome.checks.equal(f"letters in {what}", letters, part.order.get("customer") == "company")
            channel = part.order.get("marketplace", {}).get("marketplace_name", part.store)
            outcome.checks.equal(f"channel of {what}", found["ecommerce"]["nomeEcommerce"], channel)


def _statuses(stage: Stage) -> dict[tuple[str, str], str]:
    """Return the statuses of all orders in Tiny by store and number; of one that is there twice both."""
    found = by_origin(stage.sandbox.state_of("tiny", ACCOUNT)["orders"])
    return {key: "+".join(order["situation"] for order in orders) for key, orders in found.items()}
