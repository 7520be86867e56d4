"""What the REST modality claims besides the 13 of every API modality is exercised by commands as well."""

import json
from collections.abc import Callable

import pytest

from tests.cli import test_catalogue, test_order_statuses, test_payments, test_prices, test_thirteen
from tests.cli.running import here

EXERCISED: dict[str, Callable[..., None]] = {
    **test_thirteen.EXERCISED,
    "products.import": test_catalogue.test_p5_what_the_erp_lacks_is_created_linked_and_created_once,
    "mapping.category": test_catalogue.test_categories_are_shown_by_path_and_a_mapping_says_where_products_go,
    "mapping.payment": test_payments.test_a_way_of_payment_is_the_one_that_it_is_mapped_to,
    "prices.send": test_prices.test_v1_a_price_that_changes_in_the_erp_changes_at_the_store,
    "orders.update_status": test_order_statuses.test_t5_a_status_is_set_by_the_store_s_id_or_name_once,
    "orders.mark_delivered": test_order_statuses.test_t5_delivered_is_marked_once_with_a_result_for_each_id,
}
"""Capability → the test that exercises it and reads the effect on the other side."""


def test_every_capability_that_is_claimed_is_exercised(capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(here(capsys, "capabilities", "--platform", "tray-rest", "--json")[1])["capabilities"]
    claimed = [one["id"] for one in shown if one["platforms"]["tray-rest"]["state"] == "claimed"]
    assert sorted(claimed) == sorted(EXERCISED)
