"""The driver against the sandbox's Tiny: what is written is read back equal."""

from decimal import Decimal

import pytest

from tests.tiny.conftest import Account
from tests.tiny.samples import TOKEN, make_customer, make_draft
from tomada.domain.customer import CustomerKind
from tomada.domain.documents import normalise_document
from tomada.domain.erp import ErpInstalment
from tomada.domain.status import ErpStatus
from tomada.errors import (
    AuthenticationError,
    EffectUnknown,
    QuotaExceeded,
    RejectedByRemote,
    RemoteContractChanged,
    TransientError,
)
from tomada.ports.gateways import Erp
from tomada.tiny.order_writing import pedido_of
from tomada.tiny.products import LIST_ABOVE


def draft_for(account, **fields):
    base = make_draft()
    items = (
        base.items[0].model_copy(update={"product_id": account.product_id("CAN-AZUL")}),
        base.items[1].model_copy(
            update={"product_id": account.product_id("CHA-CAMOMILA"), "sku": "CHA-CAMOMILA"}
        ),
    )
    draft, cuts = account.erp.fit(make_draft(items=items, **fields))
    assert cuts == []
    return draft


def small_draft(account, number="1", **fields):
    """One item and one instalment, for tests where the rest does not matter."""
    draft = draft_for(account, ecommerce_number=number, internal_note=f"tomada:loja-norte:{number}", **fields)
    total = Decimal("80.00")
    return draft.model_copy(
        update={
            "items": draft.items[:1],
            "freight": Decimal(0),
            "discount": Decimal(0),
            "other_expenses": Decimal(0),
            "total": total,
            "instalments": (ErpInstalment(days=0, due=draft.placed_on, value=total),),
        }
    )


def test_the_driver_is_an_erp(account: Account):
    erp: Erp = account.erp
    assert erp


def test_m2_an_order_with_every_field_reads_back_equal_to_the_cent(account):
    draft = draft_for(account)
    ref = account.erp.create_order(draft)
    order = account.erp.read_order(ref.erp_id)
    assert order is not None
    assert (order.erp_id, order.number) == (ref.erp_id, ref.number)
    assert order.ecommerce_number == "4711"
    assert order.marks == ("loja-norte",)
    assert order.internal_note == "tomada:loja-norte:4711"
    assert normalise_document(order.document) == "11144477735"
    assert order.total == draft.total
    assert order.status is ErpStatus.APPROVED
    assert order.invoice_id == ""


def test_every_text_and_amount_arrives_unchanged(account):
    draft = draft_for(account)
    ref = account.erp.create_order(draft)
    sent = pedido_of(draft)
    stored = account.http.post(
        f"{account.control.url}/tiny/{account.name}/api2/pedido.obter.php",
        data={"token": TOKEN, "formato": "json", "id": ref.erp_id},
    ).json()["retorno"]["pedido"]
    assert {key: stored["cliente"][key] for key in sent["cliente"] if key != "atualizar_cliente"} == {
        key: value for key, value in sent["cliente"].items() if key != "atualizar_cliente"
    }
    assert {key: stored["endereco_entrega"][key] for key in sent["endereco_entrega"]} == sent[
        "endereco_entrega"
    ]
    for written, read in zip(sent["itens"], stored["itens"], strict=True):
        shown = {
            "info_adicional" if key == "informacao_adicional" else key: value
            for key, value in written["item"].items()
        }
        shown.pop("aliquota_comissao", None)  # no read shows it
        assert shown.items() <= read["item"].items()
    assert [part["parcela"]["valor"] for part in stored["parcelas"]] == ["62.56", "62.55"]
    assert sent["parcelas"][1]["parcela"].items() <= stored["parcelas"][1]["parcela"].items()
    assert [part["parcela"]["data"] for part in stored["parcelas"]] == ["02/11/2026", "02/12/2026"]
    same = (
        *("data_pedido", "forma_envio", "forma_frete", "nome_transportador", "frete_por_conta", "obs"),
        *(
            "valor_frete",
            "valor_desconto",
            "outras_despesas",
            "intermediador",
            "data_prevista",
            "id_lista_preco",
        ),
        *(
            "numero_ordem_compra",
            "nome_vendedor",
            "forma_pagamento",
            "meio_pagamento",
            "pagamentos_integrados",
        ),
    )
    assert {key: stored[key] for key in same} == {key: sent[key] for key in same}
    assert stored["ecommerce"]["nomeEcommerce"] == "Loja Norte & Cia"
    assert (stored["ecommerce"]["id"], stored["deposito"]) == ("8123", "Galpão Sul")
    assert stored["total_pedido"] == "125.11"


@pytest.mark.parametrize(
    "name", ["Irmãos Çelik & Cia", 'O "Rei" d\'Água', "a=b&token=x%26+c", "Ünïcödé – 漢字 🔌"]
)
def test_ampersands_accents_and_quotes_survive(account, name):
    draft = small_draft(account, customer=make_customer(name=name), note=name)
    account.erp.create_order(draft)
    [order] = account.state["orders"]
    assert order["customer"]["nome"] == name
    assert order["texts"]["obs"] == name


def test_a_foreign_buyer_without_document_gets_our_code(account):
    customer = make_customer(kind=CustomerKind.FOREIGN, document="", masked_email=True)
    ref = account.erp.create_order(small_draft(account, customer=customer, customer_code="loja-norte-88"))
    order = account.erp.read_order(ref.erp_id)
    assert order is not None
    assert (order.document, order.customer_code) == ("", "loja-norte-88")
    assert account.state["contacts"][0]["fields"].get("email", "") == ""


def test_o1_the_search_finds_the_orders_of_a_number_and_no_others(account):
    first = account.erp.create_order(small_draft(account, "77"))
    account.erp.create_order(small_draft(account, "770"))
    second = account.erp.create_order(
        small_draft(account, "77", placed_on=make_draft().placed_on.replace(day=3))
    )
    hits = account.erp.find_orders("77")
    assert {hit.erp_id for hit in hits} == {first.erp_id, second.erp_id}
    assert {(hit.total, hit.status) for hit in hits} == {(Decimal("80.00"), ErpStatus.APPROVED)}
    assert account.erp.find_orders("7") == []


def test_a_status_is_set_by_code_and_read_by_label(account):
    ref = account.erp.create_order(small_draft(account))
    for status in ErpStatus:
        if status is ErpStatus.INCOMPLETE:
            continue
        account.erp.set_order_status(ref.erp_id, status)
        order = account.erp.read_order(ref.erp_id)
        assert order is not None
        assert order.status is status
        assert account.erp.find_orders("1")[0].status is status


def test_unknown_ids(account):
    assert account.erp.read_order("1") is None
    assert account.erp.read_product("1") is None
    with pytest.raises(RejectedByRemote) as caught:
        account.erp.set_order_status("1", ErpStatus.SHIPPED)
    assert caught.value.code == "tiny.not_found"


def test_a_wrong_token_is_told_as_such(account):
    for token in ("wrong", ""):
        with pytest.raises(AuthenticationError) as caught:
            account.driver(token).account()
        assert caught.value.code == "tiny.token_invalid"


def test_a_wrong_address_is_told_as_such(account):
    erp = type(account.erp)(account.http, TOKEN, base_url=f"{account.control.url}/tiny/{account.name}/api3")
    with pytest.raises(RemoteContractChanged):
        erp.account()


def test_instalments_that_do_not_add_up_are_rejected_with_the_field(account):
    draft = small_draft(account)
    wrong = draft.model_copy(
        update={"instalments": (draft.instalments[0].model_copy(update={"value": Decimal(79)}),)}
    )
    with pytest.raises(RejectedByRemote) as caught:
        account.erp.create_order(wrong)
    assert (caught.value.code, caught.value.field) == ("tiny.invalid", "parcelas")
    assert account.state["orders"] == []


def test_the_same_payload_again_is_a_duplicate(account):
    account.erp.create_order(small_draft(account))
    with pytest.raises(RejectedByRemote) as caught:
        account.erp.create_order(small_draft(account))
    assert caught.value.code == "tiny.duplicate"


def test_p1_products_by_sku_with_variations_and_without_parents(account):
    found = account.erp.products_by_sku(
        ["CAN-AZUL", "CAMISETA", "CAMISETA-P-BR", "KIT-CHA", "ANTIGO-01", "NADA"]
    )
    assert {sku: [product.sku for product in products] for sku, products in found.items()} == {
        "CAN-AZUL": ["CAN-AZUL"],
        "CAMISETA": [],
        "CAMISETA-P-BR": ["CAMISETA-P-BR"],
        "KIT-CHA": ["KIT-CHA"],
        "ANTIGO-01": [],
        "NADA": [],
    }


def test_many_skus_at_an_account_that_lists_no_product_without_a_text(account):
    """The page says that the text is mandatory (A6.1); clients list without it."""
    account.control.clerk(account.name, "configure", product_search_text="required")
    skus = [f"NADA-{number}" for number in range(LIST_ABOVE + 5)]
    found = account.erp.products_by_sku(["CAN-AZUL", *skus])
    assert [product.sku for product in found["CAN-AZUL"]] == ["CAN-AZUL"]
    calls = account.calls()
    assert account.erp.products_by_sku(["CHA-CAMOMILA"])["CHA-CAMOMILA"]
    assert account.calls() == calls + 1, "it is not asked again whether it lists"


def test_a_status_is_read_where_the_account_shows_codes(account):
    """Some notes show codes in reads (A9.1)."""
    ref = account.erp.create_order(draft_for(account))
    account.control.clerk(account.name, "configure", situations="code")
    assert account.erp.find_orders("4711")[0].status is ErpStatus.APPROVED
    assert account.erp.read_order(ref.erp_id).status is ErpStatus.APPROVED


def test_a_long_list_of_skus_costs_the_pages_of_the_catalogue(account):
    rows = [{"sku": f"BULK-{n:04}", "name": f"Bulk {n}", "price": "1.00"} for n in range(300)]
    account.control.clerk(account.name, "add_products", products=rows)
    before = account.calls()
    found = account.erp.products_by_sku([row["sku"] for row in rows])
    assert all(len(products) == 1 for products in found.values())
    assert account.calls() - before == 4


def test_products_with_variations_and_components(account):
    shirt = account.erp.read_product(account.product_id("CAMISETA"))
    assert shirt is not None
    assert shirt.parent
    assert {part.sku: part.grid for part in shirt.variations} == {
        "CAMISETA-P-BR": {"Tamanho": "P", "Cor": "Branca"},
        "CAMISETA-M-BR": {"Tamanho": "M", "Cor": "Branca"},
        "CAMISETA-G-PR": {"Tamanho": "G", "Cor": "Preta"},
    }
    kit = account.erp.read_product(account.product_id("KIT-CHA"))
    assert kit is not None
    assert {part.product_id: part.quantity for part in kit.components} == {
        account.product_id("CAN-AZUL"): Decimal(2),
        account.product_id("CHA-CAMOMILA"): Decimal(1),
    }


def test_c2_contacts_of_a_document(account):
    assert account.erp.find_contacts("11144477735") == []
    for number, document in enumerate(("111.444.777-35", "11144477735", "39053344705")):
        fields = {"nome": f"Pessoa {number}", "cpf_cnpj": document, "codigo": str(number)}
        account.control.clerk(account.name, "add_contact", fields=fields)
    assert [contact.code for contact in account.erp.find_contacts("11144477735")] == ["0", "1"]


def test_lists_and_account(account):
    assert ("C", "Correios") in {(method.code, method.name) for method in account.erp.shipping_methods()}
    payments = {method.name: method.active for method in account.erp.payment_methods()}
    assert (payments["Pix"], payments["Cheque"]) == (True, False)
    assert account.erp.categories() == []
    for sku, category in (("CAN-AZUL", "Cozinha >> Canecas"), ("CHA-CAMOMILA", "Cozinha")):
        account.control.clerk(account.name, "edit_product", sku=sku, details={"categoria": category})
    assert account.erp.categories() == [("Cozinha",), ("Cozinha", "Canecas")]
    owner = account.erp.account()
    assert (owner.name, owner.document) == ("Casa da Tomada Comércio Ltda", "11222333000181")
    assert owner.requests_per_minute == account.limits[-1]


def test_q1_the_limit_is_reported_and_its_refusal_has_no_effect(account):
    account.control.quota("tiny", account.name, limit=1, window=60, concurrency=None)
    assert account.erp.account().requests_per_minute == 1
    with pytest.raises(QuotaExceeded):
        account.erp.create_order(small_draft(account))
    assert account.state["orders"] == []


@pytest.mark.parametrize(
    ("kind", "params", "orders"),
    [
        ("error_before", {}, 0),
        ("error_after", {}, 1),
        ("truncated", {"whole": True}, 1),
        ("truncated", {"whole": True, "keep": 0}, 1),
    ],
)
def test_o2_a_create_without_a_whole_answer_is_open(account, kind, params, orders):
    account.control.add_fault(
        kind, remote=f"tiny/{account.name}", endpoint="pedido.incluir.php", params=params
    )
    with pytest.raises(EffectUnknown):
        account.erp.create_order(small_draft(account))
    assert len(account.erp.find_orders("1")) == orders


@pytest.mark.parametrize(("kind", "params"), [("error_before", {}), ("truncated", {"whole": True})])
def test_a_read_without_a_whole_answer_is_transient(account, kind, params):
    account.control.add_fault(kind, remote=f"tiny/{account.name}", params=params)
    with pytest.raises(TransientError) as caught:
        account.erp.find_orders("1")
    assert type(caught.value) is TransientError
