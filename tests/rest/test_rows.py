"""What a row calls for, decided from its version alone (O5, O6)."""

from typing import Any

import pytest

from tests.rest.bodies import complete_body, list_row
from tomada.spi import Known, Need, RowVersion, need_of
from tomada_tray_rest.rows import CONTENT, LIFE, Row, read_row
from tomada_tray_rest.settings import Settings

SETTINGS = Settings()
MODIFIED = "2026-03-10 12:00:00"
LATER = "2026-03-10 12:30:00"


def row(**changes: Any) -> Row:
    found = read_row(list_row(complete_body()["Order"]) | changes, SETTINGS)
    assert found is not None
    return found


def need(of: Known | None, **changes: Any) -> Need:
    found = row(**changes)
    return need_of(found.version, found.status, of)


def known(status: str = "39", **changes: Any) -> Known:
    return Known(str(row(**changes).version), status)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Need.NOTHING),
        ({"modified": LATER}, Need.DETAIL),
        ({"modified": LATER, "OrderStatus": {"id": "342"}}, Need.STATUS),
        ({"OrderStatus": {"id": "342"}}, Need.STATUS),
        ({"modified": LATER, "has_payment": "1", "payment_date": "2026-03-10"}, Need.STATUS),
        ({"modified": LATER, "sending_code": "BR1"}, Need.STATUS),
        ({"modified": LATER, "store_note": "gateway: ok"}, Need.STATUS),
        ({"modified": LATER, "total": "88.00"}, Need.DETAIL),
        ({"modified": LATER, "total": "88.00", "OrderStatus": {"id": "342"}}, Need.DETAIL),
        ({"status": "", "OrderStatus": []}, Need.DETAIL),
        ({"OrderStatus": "damaged"}, Need.DETAIL),
    ],
)
def test_what_a_row_calls_for(changes: dict[str, Any], expected: Need) -> None:
    assert need(known(), **changes) is expected


def test_what_is_not_known_or_not_ours_is_read() -> None:
    assert need(None) is Need.DETAIL
    assert need(Known("", "39")) is Need.DETAIL
    assert need(Known("etag-of-another-platform", "39")) is Need.DETAIL


def test_a_rejected_order_is_read_again_when_anything_changes() -> None:
    """The core knows a rejected order by its version; it has no status."""
    assert need(known(status="")) is Need.NOTHING
    assert need(known(status=""), modified=LATER, sending_code="BR1") is Need.DETAIL


@pytest.mark.parametrize("key", CONTENT)
def test_whatever_an_erp_order_is_made_of_is_read(key: str) -> None:
    assert need(known(), **{key: "another", "modified": LATER}) is Need.DETAIL


@pytest.mark.parametrize("key", LIFE)
def test_whatever_happens_in_an_orders_life_is_not(key: str) -> None:
    assert need(known(), **{key: "another", "modified": LATER}) is Need.STATUS


def test_empty_values_of_every_form_are_one() -> None:
    assert row(Payment=[], sending_code="").version == row(Payment={}, sending_code=None).version


def test_a_version_survives_being_kept() -> None:
    version = row().version
    assert RowVersion.parse(str(version)) == version
    assert "Beatriz" not in str(version)


def test_damaged_fields_of_a_row_are_unknown() -> None:
    found = row(modified="soon", date="01/02/2026", payment_date="x")
    assert (found.modified, found.placed_on, found.paid) == (None, None, False)


@pytest.mark.parametrize("remote_id", ["", "0", None, ["1"]])
def test_a_row_without_an_id(remote_id: object) -> None:
    assert read_row({"id": remote_id}, SETTINGS) is None
