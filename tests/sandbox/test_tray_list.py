"""The order list: envelope, pages, sorts and filters (tray-rest.md 3, 10.1, 10.2)."""

from collections.abc import Iterator

import pytest

from tests.sandbox.tray_support import TrayCaller, connected
from tomada_sandbox.client import SandboxClient


@pytest.fixture
def tray(control: SandboxClient, name: str) -> Iterator[TrayCaller]:
    yield from connected(control, name)


def many(tray: TrayCaller, count: int) -> list[int]:
    ids: list[int] = tray.shop("place_many", orders=[{} for _ in range(count)])["orders"]
    return ids


def dated(tray: TrayCaller, *moments: str) -> list[int]:
    return [tray.place(date=moment, modified=moment) for moment in moments]


def test_the_envelope_of_an_empty_list(tray: TrayCaller) -> None:
    content = tray.get("orders/")
    assert content["paging"] == {"total": 0, "page": 1, "offset": 0, "limit": 30, "maxLimit": 50}
    assert content["sort"] == [{"id": "asc"}]
    assert content["appliedFilters"] == []
    assert "modified" in content["availableFilters"]
    assert content["Orders"] == []


def test_pages_of_thirty_and_of_at_most_fifty(tray: TrayCaller) -> None:
    ids = many(tray, 103)
    assert tray.ids() == ids[:30]
    content = tray.get("orders", limit=100, page=2)
    assert content["paging"] == {"total": 103, "page": 2, "offset": 50, "limit": 50, "maxLimit": 50}
    assert [int(row["Order"]["id"]) for row in content["Orders"]] == ids[50:100]
    assert tray.ids(limit=50, page=3) == ids[100:]
    assert tray.ids(limit=50, page=4) == []
    assert tray.ids(limit=2, sort="id_desc") == [ids[-1], ids[-2]]


def test_a_row_has_ids_only_and_text_everywhere(tray: TrayCaller) -> None:
    tray.place(payment="boleto", marketplace={"marketplace_name": "Dafiti", "marketplace_order_id": "D-1"})
    (row,) = tray.rows()
    assert all(isinstance(value, str | list | dict) for value in row.values())
    assert row["payment_form"] == "Boleto - Vindi"
    assert row["payment_date"] == "0000-00-00"
    assert (row["has_payment"], row["Payment"], row["PickupLocation"]) == ("0", [], [])
    assert [list(item) for item in row["ProductsSold"] + row["MarketplaceOrder"]] == [["id"], ["id"]]
    assert "hour" not in row
    assert "Customer" not in row
    assert "coupon" not in row


def test_sorted_by_modified_with_an_echo(tray: TrayCaller) -> None:
    first, second, third = dated(tray, "2026-03-02 10:00:00", "2026-03-03 09:00:00", "2026-03-01 12:00:00")
    content = tray.get("orders", sort="modified_desc")
    assert content["sort"] == [{"modified": "desc"}]
    assert tray.ids(sort="modified_desc") == [second, first, third]
    assert tray.ids(sort="date_asc") == [third, first, second]
    tray.shop("change_status", order=third, status="ENVIADO")
    assert tray.ids(sort="modified_desc") == [third, second, first]


def test_a_store_that_ignores_the_sort_by_modified_says_so(tray: TrayCaller) -> None:
    ids = dated(tray, "2026-03-02", "2026-03-03", "2026-03-01")
    tray.shop("configure", sort_by_modified="ignored")
    content = tray.get("orders", sort="modified_desc")
    assert content["sort"] == [{"id": "asc"}]
    assert tray.ids(sort="modified_desc") == ids
    assert tray.ids(sort="id_desc") == ids[::-1]


@pytest.mark.parametrize(
    ("modified", "found"),
    [
        ("2026-03-02,2026-03-02", [1]),
        ("2026-03-02,2026-03-03", [1, 2]),
        ("2026-03-02", [1, 2]),
        ("2026-03-01 23:59:59,2026-03-02 00:00:00", [0, 1]),
        ("2026-03-01 23:59:59, 2026-03-01", [0]),
        ("2026-03-04,2026-03-09", []),
    ],
)
def test_intervals_of_modified_include_both_ends(tray: TrayCaller, modified: str, found: list[int]) -> None:
    ids = dated(tray, "2026-03-01 23:59:59", "2026-03-02 00:00:00", "2026-03-03 23:59:59")
    assert tray.ids(modified=modified) == [ids[index] for index in found]


def test_applied_filters_are_named_by_column(tray: TrayCaller) -> None:
    content = tray.get("orders", modified="2026-03-01,2026-03-02", id="1", colour="red")
    assert content["appliedFilters"] == {
        "Order.id": "1",
        "Order.modified >=": "2026-03-01",
        "Order.modified <=": "2026-03-02",
    }


def test_filters_by_value(tray: TrayCaller) -> None:
    one = tray.place(customer={"name": "A", "cpf": "52998224725"}, date="2026-03-01", channel="PARTICULAR")
    two = tray.place(status="ENVIADO", date="2026-03-02")
    assert tray.ids(id=two) == [two]
    assert tray.ids(status="ENVIADO") == [two]
    assert tray.ids(customer_id=tray.complete(one)["Customer"]["id"]) == [one]
    assert tray.ids(point_sale="PARTICULAR") == [one]
    assert tray.ids(date="2026-03-02") == [two]
    assert tray.ids(date="2026-03-01,2026-03-02") == [one, two]
    assert tray.ids(external_code="none") == []


def test_a_list_that_was_read_before_shows_changes(tray: TrayCaller) -> None:
    one = tray.place(payment="boleto")
    assert tray.rows()[0]["has_payment"] == "0"
    assert tray.ids(status="A ENVIAR") == []
    tray.shop("pay", order=one)
    assert tray.rows()[0]["has_payment"] == "1"
    assert tray.ids(status="A ENVIAR") == [one]
    assert tray.ids() == [one]
    two = tray.place()
    assert tray.ids() == [one, two]
