"""What requests cost: kinds that a person tells apart, and the time that they take at the real quotas."""

from collections.abc import Mapping
from math import ceil

from tomada_sandbox.client import Json
from tomada_sandbox.demo.stage import Requests
from tomada_sandbox.sentences import N_, _

KINDS: dict[str, str] = {
    "lists": N_("Tray: pages of lists"),
    "details": N_("Tray: complete orders"),
    "tokens": N_("Tray: tokens"),
    "reads": N_("Tiny: searches and reads"),
    "creates": N_("Tiny: orders created"),
    "statuses": N_("Tiny: statuses set"),
}
WRITES = ("creates", "statuses")

_OF_ENDPOINT = {
    "orders.complete": "details",
    "auth.create": "tokens",
    "auth.refresh": "tokens",
    "pedido.incluir.php": "creates",
    "pedido.alterar.situacao": "statuses",
}
TINY_SHARE, TRAY_SHARE = 0.75, 0.95
"""The default shares of the quotas that Tomada uses (Q1)."""


def by_kind(requests: Requests) -> dict[str, int]:
    """Add requests up by the keys of ``KINDS``."""
    counts = dict.fromkeys(KINDS, 0)
    for (remote, endpoint), number in requests.items():
        counts[_OF_ENDPOINT.get(endpoint, "reads" if remote == "tiny" else "lists")] += number
    return counts


def minutes(requests: int, per_minute: int, share: float) -> int:
    """Return how many minutes requests take at most."""
    return ceil(requests / int(per_minute * share))


def at_real_quotas(requests: Requests, stores: int, limits: Mapping[str, Json]) -> str:
    """Say what the same requests would take with the remotes' quotas, which the demo lifts."""
    tiny = sum(number for (remote, _endpoint), number in requests.items() if remote == "tiny")
    tray = sum(number for (remote, _endpoint), number in requests.items() if remote == "tray")
    a_store = ceil(tray / stores)
    days = max(0, ceil(a_store / int(limits["tray"]["daily"] * TRAY_SHARE)) - 1)
    told = _(
        "The sandbox's quotas were lifted. At the real ones, Tiny's {tiny} requests take up to {tiny_minutes} min "
        "({tiny_limit} a minute, of which Tomada uses {tiny_share} %), and Tray's {tray} up to {tray_minutes} min "
        "({tray_limit} a minute and store, {tray_share} %)."
    ).format(
        tiny=tiny,
        tiny_minutes=minutes(tiny, limits["tiny"]["limit"], TINY_SHARE),
        tiny_limit=limits["tiny"]["limit"],
        tiny_share=round(TINY_SHARE * 100),
        tray=tray,
        tray_minutes=minutes(a_store, limits["tray"]["limit"], TRAY_SHARE),
        tray_limit=limits["tray"]["limit"],
        tray_share=round(TRAY_SHARE * 100),
    )
    if days:
        told += " " + _("Tray's daily quota of {daily} spreads them over {days} more days.").format(
            daily=limits["tray"]["daily"], days=days
        )
    return told
