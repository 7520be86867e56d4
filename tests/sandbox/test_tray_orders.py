"""Orders alone and complete, and their changes by an application (tray-rest.md 10.3 to 10.7, A.3)."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.sandbox.tray_support import Json, TrayCaller, connected
from tomada_sandbox.client import SandboxClient, SandboxError


@pytest.fixture
def tray(control: SandboxClient, name: str) -> Iterator[TrayCaller]:
    yield from connected(control, name)


def causes(tray: TrayCaller, method: str, path: str, status: int, **more: object) -> object:
    answer = tray.request(method, path, **more)
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["code"] == status
    return body["causes"]


def status_id(tray: TrayCaller, name: str) -> str:
    rows = tray.get("orders/statuses")["OrderStatuses"]
    ids: dict[str, str] = {row["OrderStatus"]["status"]: row["OrderStatus"]["id"] for row in rows}
    return ids[name]


@pytest.mark.parametrize("items", ["[{sku:KIT-CHA}]", {"sku": "CAN-AZUL"}, ["CAN-AZUL"]])
def test_a_basket_that_is_none_is_refused_with_an_example(tray: TrayCaller, items: object) -> None:
    with pytest.raises(SandboxError, match="items must be a list of objects"):
        tray.place(items=items)


def test_the_complete_read_and_its_siblings(tray: TrayCaller) -> None:
    number = tray.place(date="2026-03-01 09:10:11", shipping="Entrega X", customer_note="sem campainha")
    content = tray.get(f"orders/{number}/complete")
    assert [key for key in content if key != "Order"] == ["Extensions", "User", "Confirmation"]
    order = content["Order"]
    assert (order["id"], order["date"], order["hour"]) == (str(number), "2026-03-01", "09:10:11")
    assert (order["shipment"], order["customer_note"]) == ("Entrega X", "sem campainha")
    assert order["payment_method"] == "Pix - Vindi"
    assert "payment_form" not in order
    (line,) = order["ProductsSold"]
    assert line["ProductsSold"]["reference"] == "CAN-AZUL"
    assert line["ProductsSold"]["variant_id"] == ""
    (paid,) = order["Payment"]
    assert (paid["Payment"]["value"], order["payment_date"]) == ("40.00", "2026-03-01")
    (address,) = order["Customer"]["CustomerAddresses"]
    assert address["CustomerAddress"]["id"] == order["CustomerAddress"]["id"]
    assert (order["PickupLocation"], order["MlOrder"], order["sending_date"]) == ([], [], "0000-00-00")


def test_the_single_read_has_no_customer(tray: TrayCaller) -> None:
    number = tray.place()
    order = tray.get(f"orders/{number}")["Order"]
    assert order["hour"]
    assert order["Extensions"] == []
    assert "Customer" not in order
    assert "progressive_discount" not in order


def test_the_terms_of_the_total_add_up(tray: TrayCaller) -> None:
    number = tray.place(
        items=[{"sku": "CAN-AZUL", "quantity": 2, "price": "39.90"}, {"sku": "VELA-BAUNILHA"}],
        discount="5.00",
        coupon="7.10",
        coupon_code="VOLTA10",
        taxes="1.00",
        shipment_value="12.34",
        payment_method_rate="-2.00",
        interest="0.55",
    )
    order = tray.complete(number)
    names = ("partial_total", "taxes", "shipment_value", "payment_method_rate", "interest")
    added = sum(Decimal(order[name]) for name in names)
    assert order["partial_total"] == "111.80"
    assert Decimal(order["total"]) == added - Decimal("5.00") - Decimal("7.10") == Decimal("111.59")
    assert order["discount_coupon"] == "VOLTA10/7.10"
    assert order["coupon"] == {"code": "VOLTA10", "discount": "7.10"}


def lines(tray: TrayCaller, number: int) -> list[Json]:
    return [row["ProductsSold"] for row in tray.complete(number)["ProductsSold"]]


def test_a_kit_is_its_pieces_at_the_price_of_the_kit(tray: TrayCaller) -> None:
    number = tray.place(items=[{"sku": "KIT-CHA", "quantity": 3, "price": "89.99"}])
    pieces = lines(tray, number)
    assert {piece["reference"] for piece in pieces} == {"CAN-AZUL", "CHA-CAMOMILA"}
    assert len({piece["product_kit_id"] for piece in pieces}) == 1
    assert pieces[0]["product_kit_id"] not in ("0", pieces[0]["product_id"])
    assert pieces[0]["product_kit_id_kit"] != "0"
    assert sum(Decimal(piece["price"]) * int(piece["quantity"]) for piece in pieces) == Decimal("269.97")
    assert tray.complete(number)["total"] == "269.97"


def test_a_kit_may_be_a_line_beside_its_pieces(tray: TrayCaller) -> None:
    tray.shop("configure", kit_lines="kit_and_pieces")
    kit, cup, tea = lines(tray, tray.place(items=[{"sku": "KIT-CHA", "quantity": 2}]))
    assert (kit["reference"], kit["price"], kit["product_kit_id"]) == ("KIT-CHA", "89.90", "0")
    assert (cup["quantity"], cup["price"], cup["product_kit_id"]) == ("4", "0.00", kit["product_id"])
    assert (tea["quantity"], tea["product_kit_id_kit"]) == ("2", kit["id"])


def test_a_variation_has_its_own_id_and_sku(tray: TrayCaller) -> None:
    (line,) = lines(tray, tray.place(items=[{"sku": "CAMISETA-G-PR"}]))
    shirt = next(row for row in tray.opened["products"] if row["sku"] == "CAMISETA")
    variant = next(row for row in shirt["variants"] if row["sku"] == "CAMISETA-G-PR")
    assert (line["product_id"], line["variant_id"]) == (str(shirt["id"]), str(variant["id"]))
    assert line["Sku"] == [{"type": "Tamanho", "value": "G"}, {"type": "Cor", "value": "Preta"}]


def test_marketplace_orders(tray: TrayCaller) -> None:
    fields = {"marketplace_name": "Dafiti", "marketplace_order_id": "D-1", "marketplace_document": "123"}
    order = tray.complete(tray.place(marketplace=fields))
    assert (order["point_sale"], order["external_code"]) == ("DAFITI", "D-1")
    (record,) = order["MarketplaceOrder"]
    assert record["MarketplaceOrder"].items() >= fields.items()
    items = [{"sku": "CAN-AZUL"}, {"sku": "VELA-BAUNILHA"}]
    native = {"codigo": "2000001", "pack_id": "77", "logistic_type": "fulfillment"}
    order = tray.complete(tray.place(mercado_livre=native, items=items))
    assert [row["MlOrder"]["pack_id"] for row in order["MlOrder"]] == ["77", "77"]
    assert order["MarketplaceOrder"] == []


def test_statuses_have_ids_of_their_store(tray: TrayCaller, control: SandboxClient) -> None:
    other = control.create_store(f"{tray.name}-other")
    mine = {status["name"]: status["id"] for status in tray.opened["statuses"]}
    theirs = {status["name"]: status["id"] for status in other["statuses"]}
    assert mine.keys() == theirs.keys()
    assert set(mine.values()).isdisjoint(theirs.values())
    rows = tray.get("orders/statuses", limit=5, page=2)
    assert rows["paging"]["total"] == len(mine)
    assert len(rows["OrderStatuses"]) == 5
    assert set(rows["OrderStatuses"][0]["OrderStatus"]) == {"status", "id", "show_backoffice"}
    one = tray.get(f"orders/statuses/{mine['ENVIADO']}/")["OrderStatus"]
    assert one == {"status": "ENVIADO", "id": str(mine["ENVIADO"]), "default": "1"}
    embedded = tray.complete(tray.place(status="CANCELADO"))["OrderStatus"]
    assert (embedded["id"], embedded["type"]) == (str(mine["CANCELADO"]), "canceled")


def test_shippings_and_info(tray: TrayCaller) -> None:
    first = tray.get("shippings", status="1")["Shippings"][0]["Shipping"]
    assert (first["display_name"], first["status"]) == ("Correios PAC", "1")
    info = tray.get("info")
    assert (info["internal_status"], info["name"]) == ("ativa", f"Loja {tray.name}")


@pytest.mark.parametrize("form", ["json", "bare", "php", "quoted"])
def test_an_update_in_each_encoding(tray: TrayCaller, form: str) -> None:
    number = tray.place(modified="2026-03-01 10:00:00")
    sent = status_id(tray, "ENVIADO")
    body: Json = {
        "json": {"json": {"Order": {"status_id": sent, "sending_code": "AA1"}}},
        "bare": {"json": {"status_id": int(sent), "sending_code": "AA1"}},
        "php": {"data": {"Order[status_id]": sent, "Order[sending_code]": "AA1"}},
        "quoted": {"data": {'["Order"]["status_id"]': sent, '["Order"]["sending_code"]': "AA1"}},
    }[form]
    answer = tray.request("PUT", f"orders/{number}", **body)
    assert (answer.status_code, answer.json()) == (200, {"message": "Saved", "id": str(number), "code": 200})
    order = tray.complete(number)
    assert (order["status"], order["sending_code"], order["has_shipment"]) == ("ENVIADO", "AA1", "1")
    assert order["modified"] > "2026-03-01 10:00:00"


def test_an_update_that_is_refused_changes_nothing(tray: TrayCaller) -> None:
    number = tray.place(modified="2026-03-01 10:00:00")
    before = tray.complete(number)
    body = {"Order": {"status_id": "1", "sending_code": "AA1"}}
    assert causes(tray, "PUT", f"orders/{number}", 400, json=body) == {
        "Order": {"status_id": ["Invalid status"]}
    }
    causes(tray, "PUT", f"orders/{number}", 400, json={"Order": {"sending_code": "AA1", "taxes": "x"}})
    causes(tray, "PUT", f"orders/{number}", 400, content=b"{broken")
    assert tray.complete(number) == before


def test_cancelling(tray: TrayCaller) -> None:
    number = tray.place()
    assert tray.request("PUT", f"orders/cancel/{number}").json()["message"] == "Saved"
    assert tray.complete(number)["status"] == "CANCELADO"
    assert causes(tray, "PUT", f"orders/cancel/{number}", 400) == ["Order already canceled"]
    closed = tray.place(status="ENTREGUE")
    text = "Unable to cancel the order because its status does not allow changes."
    assert causes(tray, "PUT", f"orders/cancel/{closed}", 400) == [text]


def test_what_there_is_not(tray: TrayCaller) -> None:
    causes(tray, "GET", "orders/999/complete", 404)
    causes(tray, "GET", "orders/1/full", 404)
    causes(tray, "GET", "price-lists", 404)
    causes(tray, "PUT", "orders/cancel/999", 404)
    causes(tray, "DELETE", "orders", 405)
    causes(tray, "POST", "info", 405)
    assert tray.http.get(f"{tray.address}/elsewhere").status_code == 404


def test_slashes_at_the_end_and_doubled(tray: TrayCaller) -> None:
    number = tray.place()
    query = {"access_token": tray.token}
    for path in ("web_api//orders", "web_api/orders/", f"/web_api//orders/{number}/complete/"):
        assert tray.http.get(f"{tray.address}/{path}", params=query).status_code == 200
