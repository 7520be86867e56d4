"""The column of the matrix: at least the 13 that Tiny lists for SOAP, and nothing else moves with the plugin."""

import json
from typing import Any

from tests.cli.running import apart

THIRTEEN = {
    "products.send",
    "orders.receive",
    "orders.status_sync",
    "orders.freight_value",
    "customers.register",
    "mapping.shipping",
    "mapping.status",
    "mapping.channel",
    "stock.send",
    "stock.update",
    "stock.reserve",
    "tracking.send",
    "invoices.send",
}
"""Column S of the design's table of capabilities."""


def matrix(**environment: str) -> dict[str, dict[str, Any]]:
    """Capability → platform → its state."""
    done = apart("capabilities", "--json", **environment)
    assert done.returncode == 0, done.stderr
    return {one["id"]: one["platforms"] for one in json.loads(done.stdout)["capabilities"]}


def test_the_thirteen_are_claimed_and_the_plugin_is_one_column() -> None:
    whole, without = matrix(), matrix(TOMADA_DISABLE_PLUGINS="tray-soap")
    claimed = {name for name, platforms in whole.items() if platforms["tray-soap"]["state"] == "claimed"}
    assert claimed >= THIRTEEN
    for name, platforms in whole.items():
        others = {platform: state for platform, state in platforms.items() if platform != "tray-soap"}
        left = {platform: state for platform, state in without[name].items() if platform != "tray-soap"}
        assert left == others
    assert all(
        platforms.get("tray-soap", {}).get("state", "absent") == "absent" for platforms in without.values()
    )
