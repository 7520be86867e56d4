"""The matrix is derived from what plugins implement (DESIGN section 3)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.host.samples import BUILT, Bare, Sample, admitted, candidate
from tomada.errors import UnusableError
from tomada.host.capabilities import CapabilityState, Claim, derive
from tomada.host.matrix import markdown, matrix
from tomada.host.registry import Registry
from tomada.spi import hookimpl, lacks
from tomada.spi.catalogue import CATALOGUE

CLAIMED_BY_ORDERS = {
    "orders.receive",
    "orders.status_sync",
    "orders.freight_value",
    "customers.register",
    "mapping.shipping",
    "mapping.status",
    "mapping.channel",
}


class TakesBack(Sample):
    @hookimpl
    @lacks("mapping.payment", "The remote has no payments.")
    @lacks("orders.status_sync", "The remote gives an order once.")
    def orders_fetch(self, ctx: Any, query: Any) -> Iterator[Any]:
        yield from ()


def claimed(states: dict[str, CapabilityState]) -> set[str]:
    return {name for name, state in states.items() if state.state is Claim.CLAIMED}


def test_every_capability_has_a_state_in_the_order_of_the_catalogue() -> None:
    assert list(derive(admitted(Bare()), BUILT)) == [capability.id for capability in CATALOGUE]
    assert len(CATALOGUE) == 19


def test_reading_orders_claims_its_hook_its_behaviour_and_the_fields_of_an_order() -> None:
    assert claimed(derive(admitted(Sample()), BUILT)) == CLAIMED_BY_ORDERS


def test_what_is_not_offered_is_absent_without_a_reason() -> None:
    states = derive(admitted(Bare()), BUILT)
    assert claimed(states) == set()
    assert {state.reason for state in states.values()} == {None}


def test_what_the_core_does_not_use_yet_is_absent_and_says_so() -> None:
    states = derive(admitted(Sample()), BUILT)
    assert states["mapping.payment"].state is Claim.ABSENT
    assert "does not use it yet" in (states["mapping.payment"].reason or "")
    assert claimed(derive(admitted(Sample()), BUILT | {"desk.payment"})) == CLAIMED_BY_ORDERS | {
        "mapping.payment"
    }
    assert claimed(derive(admitted(Sample()), frozenset())) == set()


def test_what_the_plugin_takes_back_is_absent_with_its_reason_although_another_hook_has_the_field() -> None:
    states = derive(admitted(TakesBack()), BUILT)
    assert states["orders.status_sync"] == CapabilityState(Claim.ABSENT, "The remote gives an order once.")
    assert states["mapping.payment"] == CapabilityState(Claim.ABSENT, "The remote has no payments.")
    assert claimed(states) == CLAIMED_BY_ORDERS - {"orders.status_sync"}


def test_a_store_can_lack_what_its_platform_has() -> None:
    states = derive(admitted(Sample()), BUILT, {"mapping.status": "Old shop.", "stock.send": "Old shop."})
    assert states["mapping.status"] == CapabilityState(Claim.ABSENT, "Old shop.")
    assert states["stock.send"] == CapabilityState(Claim.ABSENT)


def registry() -> Registry:
    return Registry(
        [
            candidate(Sample()),
            candidate(object(), "broken", "tomada-broken"),
            candidate(Sample(), distribution="tomada-second"),
        ]
    )


def test_the_matrix_lists_every_platform_and_capability() -> None:
    data = json.loads(json.dumps(matrix(registry(), BUILT)))

    assert data["schema_version"] == 1
    assert [(row["id"], row["plugin"], row["version"], row["status"]) for row in data["platforms"]] == [
        ("broken", "tomada-broken", "1.2", "failed"),
        ("sample", "tomada-sample", "1.2", "active"),
        ("sample", "tomada-second", "1.2", "shadowed"),
    ]
    rows = {row["id"]: row for row in data["capabilities"]}
    assert list(rows) == [capability.id for capability in CATALOGUE]
    assert rows["orders.receive"]["label_pt"] == "Recebimento de pedidos"
    assert rows["orders.receive"]["platforms"]["sample"] == {"state": "claimed", "reason": None}
    assert rows["orders.receive"]["platforms"]["broken"]["state"] == "absent"
    assert "no spi version" in rows["orders.receive"]["platforms"]["broken"]["reason"]
    assert rows["stock.send"]["platforms"]["sample"] == {"state": "absent", "reason": None}


def test_the_matrix_of_one_store() -> None:
    data = matrix(registry(), BUILT, "sample", {"mapping.status": "Old shop."})
    rows = {row["id"]: row["platforms"] for row in data["capabilities"]}
    assert rows["mapping.status"] == {"sample": {"state": "absent", "reason": "Old shop."}}
    with pytest.raises(UnusableError):
        matrix(registry(), BUILT, "broken")


def test_with_no_platform_all_capabilities_are_still_listed() -> None:
    data = matrix(Registry([]), BUILT)
    assert data["platforms"] == []
    assert [row["platforms"] for row in data["capabilities"]] == [{}] * 19


def test_markdown_has_a_row_for_each_capability_and_a_column_for_each_working_platform() -> None:
    taken = Registry([candidate(TakesBack()), candidate(object(), "broken", "tomada-broken")])
    lines = markdown(matrix(taken, BUILT)).splitlines()

    assert lines[0] == "| Capability | id | sample |"
    assert len([line for line in lines if line.startswith("| ")]) == 2 + 19
    assert "| Receive orders | `orders.receive` | ○ |" in lines
    assert "| Send stock on demand | `stock.send` | – |" in lines
    assert "| Keep order statuses in step | `orders.status_sync` | – (1) |" in lines
    assert "1. The remote gives an order once." in lines
    assert "| Recebimento de pedidos | `orders.receive` | ○ |" in markdown(
        matrix(taken, BUILT), portuguese=True
    )
