"""Orders by files, end to end over each protocol: store → folders → plugin → core → ERP, and the answers back."""

import pytest

from tests.ftp.stage import PROTOCOLS, FileStage

READS = {"list", "read"}


def results(stage: FileStage, store: str = "loja") -> dict[str, str]:
    """The last answer to each order."""
    found = {}
    for name in stage.listed(store, "retorno/erp"):
        for line in (stage.root(store) / "retorno/erp" / name).read_text("latin-1").splitlines()[1:]:
            cells = line.split(";")
            found[cells[4]] = cells[5]
    return found


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_o3_orders_enter_and_their_file_is_answered_and_moved(stage: FileStage, protocol: str) -> None:
    stage.add_file_store("loja", protocol)
    ids = [stage.place("loja", items=[{"sku": "CAN-AZUL", "quantity": 2}]) for _ in range(3)]
    names = [name for name in stage.files("loja", "publish")["files"] if name.startswith("PED")]
    (result,) = stage.run("loja")
    assert result.error is None
    assert result.counts["created"] == 3
    assert results(stage) == dict.fromkeys(ids, "OK")
    assert (stage.listed("loja", "pedidos"), stage.listed("loja", "pedidos/processados")) == ([], names)


def test_o2_a_run_without_news_writes_nothing(stage: FileStage) -> None:
    stage.add_file_store("loja")
    remote_id = stage.place("loja")
    stage.files("loja", "publish")
    stage.run("loja")
    assert results(stage) == {remote_id: "OK"}
    assert [order["ecommerce_number"] for order in stage.erp_orders()] == [remote_id]
    stage.files("loja", "calls")
    (result,) = stage.run("loja")
    assert result.counts.get("created", 0) == 0
    assert {call for call, _path in stage.files("loja", "calls")["calls"]} <= READS


def test_later_changes_of_status_come_in(stage: FileStage) -> None:
    stage.add_file_store("loja")
    remote_id = stage.place("loja", payment="boleto")
    stage.files("loja", "publish")
    stage.run("loja")
    stage.later(60)
    stage.shop("loja", "change_status", order=remote_id, status="CANCELADO")
    (name,) = stage.files("loja", "publish")["files"]
    assert name.startswith("STL")
    stage.run("loja")
    assert stage.order("loja", remote_id).status_name == "CANCELADO"
    assert stage.erp_orders()[0]["situation"] == "cancelado"
    assert stage.listed("loja", "status/loja/processados") == [name]


def test_a_damaged_order_is_held_and_its_neighbours_go_on(stage: FileStage) -> None:
    stage.add_file_store("loja")
    good, bad = stage.place("loja"), stage.place("loja", damaged="total")
    stage.files("loja", "publish")
    (result,) = stage.run("loja")
    assert result.counts["created"] == 1
    assert results(stage) == {good: "OK", bad: "REJEITADO"}
    (name,) = [name for name in stage.listed("loja", "pedidos/erro") if name.endswith(".err.csv")]
    told = (stage.root("loja") / "pedidos/erro" / name).read_text("latin-1").splitlines()
    assert len(told) == 2
    assert told[1].split(";")[2:8] == ["3", "pedido", bad, "REJEITADO", "E21", "total"]


def test_m2_five_hundred_orders_in_latin_1_with_decimal_commas(stage: FileStage) -> None:
    style = {"encoding": "cp1252", "decimal": ",", "day": "%d/%m/%Y", "moment": "%d/%m/%Y %H:%M:%S"}
    stage.add_file_store("loja", exchange={"style": style, "controls": True}, profile="br-planilha")
    orders = [
        {
            "items": [{"sku": "CHA-CAMOMILA", "quantity": 1 + number % 3}],
            "shipment_value": "12.35",
            "discount": "1.10",
        }
        for number in range(500)
    ]
    stage.shop("loja", "place_many", orders=orders)
    stage.files("loja", "publish")
    (result,) = stage.run("loja")
    assert result.error is None
    assert result.counts["created"] == 500
    totals = sorted(order["total"] for order in stage.erp_orders())
    assert totals == sorted(f"{18.5 * (1 + number % 3) + 11.25:.2f}" for number in range(500))
    assert set(results(stage).values()) == {"OK"}
    assert stage.listed("loja", "pedidos") == []


def test_a_file_that_disagrees_with_its_control_file_is_held_whole(stage: FileStage) -> None:
    stage.add_file_store("loja", exchange={"controls": True})
    stage.place("loja")
    names = stage.files("loja", "publish")["files"]
    control = stage.root("loja") / "pedidos" / f"{names[-1]}.ctl"
    control.write_text(control.read_text().replace("linhas=1", "linhas=2"))
    (result,) = stage.run("loja")
    assert result.counts["newly_held"] == 1
    assert stage.erp_orders() == []
    assert f"{names[-1]}.err.csv" in stage.listed("loja", "pedidos/erro")
