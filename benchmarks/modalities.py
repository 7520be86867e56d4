"""The same orders read over REST and over SOAP into one account: calls, time and memory of each."""

from dataclasses import dataclass

from benchmarks.claims import Claim, table
from benchmarks.places import Place, place
from benchmarks.processes import run
from tomada_sandbox.client import Json
from tomada_sandbox.connecting import soap_store_words

ACCOUNT = "tomada"
MOST_CALLS = 5
MEGABYTES = 150
"""zeep, requests and lxml alone take some 30 MB more than REST needs."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One run over everything; ``calls`` are those of the store alone, ``created`` the orders that the ERP got."""

    how: str
    what: str
    seconds: float
    cpu: float
    megabytes: float
    calls: int
    refused: int
    created: int


def measure(orders: int) -> list[Reading]:
    """Read so many orders over each, and then again unchanged."""
    with place() as where:
        where.connect_account(where.open_account(ACCOUNT))
        for how in ("rest", "soap"):
            store = where.open_store(how)
            if how == "rest":
                where.connect_store(store, ACCOUNT)
            else:
                _connect(where, store)
            where.place_orders(how, orders)
        where.pass_an_hour()
        return [_run(where, how, what) for what in ("first", "again") for how in ("rest", "soap")]


def claims(readings: list[Reading]) -> list[Claim]:
    """Judge the figures: first REST and SOAP, then both again."""
    rest, soap, _rest_again, again = readings
    per_order = (soap.calls - 1) / max(1, soap.created)
    return [
        Claim(
            "both bring in the same orders",
            f"{rest.created} and {soap.created}",
            rest.created == soap.created,
        ),
        Claim(
            f"SOAP reads an order in at most {MOST_CALLS} calls",
            f"{per_order:.2f} calls",
            per_order <= MOST_CALLS,
        ),
        Claim("SOAP reads what did not change in one call", f"{again.calls} calls", again.calls == 1),
        Claim(f"SOAP takes under {MEGABYTES} MB", f"{soap.megabytes:.0f} MB", soap.megabytes < MEGABYTES),
    ]


def show(readings: list[Reading]) -> None:
    """Print the table."""
    heads = ("", "run", "seconds", "CPU", "MB", "calls", "refused", "created")
    rows = [
        (
            each.how,
            each.what,
            f"{each.seconds:.1f}",
            f"{each.cpu:.1f}",
            f"{each.megabytes:.0f}",
            each.calls,
            each.refused,
            each.created,
        )
        for each in readings
    ]
    table(
        f"{readings[0].created} orders of 3 items, read from one store over REST and over SOAP", heads, rows
    )


def _connect(where: Place, store: Json) -> None:
    quota = {"quota.limits.per_minute": "off", "quota.limits.per_day": "off"}
    where.tomada(*soap_store_words(where.sandbox.url, store, ACCOUNT, **quota))


def _run(where: Place, how: str, what: str) -> Reading:
    before, orders = _counted(where, how), _in_erp(where)
    taken = run("-P", "-m", "tomada", "sync", how, "orders", environment=where.environment)
    after = _counted(where, how)
    return Reading(
        how,
        what,
        taken.seconds,
        taken.cpu,
        taken.megabytes,
        after[0] - before[0],
        after[1] - before[1],
        _in_erp(where) - orders,
    )


def _counted(where: Place, store: str) -> tuple[int, int]:
    tallies = where.tallies("tray", store).values()
    return sum(each["requests"] for each in tallies), sum(each["refused"] for each in tallies)


def _in_erp(where: Place) -> int:
    return int(where.tallies("tiny", ACCOUNT).get("pedido.incluir.php", {"requests": 0})["requests"])
