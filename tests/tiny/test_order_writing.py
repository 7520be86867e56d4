"""A draft on the wire (tiny-api.md A9.2; rules O1, C1, C2, M2)."""

import json
from datetime import date
from decimal import Decimal

import pytest

from tests.tiny.samples import CREATED, TOKEN, Remote, make_address, make_customer, make_draft
from tomada.domain.customer import CustomerKind
from tomada.domain.erp import ErpOrderRef, ErpShipping, ErpTerms
from tomada.domain.status import ErpStatus
from tomada.errors import EffectUnknown, RejectedByRemote
from tomada.tiny.order_writing import pedido_of, private_texts


def test_every_field_of_a_draft():
    assert pedido_of(make_draft()) == {
        "data_pedido": "02/11/2026",
        "data_prevista": "09/11/2026",
        "numero_pedido_ecommerce": "4711",
        "id_ecommerce": "8123",
        "ecommerce": "Loja Norte & Cia",
        "id_lista_preco": "9",
        "nome_vendedor": "Íris",
        "nome_natureza_operacao": "Venda de mercadorias",
        "nome_deposito": "Galpão Sul",
        "numero_ordem_compra": "OC-77",
        "forma_pagamento": "multiplas",
        "meio_pagamento": "Cartão & Pix",
        "situacao": "aprovado",
        "cliente": {
            "nome": "Antônia D'Ávila & Filhas",
            "nome_fantasia": 'Ateliê "Sul"',
            "tipo_pessoa": "F",
            "cpf_cnpj": "11144477735",
            "ie": "ISENTO",
            "rg": "1234567",
            "endereco": "Avenida Getúlio Vargas",
            "numero": "1200",
            "complemento": "ap. 41 & garagem",
            "bairro": "Centro",
            "cep": "93010000",
            "cidade": "São Leopoldo",
            "uf": "RS",
            "pais": "Brasil",
            "fone": "51 90000-0000",
            "email": "antonia@example.org",
            "atualizar_cliente": "S",
        },
        "endereco_entrega": {
            "nome_destinatario": "Zoé Conceição",
            "endereco": "Rua das Ñandús",
            "numero": "7",
            "complemento": "ap. 41 & garagem",
            "bairro": "Centro",
            "cep": "93010000",
            "cidade": "São Leopoldo",
            "uf": "RS",
            "fone": "51 91111-1111",
        },
        "itens": [
            {
                "item": {
                    "id_produto": "700000001",
                    "codigo": "CAN-AZUL",
                    "descricao": "Caneca azul",
                    "unidade": "UN",
                    "quantidade": "2",
                    "valor_unitario": "40.00",
                }
            },
            {
                "item": {
                    "id_produto": "700000002",
                    "codigo": "CHA",
                    "descricao": "Chá 30 g",
                    "unidade": "CX",
                    "quantidade": "2",
                    "valor_unitario": "18.335",
                    "aliquota_comissao": "2.5",
                    "informacao_adicional": "embrulhar",
                }
            },
        ],
        "parcelas": [
            {"parcela": {"dias": "0", "data": "02/11/2026", "valor": "62.56", "obs": "cartão"}},
            {
                "parcela": {
                    "dias": "30",
                    "data": "02/12/2026",
                    "valor": "62.55",
                    "destino": "Conta 2",
                    "forma_pagamento": "credito",
                    "meio_pagamento": "Cartão & cia",
                }
            },
        ],
        "pagamentos_integrados": [
            {
                "pagamento_integrado": {
                    "tipo_pagamento": "17",
                    "valor": "125.11",
                    "cnpj_intermediador": "10573521000191",
                    "codigo_autorizacao": "E123",
                    "codigo_bandeira": "99",
                }
            }
        ],
        "marcadores": [{"marcador": {"descricao": "loja-norte"}}],
        "valor_frete": "12.34",
        "valor_desconto": "5.00",
        "outras_despesas": "1.10",
        "frete_por_conta": "R",
        "forma_envio": "C",
        "forma_frete": "PAC",
        "nome_transportador": "Correios do Sul",
        "intermediador": {"nome": "vendas_sul", "cnpj": "03007331000141", "cnpjPagamento": "10573521000191"},
        "obs": "Entregar à tarde, portão azul",
        "obs_internas": "tomada:loja-norte:4711",
    }


def test_a_sparse_draft_sends_no_blanks():
    """A blank could blank what a person corrected in the ERP (C1)."""
    draft = make_draft(
        customer=make_customer(trade_name="", state_inscription="", identity_card="", email="", phone=""),
        delivery=None,
        shipping=None,
        intermediary=None,
        instalments=(),
        note="",
        expected_on=None,
        purchase_order="",
        payment_form="",
        payment_means="",
        payments=(),
        terms=ErpTerms(),
    )
    sent = pedido_of(draft)
    always = {
        *(
            "data_pedido",
            "numero_pedido_ecommerce",
            "ecommerce",
            "situacao",
            "cliente",
            "itens",
            "marcadores",
        ),
        *("valor_frete", "valor_desconto", "outras_despesas", "frete_por_conta", "obs_internas"),
    }
    assert sent.keys() == always
    assert "" not in sent["cliente"].values()


def test_c1_the_contact_stays_as_it_is_unless_asked_for():
    assert pedido_of(make_draft(update_customer=False))["cliente"]["atualizar_cliente"] == "N"


def test_c2_a_masked_address_is_not_sent_and_our_code_is():
    draft = make_draft(customer=make_customer(masked_email=True, document=""), customer_code="loja-norte-88")
    assert "email" not in pedido_of(draft)["cliente"]
    assert "cpf_cnpj" not in pedido_of(draft)["cliente"]
    assert pedido_of(draft)["cliente"]["codigo"] == "loja-norte-88"


@pytest.mark.parametrize(
    ("kind", "letter"), [(CustomerKind.PERSON, "F"), (CustomerKind.COMPANY, "J"), (CustomerKind.FOREIGN, "E")]
)
def test_c3_kind_of_buyer(kind, letter):
    assert pedido_of(make_draft(customer=make_customer(kind=kind)))["cliente"]["tipo_pessoa"] == letter


@pytest.mark.parametrize(
    ("freight", "shipping", "payer"),
    [
        ("12.34", ErpShipping(form="C"), "R"),
        ("12.34", None, "R"),
        ("0", ErpShipping(form="C"), "R"),
        ("0", ErpShipping(form="s"), "S"),
        ("5.00", ErpShipping(form="S"), "R"),
        ("0", None, None),
    ],
)
def test_who_pays_the_freight(freight, shipping, payer):
    sent = pedido_of(make_draft(freight=Decimal(freight), shipping=shipping))
    assert sent.get("frete_por_conta") == payer


def test_who_pays_the_freight_is_the_merchants_to_say():
    draft = make_draft(freight=Decimal(0), shipping=None, terms=ErpTerms(freight_payer="D"))
    assert pedido_of(draft)["frete_por_conta"] == "D"


def test_create_sends_one_form_with_the_double_wrap_and_is_not_marked_safe():
    remote = Remote(pedido_incluir=CREATED)
    assert remote.driver().create_order(make_draft()) == ErpOrderRef(erp_id="37644545", number="812")
    [(service, form)] = remote.calls
    assert service == "pedido.incluir.php"
    assert form["token"] == TOKEN
    assert form["formato"] == "json"
    assert json.loads(form["pedido"]) == {"pedido": pedido_of(make_draft())}
    assert remote.requests[0].extensions["safe"] is False


@pytest.mark.parametrize(
    "records",
    [None, [], {}, [{"registro": {"status": "OK"}}], {"registro": {"id": {}}}, "x", [{"registro": []}]],
)
def test_o2_a_success_without_an_id_may_have_taken_place(records):
    body = {"retorno": {"status": "OK", "registros": records}}
    with pytest.raises(EffectUnknown):
        Remote(pedido_incluir=json.dumps(body).encode()).driver().create_order(make_draft())


def test_the_array_form_of_a_success_is_read_too():
    body = {"retorno": {"status": "OK", "registros": [{"registro": {"status": "OK", "id": 5, "numero": 6}}]}}
    ref = Remote(pedido_incluir=json.dumps(body).encode()).driver().create_order(make_draft())
    assert ref == ErpOrderRef(erp_id="5", number="6")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mark", "m" * 51),
        ("ecommerce_number", "9" * 51),
        ("internal_note", "x" * 101),
        ("customer_code", "c" * 31),
    ],
)
def test_o1_an_identity_that_does_not_fit_is_refused_before_anything_is_sent(field, value):
    remote = Remote()
    with pytest.raises(RejectedByRemote) as caught:
        remote.driver().create_order(make_draft(**{field: value}))
    assert caught.value.code == "tiny.identity_too_long"
    assert remote.calls == []


def test_a_status_that_cannot_be_written_is_refused_before_anything_is_sent():
    remote = Remote()
    with pytest.raises(RejectedByRemote):
        remote.driver().create_order(make_draft(status=ErpStatus.INCOMPLETE))
    with pytest.raises(RejectedByRemote):
        remote.driver().set_order_status("1", ErpStatus.INCOMPLETE)
    assert remote.calls == []


def test_x1_private_texts_are_the_buyers():
    draft = make_draft(
        customer=make_customer(address=make_address(recipient="R. Ecipiente", phone="777-7777"))
    )
    private = private_texts(draft)
    assert {"Antônia D'Ávila & Filhas", "11144477735", "antonia@example.org", "Zoé Conceição"} <= set(private)
    assert {"R. Ecipiente", "777-7777", "Entregar à tarde, portão azul"} <= set(private)
    assert "" not in private
    assert private_texts(make_draft(delivery=None, placed_on=date(2026, 1, 1)))
