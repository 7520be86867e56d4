"""Texts cut to Tiny's sizes, never silently (C3; tiny-api.md A9.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny.samples import Remote, make_address, make_customer, make_draft
from tomada.domain.erp import Cut, ErpInstalment, ErpItem, ErpShipping, ErpTerms
from tomada.tiny.limits import fit
from tomada.tiny.order_writing import pedido_of

SIZES = {
    "nome_fantasia": 60,
    "cpf_cnpj": 18,
    "ie": 18,
    "rg": 10,
    "endereco": 50,
    "numero": 10,
    "complemento": 50,
    "bairro": 30,
    "cep": 10,
    "cidade": 30,
    "uf": 30,
    "pais": 50,
    "fone": 40,
    "email": 50,
    "nome_destinatario": 60,
    "descricao": 120,
    "unidade": 3,
    "obs": 100,
    "nome_transportador": 30,
    "numero_ordem_compra": 10,
    "nome_vendedor": 50,
    "meio_pagamento": 100,
    "destino": 50,
}
"""The page of ``pedido.incluir``, written down once more."""


def test_what_fits_is_left_alone():
    draft = make_draft()
    assert fit(draft, 30) == (draft, [])


def test_c3_every_text_has_its_size():
    long = "ç&" * 200
    place = make_address(
        **dict.fromkeys(("street", "number", "complement", "district", "city", "state"), long)
    )
    place = place.model_copy(update={"zip_code": long, "country": long, "phone": long, "recipient": long})
    customer = make_customer(
        name=long,
        trade_name=long,
        document=long,
        state_inscription=long,
        identity_card=long,
        email=long,
        phone=long,
        address=place,
    )
    source = make_draft()
    draft = make_draft(
        customer=customer,
        delivery=place,
        items=(source.items[0], source.items[1].model_copy(update={"name": long, "unit": long})),
        instalments=(
            source.instalments[0].model_copy(update={"note": long, "means": long, "destination": long}),
        ),
        shipping=ErpShipping(form="T", carrier=long),
        note=long,
        purchase_order=long,
        payment_means=long,
        terms=ErpTerms(seller=long),
    )
    fitted, cuts = fit(draft, 30)
    sent = pedido_of(fitted)
    assert sent["cliente"]["nome"] == long[:30]
    texts = [*sent["cliente"].items(), *sent["endereco_entrega"].items(), *sent["itens"][1]["item"].items()]
    texts += [*sent["parcelas"][0]["parcela"].items(), *sent.items()]
    checked = {name for name, value in texts if name in SIZES and value == long[: SIZES[name]]}
    assert checked == SIZES.keys() - {"email"}
    assert "email" not in sent["cliente"], "a cut address would be somebody else's"
    assert {cut.field: (cut.length, cut.kept) for cut in cuts} == {
        "cliente.nome": (400, 30),
        "cliente.nome_fantasia": (400, 60),
        "cliente.cpf_cnpj": (400, 18),
        "cliente.ie": (400, 18),
        "cliente.rg": (400, 10),
        "cliente.fone": (400, 40),
        "cliente.email": (400, 0),
        "cliente.endereco": (400, 50),
        "cliente.numero": (400, 10),
        "cliente.complemento": (400, 50),
        "cliente.bairro": (400, 30),
        "cliente.cep": (400, 10),
        "cliente.cidade": (400, 30),
        "cliente.uf": (400, 30),
        "cliente.pais": (400, 50),
        "endereco_entrega.endereco": (400, 50),
        "endereco_entrega.numero": (400, 10),
        "endereco_entrega.complemento": (400, 50),
        "endereco_entrega.bairro": (400, 30),
        "endereco_entrega.cep": (400, 10),
        "endereco_entrega.cidade": (400, 30),
        "endereco_entrega.uf": (400, 30),
        "endereco_entrega.fone": (400, 40),
        "endereco_entrega.nome_destinatario": (400, 60),
        "itens[2].descricao": (400, 120),
        "itens[2].unidade": (400, 3),
        "parcelas[1].obs": (400, 100),
        "parcelas[1].meio_pagamento": (400, 100),
        "parcelas[1].destino": (400, 50),
        "nome_transportador": (400, 30),
        "numero_ordem_compra": (400, 10),
        "meio_pagamento": (400, 100),
        "nome_vendedor": (400, 50),
        "obs": (400, 100),
    }


def test_c3_the_length_of_a_name_is_a_setting():
    name = "Comércio de Utilidades & Presentes São Judas Tadeu"
    draft = make_draft(customer=make_customer(name=name))
    assert fit(draft, 50)[1] == []
    fitted, cuts = Remote().driver(name_length=30).fit(draft)
    assert fitted.customer.name == "Comércio de Utilidades & Prese"
    assert cuts == [Cut(field="cliente.nome", length=50, kept=30)]


@pytest.mark.parametrize("number", ["", "  "])
def test_an_address_without_number_says_so(number):
    draft = make_draft(
        customer=make_customer(address=make_address(number=number)), delivery=make_address(number=number)
    )
    fitted, cuts = fit(draft, 30)
    assert fitted.customer.address.number == "S/N"
    assert fitted.delivery is not None
    assert fitted.delivery.number == "S/N"
    assert cuts == []


def test_no_address_gets_no_number():
    draft = make_draft(customer=make_customer(address=make_address(street="", number="")), delivery=None)
    assert fit(draft, 30)[0].customer.address.number == ""
    assert fit(draft, 30)[0].delivery is None


def test_an_item_always_has_description_and_unit():
    item = make_draft().items[0].model_copy(update={"name": " ", "unit": ""})
    fitted, cuts = fit(make_draft(items=(item,), shipping=None), 30)
    assert (fitted.items[0].name, fitted.items[0].unit) == ("CAN-AZUL", "UN")
    assert cuts == []


TEXTS = st.text(max_size=150)


@given(name=TEXTS, street=TEXTS, item=TEXTS, note=TEXTS, name_length=st.integers(10, 60))
def test_cutting_is_plain_repeatable_and_honest(name, street, item, note, name_length):
    base = make_draft()
    draft = make_draft(
        customer=make_customer(name=name, address=make_address(street=street)),
        items=(base.items[0].model_copy(update={"name": item}),),
        instalments=(ErpInstalment(days=0, due=base.placed_on, value=base.total, note=note),),
        note=note,
    )
    fitted, cuts = fit(draft, name_length)
    assert name.startswith(fitted.customer.name)
    assert street.startswith(fitted.customer.address.street)
    assert note.startswith(fitted.note)
    assert isinstance(fitted.items[0], ErpItem)
    assert fit(fitted, name_length) == (fitted, [])
    sizes = {"cliente.nome": name_length, "cliente.endereco": 50, "itens[1].descricao": 120, "obs": 100}
    lengths = {"cliente.nome": name, "cliente.endereco": street, "itens[1].descricao": item, "obs": note}
    expected = {field for field, value in lengths.items() if len(value) > sizes[field]}
    if len(note) > 100:
        expected.add("parcelas[1].obs")
    if not item.strip():
        expected.discard("itens[1].descricao")
    assert {cut.field for cut in cuts} == expected
