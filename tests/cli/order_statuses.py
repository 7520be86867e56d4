"""Statuses of a store's orders, and the e-mails about them."""

from typing import Any

from tests.cli.connecting import Remotes
from tests.cli.goods import store_state


def at_store(shop: Remotes, order: str) -> str:
    """The name of the status that an order has."""
    found: dict[str, Any] = next(one for one in store_state(shop)["orders"] if str(one["id"]) == order)
    return str(found["status"])


def mails(shop: Remotes) -> list[str]:
    """What the store's buyers were e-mailed, the oldest first."""
    return [mail["value"] for mail in store_state(shop)["mails"]]


def code_of(shop: Remotes, name: str) -> str:
    """The store's id of a status."""
    return next(str(one["id"]) for one in store_state(shop)["statuses"] if one["name"] == name)
