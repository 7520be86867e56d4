"""The second half of the demo: what Tiny knows reaches both stores, once, and neither sells the other's last piece."""

from tomada_sandbox.client import Json
from tomada_sandbox.demo.cast import COFFEE, PAPER
from tomada_sandbox.demo.checks import by_origin
from tomada_sandbox.demo.cost import writes
from tomada_sandbox.demo.delivery import check_balances, check_catalogue, check_delivery
from tomada_sandbox.demo.stage import ACCOUNT, Requests, Stage
from tomada_sandbox.demo.story import ENDED, MINUTE, Outcome
from tomada_sandbox.sentences import _

NEW = {
    "sku": "BONE-TOMADA",
    "name": "Boné da Tomada",
    "price": "39.90",
    "stock": 6,
    "details": {"peso_bruto": "0.2"},
}
"""What the ERP has and no store yet."""
LAST = "VELA-BAUNILHA"
"""What both stores sell, and of which there is one piece."""
CODE, CARRIER = "BR123456789BR", "Correios"


def play_circle(stage: Stage, outcome: Outcome) -> None:
    """Play it after the story of the orders, with the same stores, and check both sides."""
    before, mails = stage.mark(), stage.mails()
    _link(stage, outcome)
    _balance(stage, outcome)
    number = _sell_the_last(stage, outcome)
    outcome.checks.equal("e-mails before a parcel", stage.mails(), mails)
    _deliver(stage, outcome, number)
    outcome.requests["circle"] = stage.requests(before)
    _again(stage, outcome)


def _link(stage: Stage, outcome: Outcome) -> None:
    stage.narrator.chapter(_("The catalogue: linked, and what a store lacks is sent"))
    stage.sandbox.clerk(ACCOUNT, "add_products", products=[NEW])
    stage.narrator.tell(_("    Tiny has a new product: {sku}").format(sku=NEW["sku"]))
    shops = {name: _products(stage, name) for name in stage.stores}
    for name in stage.stores:
        stage.user.does("links", "match", name, last=1)
    stage.user.does("products", "send", PAPER, str(NEW["sku"]), "--yes")
    for name, products in shops.items():
        sent = [NEW] if name == PAPER else []
        check_catalogue(outcome.checks, name, products, _products(stage, name), sent)


def _balance(stage: Stage, outcome: Outcome) -> None:
    stage.narrator.chapter(_("The first balances: shown, and sent after a yes"))
    stage.sandbox.clerk(ACCOUNT, "count_stock", sku=LAST, stock=1)
    stage.narrator.tell(_("    Somebody counted: of {sku} there is one piece left").format(sku=LAST))
    before = {name: _products(stage, name) for name in stage.stores}
    stage.user.does("plan", PAPER, "stock")
    for name, products in before.items():
        outcome.checks.equal(f"{name} before the yes", _products(stage, name), products)
    _sync(stage, outcome, "--yes")
    _check_balances(stage, outcome)


def _sell_the_last(stage: Stage, outcome: Outcome) -> int:
    stage.narrator.chapter(_("The last piece is sold"))
    placed = stage.sandbox.shop(COFFEE, "place", items=[{"sku": LAST}])
    stage.narrator.tell(f"    {COFFEE} {placed['order']}: 1 × {LAST}")
    _sync(stage, outcome)
    for name in stage.stores:
        found = {one["sku"]: one["stock"] for one in _products(stage, name)}
        outcome.checks.equal(f"{LAST} at {name} after the sale", found[LAST], 0)
    stage.user.does("stock", "explain", LAST)
    return int(placed["order"])


def _deliver(stage: Stage, outcome: Outcome, number: int) -> None:
    stage.narrator.chapter(_("Invoiced and on its way: the buyer hears of it once"))
    (order,) = by_origin(stage.sandbox.state_of("tiny", ACCOUNT)["orders"])[COFFEE, str(number)]
    note = stage.sandbox.clerk(ACCOUNT, "invoice", order=order["id"])
    stage.sandbox.clerk(ACCOUNT, "ship", order=order["id"], code=CODE, carrier=CARRIER)
    told = _("    In Tiny the order got invoice {invoice} and the tracking code {code}")
    stage.narrator.tell(told.format(invoice=note["number"], code=CODE))
    _sync(stage, outcome)
    check_delivery(outcome.checks, stage.sandbox.state_of("tray", COFFEE), number, CODE, str(note["key"]))
    _check_balances(stage, outcome)


def _again(stage: Stage, outcome: Outcome) -> None:
    stage.narrator.chapter(_("The whole circle again: nothing happens"))
    stage.later(5 * MINUTE)
    mails, before = stage.mails(), stage.mark()
    _sync(stage, outcome)
    asked: Requests = stage.requests(before)
    outcome.requests["circle_again"] = asked
    outcome.checks.equal("writes of the circle's last sync", writes(asked), {})
    outcome.checks.equal("e-mails of the circle's last sync", stage.mails(), mails)
    _check_balances(stage, outcome)


def _sync(stage: Stage, outcome: Outcome, *options: str) -> None:
    done = stage.user.does("sync", "--all", *options, codes=ENDED)
    outcome.checks.equal("exit code of a sync of all flows", done.code, 0)
    stage.later(MINUTE)


def _products(stage: Stage, name: str) -> list[Json]:
    found: list[Json] = stage.sandbox.state_of("tray", name)["products"]
    return found


def _check_balances(stage: Stage, outcome: Outcome) -> None:
    erp = stage.sandbox.state_of("tiny", ACCOUNT)["products"]
    for name in stage.stores:
        check_balances(outcome.checks, name, _products(stage, name), erp)
