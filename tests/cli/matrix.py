"""The matrix with and without a plugin: its column comes and goes, and nothing else changes."""

import json
from collections.abc import Set as AbstractSet
from typing import Any

from tests.cli.running import apart


def matrix(**environment: str) -> dict[str, dict[str, Any]]:
    """Capability → platform → its state."""
    done = apart("capabilities", "--json", **environment)
    assert done.returncode == 0, done.stderr
    return {one["id"]: one["platforms"] for one in json.loads(done.stdout)["capabilities"]}


def check_one_column(platform: str, least: AbstractSet[str]) -> None:
    """Check that a platform claims at least these, and that its column alone goes with its plugin."""
    whole, without = matrix(), matrix(TOMADA_DISABLE_PLUGINS=platform)
    claimed = {name for name, platforms in whole.items() if platforms[platform]["state"] == "claimed"}
    assert claimed >= least
    for name, platforms in whole.items():
        others = {one: state for one, state in platforms.items() if one != platform}
        left = {one: state for one, state in without[name].items() if one != platform}
        assert left == others
    assert all(
        platforms.get(platform, {}).get("state", "absent") == "absent" for platforms in without.values()
    )
