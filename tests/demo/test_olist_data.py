"""Reading Olist's data, and what becomes of a row at the sandbox's shopper."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from tests.demo.datasets import P1, P2, written
from tomada.domain.documents import kind_of_document
from tomada.errors import UsageError
from tomada_sandbox.demo.checks import Checks
from tomada_sandbox.demo.olist.classes import Told, check, counted, wanted_of
from tomada_sandbox.demo.olist.data import DataSet, read
from tomada_sandbox.demo.olist.orders import placed, products_of, sku_of


@pytest.fixture
def data(tmp_path: Path) -> DataSet:
    return read(written(tmp_path))


def test_orders_come_oldest_first_and_may_be_limited(tmp_path: Path, data: DataSet) -> None:
    assert [sale.id for sale in data.sales] == ["o1", "o2", "o3", "o4", "o5", "o6"]
    assert [sale.id for sale in read(tmp_path, 2).sales] == ["o1", "o2"]


def test_totals_are_to_the_cent(data: DataSet) -> None:
    totals = {sale.id: (sale.total, sale.paid) for sale in data.sales}
    assert totals["o1"] == (Decimal("130.21"), Decimal("130.21"))
    assert totals["o3"] == (Decimal("50.0"), Decimal("50.0"))
    assert totals["o5"] == (Decimal("15.0"), Decimal("15.50"))


def test_pieces_of_one_product_at_one_price_are_a_line(data: DataSet) -> None:
    first = placed(data)[0]
    assert [(item["sku"], item["quantity"], item["price"]) for item in first["items"]] == [
        (sku_of(P1), 2, "10.10"),
        (sku_of(P2), 1, "99.9"),
    ]
    assert Decimal(first["shipment_value"]) == Decimal("10.11")
    assert [payment["method"] for payment in first["payments"]] == ["Vale-compra", "credit_card"]
    assert (first["id"], first["payment"], first["external_code"]) == (1001, "Vale-compra", "o1")


def test_the_erp_gets_each_product_once(data: DataSet) -> None:
    assert [row["sku"] for row in products_of(data)] == [sku_of(P1), sku_of(P2)]


def test_buyers_are_made_up_and_stable(data: DataSet) -> None:
    buyers = [order["customer"] for order in placed(data)]
    assert all(kind_of_document(buyer["cpf"]) for buyer in buyers)
    assert buyers[2]["cpf"] == buyers[3]["cpf"] == placed(data)[2]["customer"]["cpf"]
    assert buyers[0]["cpf"] != buyers[1]["cpf"]
    assert (buyers[0]["city"], buyers[0]["state"], buyers[0]["zip_code"]) == ("Sao Paulo", "SP", "01001000")


def test_an_unpaid_order_shows_no_payment(data: DataSet) -> None:
    assert "payments" not in placed(data)[5]
    assert placed(data)[5]["paid"] is False


def told(data: DataSet) -> dict[str, Told]:
    classes = [wanted_of(sale) for sale in data.sales]
    return {str(number): Told(*one, "") for number, one in enumerate(classes, 1001)}


def erp_of(data: DataSet) -> list[dict[str, object]]:
    return [
        {"markers": ["olist"], "ecommerce_number": str(number), "total": f"{sale.total:.2f}"}
        for number, sale in enumerate(data.sales, 1001)
        if wanted_of(sale)[0] == "created"
    ]


def wrong(data: DataSet, classes: dict[str, Told], erp: list[dict[str, object]]) -> list[str]:
    checks = Checks()
    check(checks, data, classes, erp, "olist")
    return checks.wrong


def test_what_must_be_there_passes(data: DataSet) -> None:
    assert wrong(data, told(data), erp_of(data)) == []
    assert [(one.state, one.reason, n) for one, n in counted(told(data))] == [
        ("created", "", 3),
        ("ignored", "no_items", 2),
        ("ignored", "cancelled_before_import", 1),
    ]


def test_a_doubled_a_missing_a_wrong_and_a_lost_order_are_found(data: DataSet) -> None:
    erp = erp_of(data)
    assert wrong(data, told(data), [*erp, erp[0]])
    assert wrong(data, told(data), erp[1:])
    assert wrong(data, told(data), [*erp[1:], {**erp[0], "total": "130.22"}])
    assert wrong(data, {k: v for k, v in told(data).items() if k != "1003"}, erp)
    assert wrong(data, {**told(data), "1003": Told("created", "", "")}, erp)


def test_a_folder_without_the_data_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"orders\.csv\.gz"):
        read(tmp_path / "nowhere")
    (written(tmp_path) / "customers.csv.gz").unlink()
    with pytest.raises(UsageError, match=r"customers\.csv\.gz missing"):
        read(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        gzip.compress(b"order_id\no1\n"),
        gzip.compress(b"x" * 1000)[:-20],
        gzip.compress(b"order_id,payment_type,payment_installments,payment_value\no1,a,1,many\n"),
    ],
    ids=["no gzip", "other columns", "cut off", "no number"],
)
def test_damaged_data_are_said(tmp_path: Path, content: bytes) -> None:
    (written(tmp_path) / "order_payments.csv.gz").write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path)
