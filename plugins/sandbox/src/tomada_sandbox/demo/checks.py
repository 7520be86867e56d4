"""The demo checks itself: what it found on both sides against what must be there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tomada_sandbox.client import Json

ErpOrders = Mapping[tuple[str, str], list[Json]]


@dataclass
class Checks:
    """What was compared, and what differed."""

    passed: int = 0
    wrong: list[str] = field(default_factory=list)

    def equal(self, what: str, found: object, wanted: object) -> None:
        """Compare; ``what`` names it if it differs."""
        if found == wanted:
            self.passed += 1
        else:
            self.wrong.append(f"{what}: {found!r}, not {wanted!r}")


def by_origin(orders: list[Json]) -> dict[tuple[str, str], list[Json]]:
    """Sort the orders of a Tiny account by where they came from: (mark of the store, number there)."""
    found: dict[tuple[str, str], list[Json]] = {}
    for order in orders:
        for marker in order["markers"] or [""]:
            found.setdefault((marker, order["ecommerce_number"]), []).append(order)
    return found
