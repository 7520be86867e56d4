"""The clerk: what a person does on the account's screens, over the control API and the command."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.tiny_support import TinyCaller
from tomada_sandbox.client import SandboxClient, SandboxError


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        yield caller


def _product(tiny: TinyCaller, sku: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in tiny.state["products"] if one["sku"] == sku)
    return found


def test_an_order_goes_its_way_and_its_milestones_are_dated(tiny: TinyCaller) -> None:
    id_ = tiny.create()

    def act(action: str, **details: Any) -> str:
        tiny.control.clerk(tiny.name, action, order=id_, **details)
        return str(tiny.obtain(id_)["situacao"])

    assert act("approve") == "Aprovado"
    assert act("prepare") == "Preparando envio"
    tiny.control.clerk(tiny.name, "invoice", order=id_)
    assert act("make_ready") == "Pronto para envio"
    assert (
        act("ship", code="BR1", url="https://t.example/BR1", carrier="Correios", service="PAC") == "Enviado"
    )
    assert act("fail_delivery") == "Não Entregue"
    assert act("deliver") == "Entregue"
    order = tiny.obtain(id_)
    assert (order["codigo_rastreamento"], order["forma_frete"]) == ("BR1", "PAC")
    assert order["nome_transportador"] == "Correios"
    assert order["data_faturamento"] == order["data_envio"] == order["data_entrega"] != ""


def test_o1_an_order_is_named_by_its_stores_number_unless_two_stores_have_it(tiny: TinyCaller) -> None:
    id_ = tiny.create(numero_pedido_ecommerce="7")
    assert tiny.control.clerk(tiny.name, "approve", ecommerce=7)["order"] == int(id_)
    tiny.create(numero_pedido_ecommerce="7", obs="de outra loja")
    with pytest.raises(SandboxError, match="2 orders"):
        tiny.control.clerk(tiny.name, "approve", ecommerce="7")
    with pytest.raises(SandboxError, match="0 orders"):
        tiny.control.clerk(tiny.name, "invoice", ecommerce="8")


def test_shipping_without_a_code_keeps_the_one_that_is_there(tiny: TinyCaller) -> None:
    id_ = tiny.create()
    tiny.control.clerk(tiny.name, "set_tracking", order=id_, code="BR1")
    tiny.control.clerk(tiny.name, "ship", order=id_)
    assert tiny.obtain(id_)["codigo_rastreamento"] == "BR1"


def test_stock_is_counted_moved_transferred_and_reserved(tiny: TinyCaller) -> None:
    def act(action: str, **details: Any) -> dict[str, Any]:
        return tiny.control.clerk(tiny.name, action, sku="CAN-AZUL", **details)

    assert act("count_stock", stock=10, note="contagem")["stock"] == "10"
    assert act("move_stock", way="in", quantity=5)["stock"] == "15"
    assert act("move_stock", way="out", quantity="2.5")["stock"] == "12.5"
    assert act("transfer_stock", source="Geral", target="Avarias", quantity=2)["stock"] == "10.5"
    assert act("reserve_stock", quantity=4)["reserved"] == "4"
    assert act("reserve_stock", quantity=-1)["reserved"] == "3"
    product = _product(tiny, "CAN-AZUL")
    assert (product["stock"], product["reserved"], product["available"]) == ("10.5", "3", "7.5")
    assert product["balances"] == {"Geral": "10.5", "Avarias": "2"}
    assert [one["kind"] for one in tiny.state["movements"]] == ["B", "E", "S", "S", "E"]
    tiny.control.clerk(tiny.name, "add_deposit", name="Loja 2")
    assert act("count_stock", stock=3, deposit="Loja 2")["stock"] == "13.5"


def test_products_are_edited_deactivated_and_deleted(tiny: TinyCaller) -> None:
    def act(action: str, **details: Any) -> dict[str, Any]:
        return tiny.control.clerk(tiny.name, action, **details)

    act(
        "edit_product",
        sku="CAN-AZUL",
        name="Caneca",
        price="41.00",
        details={"marca": "Olaria"},
        new_sku="CAN-2",
    )
    act("edit_product", sku="CAN-2", images=["https://img.example/1.jpg"], promotional_price="39.00")
    product = tiny.call("produto.obter.php", id=tiny.product("CAN-AZUL")["id"])["produto"]
    assert (product["codigo"], product["nome"], product["preco"]) == ("CAN-2", "Caneca", "41.00")
    assert (product["marca"], product["preco_promocional"]) == ("Olaria", "39.00")
    assert product["imagens_externas"][0]["imagem_externa"]["url"] == "https://img.example/1.jpg"
    act("edit_product", sku="KIT-CHA", kit=[{"sku": "CAN-2", "quantity": 3}])
    assert _product(tiny, "KIT-CHA")["kit"] == [[product_id(tiny, "CAN-2"), "3"]]
    act("deactivate_product", sku="CAN-2")
    assert _product(tiny, "CAN-2")["situation"] == "I"
    act("activate_product", product=product_id(tiny, "CAN-2"))
    assert _product(tiny, "CAN-2")["situation"] == "A"
    act("delete_product", sku="CAMISETA")
    assert {one["situation"] for one in tiny.state["products"] if one["sku"].startswith("CAMISETA")} == {"E"}
    assert len(tiny.state["changed_products"]) == 6


def product_id(tiny: TinyCaller, sku: str) -> int:
    return int(_product(tiny, sku)["id"])


def test_products_with_variations_and_kits_are_added_in_bulk(tiny: TinyCaller) -> None:
    variations = [
        {"sku": f"CAM-{size}", "grid": {"Tamanho": size}, "stock": stock, "price": price}
        for size, stock, price in (("P", 3, "30.00"), ("G", 0, "31.00"))
    ]
    rows = [
        {
            "sku": "CAM",
            "name": "Camisa",
            "price": "29.00",
            "variations": variations,
            "images": ["https://img.example/1.jpg"],
            "details": {"marca": "Olaria"},
        },
        {"sku": "KIT-9", "name": "Kit", "price": "90.00", "kit": [{"sku": "CAM-P", "quantity": 2}]},
    ]
    parent, kit = tiny.control.clerk(tiny.name, "add_products", products=rows)["products"]
    whole = tiny.call("produto.obter.php", id=parent)["produto"]
    assert (whole["tipoVariacao"], whole["classe_produto"], whole["marca"]) == ("P", "V", "Olaria")
    assert [part["variacao"]["preco"] for part in whole["variacoes"]] == ["30.00", "31.00"]
    child = _product(tiny, "CAM-P")
    assert (child["name"], child["parent_id"], child["stock"]) == ("Camisa P", parent, "3")
    assert _product(tiny, "KIT-9")["kit"] == [[child["id"], "2"]]
    assert list(tiny.state["changed_stock"]) == [str(child["id"])]
    assert len(tiny.state["changed_products"]) == 4
    assert kit == _product(tiny, "KIT-9")["id"]


def test_p4_a_sku_may_be_given_again_after_its_product_was_deleted(tiny: TinyCaller) -> None:
    tiny.control.clerk(tiny.name, "delete_product", sku="CAN-AZUL")
    row = {"sku": "CAN-AZUL", "name": "Outra", "price": "1.00"}
    [new] = tiny.control.clerk(tiny.name, "add_products", products=[row])["products"]
    id_ = tiny.create()
    assert tiny.obtain(id_)["itens"][0]["item"]["id_produto"] == str(new)


def test_s2_a_sale_that_came_by_no_store(tiny: TinyCaller) -> None:
    told = tiny.control.clerk(tiny.name, "sell", sku="CAN-AZUL", quantity=3, status="aprovado")
    order = tiny.obtain(told["order"])
    assert (order["situacao"], order["numero_ecommerce"], order["total_pedido"]) == ("Aprovado", "", "120.00")
    assert _product(tiny, "CAN-AZUL")["reserved"] == "3"


def test_stock_is_posted_and_un_posted_by_hand(tiny: TinyCaller) -> None:
    id_ = tiny.create()
    tiny.control.clerk(tiny.name, "post_stock", order=id_)
    assert tiny.state["orders"][0]["posted"] is True
    with pytest.raises(SandboxError, match="já lançado"):
        tiny.control.clerk(tiny.name, "post_stock", order=id_)
    tiny.control.clerk(tiny.name, "unpost_stock", order=id_)
    assert tiny.state["orders"][0]["posted"] is False


@pytest.mark.parametrize(
    ("action", "details", "message"),
    [
        ("approve", {}, "missing: order"),
        ("set_status", {"status": "Na lua"}, "unknown status"),
        ("sell", {"sku": "CAN-AZUL", "status": "Na lua"}, "unknown status"),
        ("count_stock", {"sku": "NADA", "stock": 1}, "no product 'NADA'"),
        (
            "add_products",
            {"products": [{"sku": "A", "name": "A", "price": 1, "stock": "x"}]},
            "stock must be",
        ),
        (
            "add_products",
            {"products": [{"sku": "A", "name": "A", "price": 1, "kit": [{"sku": "NADA"}]}]},
            "no product 'NADA'",
        ),
        ("count_stock", {"product": "1", "stock": 1}, "no product '1'"),
        ("count_stock", {"sku": "CAN-AZUL", "stock": "muito"}, "must be a number"),
        ("count_stock", {"sku": "CAN-AZUL", "stock": 1, "deposit": "Lua"}, "no deposit 'Lua'"),
        ("move_stock", {"sku": "CAN-AZUL", "quantity": 1, "way": "up"}, "way must be in or out"),
        ("add_deposit", {"name": "Geral"}, "already a deposit"),
        ("edit_product", {"sku": "KIT-CHA", "kit": [{"sku": "CAN-AZUL", "quantity": 0}]}, "needs a quantity"),
        ("invoice", {"until": "lost"}, "until must be one of"),
        ("cancel_invoice", {"invoice": 5}, "no invoice 5"),
        ("configure", {"gravity": 1}, "no switch 'gravity'"),
        ("configure", {"post_on": "never"}, "post_on cannot be 'never'"),
        ("configure", {"reservation": "yes"}, "reservation cannot be 'yes'"),
    ],
)
def test_a_mistake_is_said(tiny: TinyCaller, action: str, details: dict[str, Any], message: str) -> None:
    order = {"order": tiny.create()} if action in ("set_status", "invoice") else {}
    with pytest.raises(SandboxError, match=message):
        tiny.control.clerk(tiny.name, action, **order, **details)


def test_switches_are_set_while_it_runs(tiny: TinyCaller) -> None:
    told = tiny.control.clerk(tiny.name, "configure", reservation=False, post_on="sent")
    assert (told["switches"]["reservation"], told["switches"]["post_on"]) == (False, "sent")
    json.dumps(told)
