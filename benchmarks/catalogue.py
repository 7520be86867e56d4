"""A whole catalogue from Tiny to an empty Tray store: sent at once; killed and gone on with; sent again, unchanged."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from benchmarks.claims import Claim, table
from benchmarks.places import Place, place
from benchmarks.processes import Command, Taken

SEED = 20261126
KILLS = 3
MEGABYTES = 120
LOOK_UPS = 0.5
SIZES = ("P", "M")
PICTURES = 2
_BATCH = 500
_SETTLE = 101
_RUNS = 2
_WAITING = 4
_KINDS = {
    "products.create": "products",
    "variants.create": "variations",
    "products.update": "changes",
    "variants.update": "changes",
    "products": "look-ups",
    "products.read": "look-ups",
    "variants": "look-ups",
    "produto.obter.php": "ERP reads",
    "produtos.pesquisa.php": "ERP lists",
}
"""What a request is for; pictures go with the product or variation that they show."""

WRITES = ("products", "variations", "changes")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a store shows of the catalogue: how many there are, and whether each is there once, whole."""

    products: int
    variations: int
    pictures: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Pass:
    """One run over a catalogue of so many products, or all runs until it was whole.

    ``requests`` by what they were for; ``per_product`` is what the last command said that each cost at the store.
    """

    what: str
    products: int
    kills: int
    seconds: float
    cpu: float
    megabytes: float
    requests: dict[str, int]
    per_product: float | None
    shown: Shown

    @property
    def writes(self) -> int:
        """How many requests created or changed something at the store."""
        return sum(self.requests.get(kind, 0) for kind in WRITES)


class Catalogue:
    """One account with the catalogue, and what its store was asked for so far."""

    def __init__(self, where: Place, name: str, products: int) -> None:
        self.where, self.name, self.products = where, name, products
        account = where.sandbox.create_account(name, seed=False, limit=None)
        for first in range(0, products, _BATCH):
            rows = [_product(number) for number in range(first, min(first + _BATCH, products))]
            where.sandbox.clerk(name, "add_products", products=rows)
        store = where.open_store(name)
        where.connect_account(account)
        where.connect_store(store, name)
        self._before: Counter[str] = Counter()
        self._new_requests()

    def sent(self, what: str) -> Pass:
        """Run the command once."""
        return self._measured(what, [self._command().end()])

    def sent_and_killed(self, what: str, kills: int = KILLS) -> Pass:
        """Run the command, kill it when the store has got some of the requests to create, and begin anew."""
        chance = random.Random(SEED)
        writes = self.products * (1 + len(SIZES))
        moments = sorted(chance.sample(range(1, writes), kills))
        taken = []
        for moment in moments:
            command = self._command()
            while self._created() < moment and command.runs():
                pass
            taken.append(command.kill())
        # The second run finishes what was under way, which the first leaves alone for settle_time.
        for _ in range(_RUNS):
            taken.append(self._command().end())
            self.where.sandbox.advance(_SETTLE)
        return self._measured(what, taken, kills)

    def _shown(self) -> Shown:
        """Compare the store with the catalogue."""
        state = self.where.sandbox.state_of("tray", self.name)
        found = Counter(
            (one["sku"], tuple(sorted(part["sku"] for part in one["variants"])), len(one["pictures"]))
            for one in state["products"]
            if one["sku"].startswith("CAT-")
        )
        wanted = Counter(
            (row["sku"], tuple(sorted(part["sku"] for part in row["variations"])), PICTURES)
            for row in map(_product, range(self.products))
        )
        return Shown(
            found.total(),
            sum(len(variations) * count for (_sku, variations, _shown), count in found.items()),
            sum(shown * count for (_sku, _variations, shown), count in found.items()),
            found == wanted,
        )

    def _command(self) -> Command:
        words = ("-P", "-m", "tomada", "products", "send", self.name, "--new", "--yes", "--json")
        return Command(words, self.where.environment, (0, _WAITING))

    def _created(self) -> int:
        tallies = self.where.tallies("tray", self.name)
        return sum(
            tallies.get(name, {"requests": 0})["requests"] for name in ("products.create", "variants.create")
        )

    def _measured(self, what: str, taken: list[Taken], kills: int = 0) -> Pass:
        requests = self._new_requests()
        told: dict[str, Any] = json.loads(taken[-1].text)
        return Pass(
            what,
            self.products,
            kills,
            sum(each.seconds for each in taken),
            sum(each.cpu for each in taken),
            max(each.megabytes for each in taken),
            dict(requests),
            told["requests"]["store_per_product"],
            self._shown(),
        )

    def _new_requests(self) -> Counter[str]:
        now: Counter[str] = Counter()
        for kind in ("tiny", "tray"):
            for endpoint, tally in self.where.tallies(kind, self.name).items():
                now[_KINDS.get(endpoint, "others")] += tally["requests"]
        new, self._before = now - self._before, now
        return new


def measure(products: int) -> list[Pass]:
    """Send so many products with two variations and two pictures each to two stores: at once, and killed."""
    passes = []
    for name, send in (("direto", Catalogue.sent), ("morto", Catalogue.sent_and_killed)):
        with place() as where:
            catalogue = Catalogue(where, name, products)
            passes += [send(catalogue, name), catalogue.sent(f"{name}, again")]
    return passes


def claims(passes: list[Pass]) -> list[Claim]:
    """Judge the figures."""
    first, again, killed, killed_again = passes
    look_ups = first.requests.get("look-ups", 0) / first.products
    parts = first.products * (1 + len(SIZES))
    peak = max(each.megabytes for each in passes)
    return [
        Claim(
            "every product and variation is created by one request",
            f"{first.writes} for {parts}",
            first.writes == parts,
        ),
        Claim(f"under {LOOK_UPS} look-ups a product", f"{look_ups:.2f}", look_ups < LOOK_UPS),
        Claim(
            f"killed {killed.kills} times and gone on with, nothing is doubled or lost",
            f"{killed.shown.products} products, {killed.shown.variations} variations",
            all(each.shown.whole for each in passes),
        ),
        Claim(
            "a second run sends no write",
            f"{again.writes} and {killed_again.writes} writes",
            not again.writes and not killed_again.writes,
        ),
        Claim(f"under {MEGABYTES} MB", f"{peak:.0f} MB", peak < MEGABYTES),
    ]


def show(passes: list[Pass]) -> None:
    """Print the tables."""
    first = passes[0]
    kinds = ["products", "variations", "changes", "look-ups", "ERP reads", "ERP lists", "others"]
    heads = ("run", "seconds", "CPU", "MB", *kinds)
    rows = [
        (
            each.what,
            f"{each.seconds:.1f}",
            f"{each.cpu:.1f}",
            f"{each.megabytes:.0f}",
            *(each.requests.get(kind, 0) for kind in kinds),
        )
        for each in passes
    ]
    table(f"{first.products} products with {len(SIZES)} variations, from Tiny to Tray", heads, rows)
    table(
        "requests a product, sent at once (pictures need none of their own)",
        ("", *kinds, "as the command says, at the store"),
        [
            (
                "a product",
                *(f"{first.requests.get(kind, 0) / first.products:.2f}" for kind in kinds),
                str(first.per_product),
            )
        ],
    )


def _product(number: int) -> dict[str, Any]:
    sku = f"CAT-{number:05d}"
    return {
        "sku": sku,
        "name": f"Camiseta {number}",
        "price": "39.90",
        "gtin": _gtin(number * 10),
        "images": [f"https://fotos.example/{number}-{place}.jpg" for place in range(PICTURES)],
        "variations": [
            {"sku": f"{sku}-{size}", "grid": {"Tamanho": size}, "gtin": _gtin(number * 10 + place)}
            for place, size in enumerate(SIZES, 1)
        ],
    }


def _gtin(number: int) -> str:
    digits = f"789{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
