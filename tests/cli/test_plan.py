"""``tomada plan``: what a sync would do, and what it costs; nothing is written at the store or the ERP."""

import json
from pathlib import Path

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tomada.app.opening import opened, store_named
from tomada.app.planning import Plan
from tomada.cli.plan import _cost
from tomada.runner import FLOWS, lock_name

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def orders(shop: Remotes) -> dict[str, str]:
    """One order that would be created, one that would be held, one that would be left out: their ids."""
    return {
        "create": shop.place("loja", shipping="PAC"),
        "hold": shop.place("loja", shipping="Drone"),
        "ignore": shop.place("loja", status="CANCELADO"),
    }


def test_each_order_with_its_change_and_why(shop: Remotes, orders: dict[str, str], capsys: Capture) -> None:
    code, out, err = here(capsys, "plan", "loja", "orders")
    assert (code, err) == (0, "")
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert "create it in the ERP as aprovado" in lines[orders["create"]]
    assert "Nobody has mapped the shipping method “Drone” (Drone) yet." in lines[orders["hold"]]
    assert "Cancelled before it was imported." in lines[orders["ignore"]]
    assert "Requests to the ERP, at least: 2." in out


def test_it_writes_nothing_and_a_plan_after_the_sync_is_empty(
    shop: Remotes, orders: dict[str, str], capsys: Capture
) -> None:
    before = shop.sandbox.state_of("tray", f"{shop.prefix}loja")
    assert here(capsys, "plan", "loja")[0] == 0
    assert shop.in_erp() == []
    after = shop.sandbox.state_of("tray", f"{shop.prefix}loja")
    assert after["orders"] == before["orders"]
    assert here(capsys, "sync", "loja")[0] == 1
    assert here(capsys, "sync", "loja", "stock", "--yes")[0] == 0
    assert here(capsys, "plan", "loja") == (0, "Nothing to do.\n", "")


def test_portuguese_is_whole(orders: dict[str, str], capsys: Capture) -> None:
    out = here(capsys, "plan", "loja", "--lang", "pt")[1]
    lines = out.splitlines()
    assert lines[0].split() == ["Pedido", "Número", "Total", "Mudança", "Por", "quê"]
    assert any("Ninguém mapeou ainda: forma de frete “Drone” (Drone)." in line for line in lines)
    assert any("criar no ERP como aprovado" in line for line in lines)
    assert "40,00" in out
    assert "Requisições ao ERP, no mínimo: 2." in lines[-1]


def test_json(orders: dict[str, str], capsys: Capture) -> None:
    code, out, err = here(capsys, "plan", "loja", "--json")
    found = json.loads(out)
    plan = found["plan"]
    assert (code, err, found["schema_version"]) == (0, "", 1)
    assert {change["kind"]: change["order"] for change in plan["changes"]} == orders
    assert {change["total"] for change in plan["changes"]} == {"40.00"}
    assert plan["counts"] == {"create": 1, "hold": 1, "ignore": 1}
    assert (plan["store"], plan["requests"]) == ("loja", 2)


WRONG: list[tuple[list[str], str]] = [
    (["plan"], "Missing argument 'STORE'."),
    (["plan", "other"], "There are: loja"),
    (["plan", "loja", "weather"], "There are: orders, products, stock, prices, statuses, tracking, invoices"),
]


def test_wrong_words(shop: Remotes, capsys: Capture) -> None:
    for words, told in WRONG:
        code, out, err = here(capsys, *words)
        assert (code, out) == (2, ""), words
        assert told in err


def test_a_paused_store_has_no_plan(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "pause", "loja")[0] == 0
    code, _, err = here(capsys, "plan", "loja")
    assert code == 2
    assert "tomada store resume loja" in err


def test_while_a_sync_runs_there_is_no_plan(shop: Remotes, home: Path, capsys: Capture) -> None:
    with opened(home) as installation:
        name = lock_name(store_named(installation, "loja"), "orders")
        with installation.database.lock(name) as locked:
            assert locked
            code, out, err = here(capsys, "plan", "loja")
    assert (code, out) == (4, "")
    assert err.startswith("Error: ")


@pytest.mark.parametrize(
    ("per_minute", "told"),
    [
        (None, "Requests to the ERP, at least: 90."),
        (100.0, "Requests to the ERP, at least: 90. At its quota that takes less than a minute."),
        (45.0, "Requests to the ERP, at least: 90. Minutes that they take at its quota: 2."),
        (44.0, "Requests to the ERP, at least: 90. Minutes that they take at its quota: 3."),
    ],
)
def test_what_it_costs(per_minute: float | None, told: str) -> None:
    assert _cost(Plan("loja", requests=90, per_minute=per_minute)) == told


def test_what_the_store_changed_later_is_a_change_of_status(shop: Remotes, capsys: Capture) -> None:
    order = shop.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    shop.sandbox.shop(f"{shop.prefix}loja", "change_status", order=int(order), status="ENVIADO")
    out = here(capsys, "plan", "loja")[1]
    assert "set status" in out
    assert "set the ERP order to enviado" in out
    assert "Requests to the ERP, at least: 2." in out


def test_o4_what_waits_and_what_is_left_to_a_person(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "orders.unpaid_after_minutes=30")[0] == 0
    shop.place("loja", payment="boleto")
    out = here(capsys, "plan", "loja")[1]
    assert "Not paid yet; enters at" in out
    assert "wait: 1" in out
    assert "Requests" not in out
    assert here(capsys, "store", "set", "loja", "orders.automatic=off")[0] == 0
    shop.place("loja")
    assert "Waits for `tomada orders import`." in here(capsys, "plan", "loja")[1]


def test_the_help_names_every_flow(capsys: Capture) -> None:
    for command in ("plan", "sync"):
        assert f"FLOW: {', '.join(FLOWS)}" in " ".join(here(capsys, command, "--help")[1].split())
