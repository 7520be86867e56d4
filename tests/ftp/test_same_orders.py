"""Two modalities, one truth: a store read over REST and over files gives the same orders in the ERP (DESIGN 9.5)."""

from typing import Any

import pytest

from tests.e2e.same_orders import ORDERS, in_erp
from tests.ftp.stage import FileStage
from tomada.domain.order import Order

LOST = ("intermediary",)
"""What files do not tell of a channel whole: the seller's name and the payer's document at a marketplace."""


@pytest.mark.parametrize("profile", ["tray-legado", "br-planilha", "xml"])
def test_m2_the_same_orders_whatever_the_way(stage: FileStage, profile: str) -> None:
    style = {
        "tray-legado": {},
        "br-planilha": {
            "encoding": "cp1252",
            "decimal": ",",
            "day": "%d/%m/%Y",
            "moment": "%d/%m/%Y %H:%M:%S",
        },
        "xml": {"encoding": "utf-8", "form": "xml"},
    }[profile]
    stage.add_store("rest")
    stage.connect_files("files", "rest", exchange={"style": style}, profile=profile)
    ids = [stage.place("rest", **told) for told in ORDERS]
    stage.files("rest", "publish")
    stage.sync("rest", "files")
    for remote_id in ids:
        told = {name: stage.order(name, remote_id) for name in ("rest", "files")}
        orders = {name: _content(Order.model_validate_json(one.payload)) for name, one in told.items()}
        assert orders["files"] == orders["rest"]
        assert (told["files"].state, told["files"].reason) == (told["rest"].state, told["rest"].reason)
    over_rest = in_erp(stage, "label-rest")
    assert len(over_rest) > 5
    for one, other in zip(in_erp(stage, "label-files"), over_rest, strict=True):
        assert one == other


def _content(order: Order) -> dict[str, Any]:
    told: dict[str, Any] = order.model_dump()
    for name in LOST:
        told["channel"].pop(name)
    money = told["money"]
    money["adjustments"] += money.pop("taxes") + money.pop(
        "payment_rate"
    )  # one column of files holds them all
    return told
