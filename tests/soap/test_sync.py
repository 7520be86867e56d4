"""Orders over SOAP into the ERP, by the whole of the installation, over real sockets."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import here
from tests.soap.fakes import FakeContext
from tests.soap.stage import SoapStage
from tomada.ports.records import OrderState
from tomada.storage.crypto import KEY_VARIABLE, encode_key, new_key
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.connecting import account_words, soap_store_words
from tomada_tray_rest import plugin as rest
from tomada_tray_rest.session import open_session
from tomada_tray_rest.settings import Settings as RestSettings


def test_orders_become_erp_orders_and_only_then_leave_the_list(stage: SoapStage) -> None:
    stage.add_store("loja")
    placed = [stage.place("loja", shipment_value="10.00") for _ in range(3)]
    stage.later(10)
    counts = stage.sync()["loja"].counts
    assert counts["created"] == 3
    assert sorted(order["ecommerce_number"] for order in stage.erp_orders()) == sorted(placed)
    assert stage.todo("loja") == []
    entries = [
        entry
        for entry in stage.sandbox.journal()
        if entry["event"] == "applied"
        and entry["remote"] in (f"tray/{stage.remote('loja')}", f"tiny/{stage.account}")
    ]
    names = [entry["endpoint"] for entry in entries]
    last_created = max(place for place, name in enumerate(names) if "incluir" in name)
    assert last_created < names.index("soap.fWSAtualizaListaToDo")


def test_a_second_sync_costs_one_call_and_writes_nothing(stage: SoapStage) -> None:
    stage.add_store("loja")
    stage.place("loja")
    stage.later(10)
    stage.sync()
    before = stage.sandbox.journal_end()
    stage.sync()
    calls = [
        entry["endpoint"]
        for entry in stage.sandbox.journal(since=before, remote=f"tray/{stage.remote('loja')}")
        if entry["event"] == "received"
    ]
    assert calls == ["soap.fWSImportaPedidos"]


def test_o1_two_stores_with_the_same_order_number(stage: SoapStage) -> None:
    stage.add_store("loja")
    stage.add_store("outra")
    numbers = {stage.place("loja"), stage.place("outra")}
    assert len(numbers) == 1
    stage.later(10)
    stage.sync()
    assert len(stage.erp_orders()) == 2


def test_a_held_order_is_ticked_off_and_goes_on_when_it_is_settled(stage: SoapStage) -> None:
    stage.add_store("loja")
    remote_id = stage.place("loja", items=[{"name": "Sem cadastro", "sku": "NAO-HA", "price": "9.90"}])
    stage.later(10)
    stage.sync()
    assert stage.order("loja", remote_id).state is OrderState.HELD
    assert stage.todo("loja") == []
    assert stage.acknowledged("loja") == [remote_id]


def test_o4_an_order_that_says_it_has_no_items_is_ignored_as_over_rest(stage: SoapStage) -> None:
    stage.add_store("loja")
    remote_id = stage.place("loja", items=[], total="50.00")
    stage.later(10)
    stage.sync()
    order = stage.order("loja", remote_id)
    assert (order.state, order.reason) == (OrderState.IGNORED, "no_items")
    assert stage.todo("loja") == []


def test_a_cancellation_and_a_payment_arrive_later(stage: SoapStage) -> None:
    stage.add_store("loja")
    paid, cancelled = stage.place("loja", payment="boleto"), stage.place("loja", payment="boleto")
    stage.later(10)
    stage.sync()
    stage.shop("loja", "pay", order=int(paid))
    stage.shop("loja", "cancel", order=int(cancelled))
    stage.later(10)
    stage.sync()
    situations = {order["ecommerce_number"]: order["situation"] for order in stage.erp_orders()}
    assert situations[cancelled] == "cancelado"
    assert situations[paid] != situations[cancelled]
    assert stage.order("loja", paid).paid


def test_rest_and_soap_read_the_same_orders(stage: SoapStage) -> None:
    """One store, read over both: the same orders, to the cent and to the codes that are mapped."""
    state = stage.sandbox.create_store(stage.remote("loja"), limit=None, daily=None)
    then = (stage.installation.now() - timedelta(minutes=5)).isoformat()
    orders = [
        {"payment": "boleto", "discount": "3.00", "shipment_value": "12.00"},
        {
            "payment": "credit_card",
            "installment": 3,
            "interest": "4.44",
            "coupon": "5.00",
            "coupon_code": "BEMVINDO",
        },
        {"items": [{"sku": "CAMISETA-P-BR", "quantity": 2}, {"sku": "CHA-CAMOMILA", "quantity": 3}]},
        {"items": [{"sku": "KIT-CHA"}], "payment": "pix"},
        {
            "marketplace": {"marketplace_name": "Shopee", "marketplace_order_id": "SP-1"},
            "channel": "SHOPEE",
            "taxes": "1.50",
        },
        {
            "customer": {
                "name": "Padaria Sol",
                "company_name": "Padaria do Sol Ltda",
                "cnpj": "11222333000181",
                "address": "Rua Um",
                "city": "Poá",
            }
        },
        {"customer_note": "Entregar à tarde, sem falta"},
    ]
    told = [{"date": then, "modified": then, **order} for order in orders]
    stage.sandbox.shop(stage.remote("loja"), "place_many", orders=told)
    stage.connect("loja", state)
    over_soap = orders_read(stage, "loja")
    over_rest = orders_read_over_rest(stage, state)
    assert over_soap.keys() == over_rest.keys()
    for remote_id, order in over_soap.items():
        assert comparable(order) == comparable(over_rest[remote_id]), remote_id


def orders_read(stage: SoapStage, name: str) -> dict[str, dict[str, Any]]:
    """The orders of a store as the domain has them, read over its web service."""
    with stage.installation.database.read() as tx:
        record = tx.stores.by_name(name)
    assert record
    numbers = [str(order["id"]) for order in stage.sandbox.state_of("tray", stage.remote(name))["orders"]]
    with stage.installation.gateway(record) as gateway:
        return {event.value.remote_id: event.value.model_dump() for event in gateway.orders_read(numbers)}


def orders_read_over_rest(stage: SoapStage, state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The same orders, read over REST by the plugin alone."""
    settings = RestSettings(
        api_address=f"{stage.sandbox.url}/tray/{state['name']}",
        consumer_key=state["consumer_key"],
        consumer_secret=state["consumer_secret"],
    )
    context: Any = FakeContext(settings, stage.installation.clock)
    steps = rest.connection_setup(context)
    for step in steps:
        if getattr(step, "key", "") == "authorization":
            steps.send(str(state["code"]))
            break
    numbers = [str(order["id"]) for order in stage.sandbox.state_of("tray", str(state["name"]))["orders"]]
    with open_session(context) as context.session:
        return {
            event.value.remote_id: event.value.model_dump() for event in rest.orders_read(context, numbers)
        }


def comparable(order: dict[str, Any]) -> dict[str, Any]:
    """What makes an ERP order; without what the documentation says that SOAP loses."""
    kept = {key: value for key, value in order.items() if key != "warnings"}
    money = dict(kept["money"])
    money["taxes"] += money.pop("payment_rate")
    return kept | {"money": {name: Decimal(value) for name, value in money.items()}}


def test_store_add_connects_a_store_without_questions(
    sandbox: SandboxClient,
    clock_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TOMADA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TOMADA_CLOCK", str(clock_path))
    monkeypatch.setenv(KEY_VARIABLE, encode_key(new_key()))
    account = sandbox.create_account("soap-conta")
    store = sandbox.create_store("soap-loja")
    assert here(capsys, "init", "--yes")[0] == 0
    assert here(capsys, *account_words(sandbox.url, account, stock_posting="invoice"))[0] == 0
    code, out, err = here(capsys, *soap_store_words(sandbox.url, store, "soap-conta"))
    assert code == 0, err
    assert store["webservice"]["password"] not in out + err
    sandbox.advance(5)
    sandbox.shop("soap-loja", "place")
    sandbox.advance(10)
    code, out, err = here(capsys, "sync", "soap-loja", "orders", "--json")
    assert code == 0, err
    assert json.loads(out)
    assert len(sandbox.state_of("tiny", "soap-conta")["orders"]) == 1
    assert sandbox.state_of("tray", "soap-loja")["webservice"]["todo"] == []


def test_what_the_store_lacks_is_taken_back(stage: SoapStage) -> None:
    stage.add_store("loja", missing=["fWSImportaClientePorPedidoAvancado"])
    with stage.installation.database.read() as tx:
        record = tx.stores.by_name("loja")
    assert record
    with stage.installation.gateway(record) as gateway:
        steps = {step.name: step for step in gateway.check()}
    assert "fWSImportaClientePorPedidoAvancado" in steps["operations"].message
    assert "orders.receive" in steps["operations"].lacks
    assert "customers.register" in steps["operations"].lacks
    assert "mapping.status" in steps["operations"].lacks


def test_a_store_that_lacks_an_operation_syncs_without_what_needs_it(
    stage: SoapStage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.add_store("loja", missing=["fWSImportaClientePorPedidoAvancado", "fWSAtualizaEstoqueProduto"])
    monkeypatch.setenv("TOMADA_HOME", str(stage.home))
    code, out, _err = here(capsys, "store", "test", "loja")
    assert "not offered here" in out
    code, out, err = here(capsys, "sync", "loja")
    assert code == 0, err
    reasons = [line for line in out.splitlines() if "not offered here" in line]
    assert len(reasons) == len(set(reasons))
    assert {flow for line in reasons for flow in line.split(":")[0].split(" · ")[1].split(", ")} == {
        "orders",
        "stock",
    }
    found = json.loads(here(capsys, "sync", "loja", "--json")[1])
    (synced,) = found["stores"]
    assert {one["flow"] for one in synced["not_offered"]} == {"orders", "stock"}
    planned = json.loads(here(capsys, "plan", "loja", "--json")[1])["plan"]
    assert planned["not_offered"] == synced["not_offered"]
    code, out, err = here(capsys, "stock", "send", "loja", "CAN-AZUL", "--yes")
    assert code != 0
    assert "tomada store test loja" in err
