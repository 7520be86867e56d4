"""The faults of the sandbox as the tests set them: every kind, at each remote where it means something."""

from collections import Counter
from typing import Any, NamedTuple

from tests.e2e.stage import Stage


class Fault(NamedTuple):
    """A kind with its parameters; ``endpoint`` where it means something at one endpoint only."""

    kind: str
    params: dict[str, Any]
    endpoint: str | None = None

    def __str__(self) -> str:
        return "-".join([self.kind, *(f"{name}={value}" for name, value in self.params.items())])


EITHER = [
    Fault("refuse_429", {}),
    Fault("error_before", {}),
    Fault("error_after", {}),
    Fault("reset_before", {}),
    Fault("reset_after", {}),
    Fault("timeout", {"seconds": 0.2, "close": True}),
    Fault("truncated", {}),
    Fault("truncated", {"whole": True}),
    Fault("expired_token", {}),
]
TRAY = [
    *EITHER,
    Fault("late_effect", {"seconds": 60}, "auth.refresh"),  # the only write while orders come in
    Fault("shift_pages", {"rows": 1}, "orders"),
    Fault("shift_pages", {"rows": -1}, "orders"),
    Fault("equal_timestamps", {"seconds": 60}),
]
TINY = [
    *EITHER,
    Fault("late_effect", {"seconds": 60}),
    Fault("late_effect", {"seconds": 60}, "pedido.incluir.php"),
]
"""No list of the ERP has a second page here, and nothing goes by its timestamps."""

SENDING = (
    "products.create",
    "variants.create",
    "products.update",
    "variants.update",
    "orders.update",
    "invoices.create",
    "invoices.update",
)
"""The writes at a store when something goes out."""
OUTGOING_TRAY = [
    *EITHER,
    *(Fault("late_effect", {"seconds": 60}, endpoint) for endpoint in ("auth.refresh", *SENDING)),
    Fault("equal_timestamps", {"seconds": 60}),
]
FEEDS = ("lista.atualizacoes.estoque", "lista.atualizacoes.produtos")
OUTGOING_TINY = [
    *EITHER,
    *(Fault("reset_after", {}, feed) for feed in FEEDS),
    *(Fault("truncated", {"whole": True}, feed) for feed in FEEDS),
    *(Fault("late_effect", {"seconds": 60}, feed) for feed in FEEDS),
    Fault("equal_timestamps", {"seconds": 60}),
]
"""The feeds forget what they have answered: a lost answer is a lost change. No list has a second page here."""


def struck(stage: Stage, since: int) -> list[dict[str, Any]]:
    """The requests at the stage's remotes that a fault struck, as the sandbox's journal tells it."""
    remotes = [f"tiny/{stage.account}", *(f"tray/{stage.remote(name)}" for name in stage.names)]
    entries = [entry for remote in remotes for entry in stage.sandbox.journal(since, remote)]
    return [entry for entry in entries if entry["event"] == "fault"]


def fired(stage: Stage, since: int) -> Counter[tuple[str, str]]:
    """How often which kind of fault struck at which kind of remote."""
    return Counter((entry["remote"].split("/")[0], entry["detail"]["kind"]) for entry in struck(stage, since))
