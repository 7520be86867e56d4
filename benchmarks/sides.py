"""The two that are compared, the plain script and Tomada, and how one run of either is measured and judged."""

import json
from collections import Counter
from dataclasses import dataclass

from benchmarks.claims import Claim, table
from benchmarks.places import Place
from benchmarks.processes import Taken, run

TIMES = 3
MEGABYTES = 120
WRITES = {
    "pedido.incluir.php",
    "pedido.alterar.situacao",
    "orders.update",
    "orders.cancel",
    "products.create",
    "products.update",
    "variants.create",
    "variants.update",
    "invoices.create",
    "invoices.update",
}
"""Balances go out as updates of products and variants, parcels as updates of orders."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One run of one of the two over everything."""

    who: str
    what: str
    seconds: float
    cpu: float
    megabytes: float
    requests: int
    writes: int
    refused: int
    commits: int
    synchronous: tuple[int, ...]


class _Side:
    """One of the two: its account, its store, and what both have counted so far."""

    def __init__(self, where: Place, name: str) -> None:
        self.where, self.name = where, name
        self.account, self.store = where.open_account(name), where.open_store(name)
        self._before: Counter[str] = Counter()

    def forget(self) -> None:
        """Leave out what was counted until now: it is not measured."""
        self._measured("", Taken("", 0, 0, 0), 0, ())

    def _measured(self, what: str, taken: Taken, commits: int, synchronous: tuple[int, ...]) -> Pass:
        """Put together what a run took and what the remotes counted during it."""
        now: Counter[str] = Counter()
        for kind in ("tiny", "tray"):
            for endpoint, tally in self.where.tallies(kind, self.name).items():
                now[endpoint] += tally["requests"]
                now["refused"] += tally["refused"]
        new = now - self._before
        self._before = now
        refused = new.pop("refused", 0)
        return Pass(
            self.name,
            what,
            taken.seconds,
            taken.cpu,
            taken.megabytes,
            new.total(),
            sum(new[endpoint] for endpoint in WRITES),
            refused,
            commits,
            synchronous,
        )


class Script(_Side):
    """A plain script, the module that is named."""

    def __init__(self, where: Place, module: str) -> None:
        super().__init__(where, "script")
        access = where.access_token(self.store)
        url = where.sandbox.url
        told = {
            "store": f"{url}{self.store['api_path']}",
            "access": access,
            "erp": f"{url}/tiny/{self.name}/api2/",
            "token": self.account["token"],
            "database": str(where.folder / "script.db"),
        }
        self._words = ["-m", module, *(word for key, value in told.items() for word in (f"--{key}", value))]
        self.forget()

    def runs(self, what: str, *words: str) -> Pass:
        """Run it once."""
        taken = run(*self._words, *words)
        told = json.loads(taken.text)
        return self._measured(what, taken, told["commits"], (told["synchronous"],))


class Tomada(_Side):
    """Tomada, as a user runs it."""

    def __init__(self, where: Place) -> None:
        super().__init__(where, "tomada")
        where.connect_account(self.account)
        where.connect_store(self.store, self.name)
        self.forget()

    def runs(self, what: str, *words: str) -> Pass:
        """Run ``tomada sync STORE WORDS…`` once: the flow of the script alone, as that does no more either."""
        report = self.where.folder / "report.json"
        counted = ("-m", "benchmarks.counted", str(report), "sync", self.name, *words, "--json")
        taken = run(*counted, environment=self.where.environment)
        told = json.loads(report.read_text())
        return self._measured(what, taken, told["commits"], tuple(told["synchronous"]))


def claims(passes: list[Pass]) -> list[Claim]:
    """Judge the figures: the first run of the script and of Tomada, then the second of both."""
    script, tomada, _script_again, again = passes
    times = tomada.seconds / script.seconds
    peak = max(tomada.megabytes, again.megabytes)
    return [
        Claim(f"within {TIMES} times the plain script's time", f"{times:.2f} times", times <= TIMES),
        Claim(f"under {MEGABYTES} MB", f"{peak:.0f} MB", peak < MEGABYTES),
        Claim("an unchanged run sends no write", f"{again.writes} writes", again.writes == 0),
        Claim(
            "the script sends as many requests and commits as often",
            f"{script.requests}/{script.commits} and {tomada.requests}/{tomada.commits}",
            abs(script.requests - tomada.requests) <= tomada.requests // 100
            and abs(script.commits - tomada.commits) <= tomada.commits // 100 + 5,
        ),
        Claim(
            "every commit of both is synchronous=FULL",
            str(sorted({level for each in passes for level in each.synchronous})),
            all(each.synchronous == (2,) for each in passes),
        ),
        Claim(
            "no request was refused",
            str(sum(each.refused for each in passes)),
            not any(each.refused for each in passes),
        ),
    ]


def show(passes: list[Pass], title: str) -> None:
    """Print the table."""
    heads = ("", "run", "seconds", "CPU", "MB", "requests", "writes", "refused", "commits")
    rows = [
        (
            each.who,
            each.what,
            f"{each.seconds:.1f}",
            f"{each.cpu:.1f}",
            f"{each.megabytes:.0f}",
            each.requests,
            each.writes,
            each.refused,
            each.commits,
        )
        for each in passes
    ]
    table(title, heads, rows)
