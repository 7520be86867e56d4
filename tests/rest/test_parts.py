"""An order that the store split over its distribution centres, as its complete read says it (O8)."""

from typing import Any

import pytest

from tomada_tray_rest.parts import split_from, split_into


@pytest.mark.parametrize(
    ("fields", "origin"),
    [
        ({}, ""),
        ({"dc_order_origin": "0"}, ""),
        ({"dc_order_origin": "1001"}, "1001"),
        ({"dc_order_origin": 1001, "DistributionCenter": {"type": "child_order", "group_id": "7"}}, "1001"),
        ({"DistributionCenter": {"type": "child_order", "group_id": "1001"}}, "1001"),
        ({"DistributionCenter": {"type": "", "group_id": "1001"}}, ""),
        ({"dc_order_origin": "1002", "DistributionCenter": []}, ""),
        ({"dc_order_origin": {"id": "1"}, "DistributionCenter": "x"}, ""),
    ],
)
def test_o8_a_part_names_the_order_that_it_was_split_off(fields: dict[str, Any], origin: str) -> None:
    assert split_from({"id": "1002", **fields}) == origin


@pytest.mark.parametrize(
    ("children", "ids"),
    [
        (None, ()),
        ([], ()),
        (["1003", 1002], ("1002", "1003")),
        ([{"Order": {"id": "1002"}}, {"id": 1003}], ("1002", "1003")),
        ([{"order_id": "1002", "id": "9"}], ("1002",)),
        ("x", ()),
        ([[], {"id": {}}], ()),
    ],
)
def test_o8_an_order_names_the_parts_that_were_split_off(children: object, ids: tuple[str, ...]) -> None:
    assert split_into({"id": "1001", "OrderChilds": children}) == ids
