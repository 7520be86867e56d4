"""How much of a quota is used while work waits, and whether a request is refused: by one process and by two.

The minute of the remotes is scaled to a few seconds, so that twenty windows take one minute. Every measurement
has a sandbox and an installation of its own, and as they do little but wait, all run at the same time.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from benchmarks.claims import Claim, table
from benchmarks.places import Place, place
from benchmarks.processes import Command

REQUESTS, SECONDS = 60, 3
USED = 0.95
ACCOUNT = "conta"
_MORE = 1.15
"""So much more work than the windows take, so that work waits to their end."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One measurement: whose quota, by how many processes, its share, and the requests of how many windows.

    ``seconds`` passed from the first of these requests to the one after the last: no burst at the beginning or
    the end makes the share look fuller than it is.
    """

    remote: str
    processes: int
    share: float
    windows: int
    requests: int
    seconds: float
    refused: int

    @property
    def used(self) -> float:
        """The part of the share that was used."""
        return self.windows * SECONDS / self.seconds


class _Trial:
    """Processes that work at one remote under its quota; the other remote is without one."""

    remote: str
    share: float

    def __init__(self, where: Place, windows: int, stores: Sequence[str]) -> None:
        self.where, self.windows, self.stores = where, windows, stores
        self._commands: list[Command] = []
        self._since = 0

    def orders(self) -> int:
        """How many orders make enough requests for all windows."""
        raise NotImplementedError

    @property
    def counted(self) -> str:
        """The remote whose quota it is, as the journal calls it."""
        raise NotImplementedError

    def place_orders(self) -> None:
        """Give every store its part of the work."""
        for store in self.stores:
            self.where.place_orders(store, self.orders() // len(self.stores) + 1)
        self.where.pass_an_hour()

    def begin(self) -> None:
        """Start one process a store."""
        self._since = self.where.sandbox.journal_end()
        self._commands = [
            Command(("-P", "-m", "tomada", "sync", store, "orders"), self.where.environment)
            for store in self.stores
        ]

    def end(self) -> Filled:
        """Wait until all is done, and count."""
        for command in self._commands:
            command.end()
        journal = self.where.sandbox.journal(self._since, self.counted)
        times = [datetime.fromisoformat(entry["at"]) for entry in journal if entry["event"] == "received"]
        requests = self.windows * int(REQUESTS * self.share)
        if len(times) <= requests:
            raise RuntimeError(f"the work at {self.counted} was done before the windows were over")
        return Filled(
            self.remote,
            len(self.stores),
            self.share,
            self.windows,
            requests,
            (times[requests] - times[0]).total_seconds(),
            sum(entry["event"] == "refused" for entry in journal),
        )


class TinyTrial(_Trial):
    """All of Tiny's quota, by as many processes as there are stores."""

    remote, share = "Tiny", 1.0
    counted = f"tiny/{ACCOUNT}"

    def __init__(self, where: Place, windows: int, stores: Sequence[str]) -> None:
        super().__init__(where, windows, stores)
        account = where.open_account(ACCOUNT, limit=REQUESTS, window=SECONDS, concurrency=REQUESTS // 4)
        where.connect_account(account, quota_window=str(SECONDS))
        for store in stores:
            where.connect_store(where.open_store(store), ACCOUNT)
        self.place_orders()

    def orders(self) -> int:
        """An order takes a search for its buyer, one for itself and its create."""
        return int(REQUESTS * self.windows * _MORE / 3)


class TrayTrial(_Trial):
    """Tomada's share of a store's quota; one process, as a store has one run at a time."""

    remote, share = "Tray", 0.95
    counted = "tray/loja"

    def __init__(self, where: Place, windows: int) -> None:
        super().__init__(where, windows, ["loja"])
        where.connect_account(where.open_account(ACCOUNT))
        store = where.open_store("loja", limit=REQUESTS, window=SECONDS)
        limits = {"quota.limits.per_minute": f"{REQUESTS}/{SECONDS}", "orders.automatic": "false"}
        where.connect_store(store, ACCOUNT, **limits)
        self.place_orders()

    def orders(self) -> int:
        """An order takes one complete read."""
        return int(REQUESTS * self.windows * _MORE)


def measure(windows: int) -> list[Filled]:
    """Measure over so many windows."""
    with ExitStack() as stack:
        trials = [
            TinyTrial(stack.enter_context(place()), windows, ["loja"]),
            TinyTrial(stack.enter_context(place()), windows, ["loja", "outra"]),
            TrayTrial(stack.enter_context(place()), windows),
        ]
        for trial in trials:
            trial.begin()
        return [trial.end() for trial in trials]


def claims(measured: list[Filled]) -> list[Claim]:
    """Judge the figures."""
    refused = sum(each.refused for each in measured)
    return [
        *(
            Claim(
                f"{each.remote}'s quota, {_processes(each.processes)}: at least {USED:.0%} of the share is used",
                f"{each.used:.1%}",
                each.used >= USED,
            )
            for each in measured
        ),
        Claim("under a quota no request is refused", str(refused), refused == 0),
    ]


def show(measured: list[Filled]) -> None:
    """Print the table."""
    heads = ("quota", "processes", "share", "requests", "seconds", "used", "refused")
    rows = [
        (
            each.remote,
            each.processes,
            f"{each.share:.0%}",
            each.requests,
            f"{each.seconds:.2f}",
            f"{each.used:.1%}",
            each.refused,
        )
        for each in measured
    ]
    title = f"{measured[0].windows} windows of {REQUESTS} requests in {SECONDS} s"
    table(title, heads, rows)


def _processes(number: int) -> str:
    return "one process" if number == 1 else f"{number} processes"
