"""A store whose clock is wrong: orders, changes and tokens lose nothing by it (O5)."""

import pytest

from tests.e2e.stage import Stage

HOUR = 3600


@pytest.mark.parametrize("hours", [-30, -2, 2, 30])
def test_o5_a_store_with_a_wrong_clock_loses_nothing(stage: Stage, hours: int) -> None:
    stage.add_store("loja", clock_ahead=hours * HOUR)
    stage.later(31 * HOUR)  # what it dates from now on lies after the activation by any clock
    for _ in range(3):
        stage.place("loja")
        stage.sync()
        stage.later(60)
    stage.shop("loja", "change_status", order=1001, status="ENVIADO")
    stage.later(3)
    assert stage.sync()["loja"].counts["status_set"] == 1
    assert {order["ecommerce_number"] for order in stage.erp_orders()} == {"1001", "1002", "1003"}
    assert stage.order("loja", "1001").erp_status == "enviado"


@pytest.mark.parametrize("hours", [-2, 2])
def test_o5_a_clock_that_is_put_right_loses_nothing(stage: Stage, hours: int) -> None:
    """Set back, it dates what is new before what is known; set on, it leaves a gap."""
    stage.add_store("loja", clock_ahead=hours * HOUR)
    stage.later(3 * HOUR)
    stage.place("loja")
    stage.sync()
    stage.shop("loja", "configure", clock_ahead=0)
    stage.place("loja")
    stage.shop("loja", "cancel", order=1001)
    stage.later(3)
    stage.sync()
    stage.later(HOUR)  # by now there was a reading of the whole window
    stage.sync()
    assert {order["ecommerce_number"]: order["situation"] for order in stage.erp_orders()} == {
        "1001": "cancelado",
        "1002": "aprovado",
    }
