"""Buyers of a store in the ERP, by command and as the account then has them (C1-C3)."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.connecting import Remotes, activate
from tests.cli.goods import Capture, clerk, told
from tests.cli.running import here

CPF = "111.444.777-35"
CNPJ = "12.ABC.345/01DE-35"
HOME = {
    "country": "Brasil",
    "address": "Rua das Flores",
    "number": "10",
    "neighborhood": "Centro",
    "city": "Curitiba",
    "state": "PR",
    "zip_code": "80010-000",
}
ANA: dict[str, Any] = {**HOME, "name": "Ana Souza", "cpf": CPF, "email": "ana@example.com"}
FIRM: dict[str, Any] = {
    **HOME,
    "type": "1",
    "name": "Loja do Zé",
    "company_name": "Zé Comércio Ltda",
    "cnpj": CNPJ,
    "state_inscription": "110.042.490.114",
    "email": "ze@example.com",
}
LONG_NAME = "Indústria e Comércio de Canecas Azuis Ltda"


def contacts(shop: Remotes) -> list[dict[str, Any]]:
    return list(shop.sandbox.state_of("tiny", f"{shop.prefix}conta")["contacts"])


def asked(shop: Remotes) -> Counter[str]:
    """How often each service of the account was asked for."""
    entries = shop.sandbox.journal(remote=f"tiny/{shop.prefix}conta")
    return Counter(one["endpoint"] for one in entries if one["event"] == "received")


def buys(shop: Remotes, customer: dict[str, Any], store: str = "loja") -> str:
    return shop.place(store, customer=customer)


def sync(capsys: Capture, store: str = "loja") -> dict[str, int]:
    """Run the orders of a store, whether or not one is held, and return the counts."""
    code, out, err = here(capsys, "sync", store, "orders")
    assert code in (0, 1), (out, err)
    return told(capsys, "runs", "list")["runs"][0]["counts"]


def held(capsys: Capture) -> list[dict[str, Any]]:
    return list(told(capsys, "holds", "list", "--each")["holds"])


def cuts(capsys: Capture, order: str) -> dict[str, int]:
    """Field of the ERP → letters that were kept, as the order shows them."""
    return {
        one["field"]: one["kept"] for one in told(capsys, "orders", "show", "loja", order)["order"]["cuts"]
    }


def test_c1_a_buyer_of_several_orders_and_stores_is_one_contact_searched_once_and_never_written(
    shop: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    activate(shop, tmp_path, capsys, "outra")
    for store in ("loja", "outra", "loja"):
        buys(shop, ANA, store)
        assert here(capsys, "sync", store, "orders")[0] == 0
    assert [contact["fields"]["nome"] for contact in contacts(shop)] == ["Ana Souza"]
    assert {order["contact_id"] for order in shop.in_erp()} == {contacts(shop)[0]["id"]}
    assert (len(shop.in_erp()), asked(shop)["contatos.pesquisa.php"]) == (3, 1)
    assert not [name for name in asked(shop) if name.startswith("contato.")]


@pytest.mark.parametrize(("update", "email"), [("no", "certo@example.com"), ("yes", "ana@example.com")])
def test_c1_what_a_person_corrected_in_the_erp_stays_unless_the_store_s_orders_may_change_it(
    shop: Remotes, capsys: Capture, update: str, email: str
) -> None:
    clerk(shop, "add_contact", fields={"nome": "Ana S.", "cpf_cnpj": CPF, "email": "certo@example.com"})
    assert here(capsys, "store", "set", "loja", f"customers.update={update}")[0] == 0
    buys(shop, ANA)
    assert sync(capsys)["created"] == 1
    assert [contact["fields"]["email"] for contact in contacts(shop)] == [email]


def test_c2_a_cnpj_with_letters_finds_its_contact_however_it_is_written(
    shop: Remotes, capsys: Capture
) -> None:
    clerk(shop, "add_contact", fields={"nome": "Zé Comércio", "cpf_cnpj": "12abc34501de35"})
    buys(shop, FIRM)
    assert sync(capsys)["created"] == 1
    assert [order["contact_id"] for order in shop.in_erp()] == [contact["id"] for contact in contacts(shop)]


def test_c2_a_wrong_check_digit_is_held_and_the_order_goes_on_with_the_right_one(
    shop: Remotes, capsys: Capture
) -> None:
    buys(shop, FIRM | {"cnpj": "12.ABC.345/01DE-36"})
    assert sync(capsys)["newly_held"] == 1
    [hold] = held(capsys)
    assert hold["code"] == "document"
    assert here(capsys, "holds", "settle", str(hold["id"]), "--as", "12.ABC.345/01DE-36")[0] == 2
    assert here(capsys, "holds", "settle", str(hold["id"]), "--as", CNPJ)[0] == 0
    assert sync(capsys)["created"] == 1
    assert [contact["fields"]["cpf_cnpj"] for contact in contacts(shop)] == ["12ABC34501DE35"]


def test_c2_of_several_contacts_a_person_names_one_that_is_there(shop: Remotes, capsys: Capture) -> None:
    for code, document in (("C1", CPF), ("C2", "11144477735")):
        clerk(shop, "add_contact", fields={"nome": f"Ana {code}", "cpf_cnpj": document, "codigo": code})
    buys(shop, ANA)
    assert sync(capsys)["newly_held"] == 1
    [hold] = held(capsys)
    assert "C1, C2" in hold["sentence"]
    settle = ("holds", "settle", str(hold["id"]), "--as")
    assert here(capsys, *settle, "C3")[0] == 0
    assert sync(capsys).get("created", 0) == 0
    assert [one["code"] for one in held(capsys)] == ["customer_several"]
    assert here(capsys, *settle, "C2")[0] == 0
    assert sync(capsys)["created"] == 1
    chosen = {str(contact["id"]): contact["fields"]["codigo"] for contact in contacts(shop)}
    assert [chosen[str(order["contact_id"])] for order in shop.in_erp()] == ["C2"]
    assert len(chosen) == 2


def test_c2_a_marketplace_s_buyer_without_document_is_one_contact_by_our_code_without_the_masked_address(
    shop: Remotes, capsys: Capture
) -> None:
    nameless = {**ANA, "cpf": "", "email": "x1y2z3@mail.mercadolivre.com"}
    buys(shop, nameless)
    buys(shop, nameless | {"name": "Ana S. Lima"})
    other = buys(shop, {**nameless, "name": "Bia Lima", "email": "q7@mail.mercadolivre.com"})
    assert sync(capsys)["created"] == 3
    codes = [order["customer"]["codigo"] for order in shop.in_erp()]
    assert all(code.startswith("loja-") for code in codes)
    assert not [contact for contact in contacts(shop) if "mercadolivre" in str(contact)]
    assert asked(shop)["contatos.pesquisa.php"] == 0
    assert len(set(codes)) == len(contacts(shop))
    assert other


def test_c3_each_field_that_is_cut_is_shown_on_the_order_and_counted(shop: Remotes, capsys: Capture) -> None:
    long = {
        "name": "Maria Aparecida dos Santos Oliveira da Silva",
        "address": "Avenida Presidente Juscelino Kubitschek de Oliveira Filho",
        "complement": "Bloco B, segundo andar, sala dos fundos, ao lado da escada",
        "neighborhood": "Conjunto Habitacional Nova Esperança",
    }
    order = buys(shop, ANA | long)
    assert sync(capsys)["texts_cut"] == 1
    kept = {"cliente.nome": 30, "cliente.endereco": 50, "cliente.complemento": 50, "cliente.bairro": 30}
    assert cuts(capsys, order) == kept
    assert "Cut for the ERP: cliente.endereco to 50" in here(capsys, "orders", "show", "loja", order)[1]
    assert shop.in_erp()[0]["customer"]["endereco"] == long["address"][:50]
    assert cuts(capsys, buys_and_syncs(shop, capsys, {**ANA, "cpf": "529.982.247-25"})) == {}


def buys_and_syncs(shop: Remotes, capsys: Capture, customer: dict[str, Any]) -> str:
    order = buys(shop, customer)
    assert sync(capsys)["created"] == 1
    return order


def test_c3_a_company_s_cut_legal_name_is_held_unless_the_account_takes_more_letters(
    shop: Remotes, capsys: Capture
) -> None:
    first = buys(shop, FIRM | {"company_name": LONG_NAME})
    assert sync(capsys)["newly_held"] == 1
    [hold] = held(capsys)
    assert hold["code"] == "legal_name"
    assert shop.in_erp() == []
    assert here(capsys, "holds", "settle", str(hold["id"]), "--as", "accept")[0] == 0
    assert sync(capsys)["created"] == 1
    assert cuts(capsys, first) == {"cliente.nome": 30}
    clerk(shop, "configure", name_length=50)
    assert here(capsys, "erp", "set", "conta", "customer_name_length=50")[0] == 0
    assert cuts(capsys, buys_and_syncs(shop, capsys, FIRM | {"company_name": LONG_NAME})) == {}


def test_c3_a_company_has_its_inscription_and_the_goods_go_where_the_order_says(
    shop: Remotes, capsys: Capture
) -> None:
    elsewhere = {
        "recipient": "Portaria",
        "address": "Rua do Porto",
        "number": "7",
        "city": "Santos",
        "state": "SP",
    }
    buys(shop, {**FIRM, "delivery": elsewhere})
    buys(shop, ANA)
    assert sync(capsys)["created"] == 2
    firm, ana = sorted(shop.in_erp(), key=lambda order: str(order["customer"]["tipo_pessoa"]), reverse=True)
    customer, delivery = firm["customer"], firm["delivery"]
    assert (customer["tipo_pessoa"], customer["nome"], customer["nome_fantasia"], customer["ie"]) == (
        "J",
        "Zé Comércio Ltda",
        "Loja do Zé",
        "110.042.490.114",
    )
    assert (customer["endereco"], customer["cidade"]) == ("Rua das Flores", "Curitiba")
    assert (delivery["nome_destinatario"], delivery["endereco"], delivery["cidade"]) == (
        "Portaria",
        "Rua do Porto",
        "Santos",
    )
    assert (ana["customer"]["tipo_pessoa"], ana["delivery"]) == ("F", None)


def test_c3_a_buyer_from_abroad_needs_no_document_and_has_a_code_of_ours(
    shop: Remotes, capsys: Capture
) -> None:
    shop.place("loja", customer="foreign")
    assert sync(capsys)["created"] == 1
    customer = shop.in_erp()[0]["customer"]
    assert (customer["tipo_pessoa"], customer["pais"]) == ("E", "Portugal")
    assert customer["codigo"].startswith("loja-")
    assert held(capsys) == []
