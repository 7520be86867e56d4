"""The store that exchanges files: what it writes of its state, what it reads, and the faults of its servers."""

from pathlib import Path
from typing import Any

import pytest

from tomada_sandbox.client import SandboxClient, SandboxError


class Shop:
    """One store and its exchange."""

    def __init__(self, control: SandboxClient, name: str, **options: Any) -> None:
        self._control, self._name = control, name
        control.create_store(name)
        self.told = self.files("open", **options)
        self.root = Path(self.told["folder"])

    def files(self, action: str, **details: Any) -> dict[str, Any]:
        return self._control.files(self._name, action, **details)

    def shop(self, action: str, **details: Any) -> dict[str, Any]:
        return self._control.shop(self._name, action, **details)

    def state(self) -> dict[str, Any]:
        return self._control.state_of("tray", self._name)

    def rows(self, path: str) -> list[dict[str, str]]:
        head, *lines = (self.root / path).read_text("latin-1").splitlines()
        return [dict(zip(head.split(";"), line.split(";"), strict=True)) for line in lines]

    def put(self, name: str, *rows: dict[str, str]) -> None:
        columns = list(rows[0])
        lines = [columns, *([row[column] for column in columns] for row in rows)]
        text = "".join(";".join(line) + "\r\n" for line in lines)
        (self.root / name).write_bytes(text.encode("latin-1"))


@pytest.fixture
def shop(control: SandboxClient, name: str) -> Shop:
    return Shop(control, name)


def test_orders_are_written_once_and_again_when_they_change(shop: Shop) -> None:
    order = shop.shop("place", payment="boleto")["order"]
    names = shop.files("publish")["files"]
    assert [each[:3] for each in names] == ["MST", "MFR", "PED"]
    (row,) = shop.rows(f"pedidos/{names[-1]}")
    assert (row["id_pedido"], row["versao"], row["total"], row["pago"]) == (str(order), "1", "40.00", "N")
    assert shop.files("publish")["files"] == []
    shop.shop("change_status", order=order, status="A ENVIAR")
    (changed,) = shop.files("publish")["files"]
    assert changed.startswith("STL")
    shop.shop("change", order=order, quantities={"CAN-AZUL": 2})
    (again,) = shop.files("publish")["files"]
    assert shop.rows(f"pedidos/{again}")[0]["versao"] == "2"


def test_no_passing_name_is_left(shop: Shop) -> None:
    shop.shop("place")
    shop.files("publish")
    assert list(shop.root.rglob("*.tmp")) == []


def test_a_product_is_made_changed_and_answered(shop: Shop) -> None:
    row = {"tipo_linha": "P", "acao": "I", "referencia": "NOVO", "nome": "Novo", "preco": "9.90"}
    shop.put("produtos/PRD_1_20260101000000_000001.csv", row)
    shop.put("produtos/PRD_1_20260101000000_000002.csv", row | {"preco": "10.90"})
    shop.put("produtos/PRD_1_20260101000000_000003.csv", row | {"referencia": "X", "nome": ""})
    names = shop.files("collect")["files"]
    (made,) = [one for one in shop.state()["products"] if one["sku"] == "NOVO"]
    assert made["price"] == "10.90"
    answers = [shop.rows(f"retorno/loja/{name}.ret.csv")[0] for name in names]
    assert [one["resultado"] for one in answers] == ["OK", "ATUALIZADO", "REJEITADO"]
    assert answers[0]["id_destino"] == str(made["id"])
    assert [
        path.parent.name for path in sorted(shop.root.glob("produtos/*/*.csv"), key=lambda path: path.name)
    ] == [
        "processados",
        "processados",
        "erro",
    ]


def test_t2_an_invoice_that_is_there_is_no_news_to_the_buyer(shop: Shop) -> None:
    order = str(shop.shop("place")["order"])
    row = {
        "id_pedido": order,
        "numero": "1",
        "serie": "1",
        "data_emissao": "2026-01-01",
        "valor": "40.00",
        "chave": "1" * 44,
    }
    for number in (1, 2):
        shop.put(f"notas/NFE_1_20260101000000_00000{number}.csv", row)
        shop.files("collect")
    assert [mail["kind"] for mail in shop.state()["mails"]] == ["invoice"]


def test_t2_each_status_that_is_written_is_an_e_mail(shop: Shop) -> None:
    order = str(shop.shop("place")["order"])
    status = next(one for one in shop.state()["statuses"] if one["name"] == "ENVIADO")
    row = {"id_pedido": order, "id_status": str(status["id"]), "data_hora": "2026-01-01 10:00:00"}
    shop.put("status/erp/STE_1_20260101000000_000001.csv", row)
    shop.files("collect")
    assert [mail["value"] for mail in shop.state()["mails"]] == ["ENVIADO"]


def test_what_is_asked_for_wrongly_is_refused(shop: Shop, control: SandboxClient, name: str) -> None:
    for action, details in (("nonsense", {}), ("trouble", {"kind": "nonsense"})):
        with pytest.raises(SandboxError):
            shop.files(action, **details)
    control.create_store(f"{name}-other")
    with pytest.raises(SandboxError, match="open it first"):
        control.files(f"{name}-other", "publish")
    with pytest.raises(SandboxError, match="style"):
        control.files(f"{name}-other", "open", style={"nonsense": 1})
