"""The draft of an order as the ``pedido`` of ``pedido.incluir.php`` (A9.2)."""

from tomada.domain.customer import Address, CustomerKind
from tomada.domain.erp import ErpInstalment, ErpItem, ErpOrderDraft, ErpPayment
from tomada.tiny.status import code_of
from tomada.tiny.wire import day, filled, number

_KINDS = {CustomerKind.PERSON: "F", CustomerKind.COMPANY: "J", CustomerKind.FOREIGN: "E"}
_NO_TRANSPORT = "S"


def pedido_of(draft: ErpOrderDraft) -> dict[str, object]:
    """Return the object inside the double wrap, empty fields left out. The draft must have been fitted."""
    shipping, broker, terms = draft.shipping, draft.intermediary, draft.terms
    return filled(
        {
            "data_pedido": day(draft.placed_on),
            "data_prevista": draft.expected_on and day(draft.expected_on),
            "numero_pedido_ecommerce": draft.ecommerce_number,
            "id_ecommerce": terms.ecommerce_id,
            "ecommerce": draft.channel,
            "id_lista_preco": terms.price_list,
            "nome_vendedor": terms.seller,
            "nome_natureza_operacao": terms.operation,
            "nome_deposito": terms.warehouse,
            "numero_ordem_compra": draft.purchase_order,
            "situacao": code_of(draft.status),
            "cliente": _customer(draft),
            "endereco_entrega": draft.delivery and _delivery(draft.delivery),
            "itens": [{"item": _item(item)} for item in draft.items],
            "forma_pagamento": draft.payment_form,
            "meio_pagamento": draft.payment_means,
            "parcelas": [{"parcela": _instalment(part)} for part in draft.instalments],
            "pagamentos_integrados": [{"pagamento_integrado": _payment(paid)} for paid in draft.payments],
            "marcadores": [{"marcador": {"descricao": draft.mark}}],
            "valor_frete": number(draft.freight),
            "valor_desconto": number(draft.discount),
            "outras_despesas": number(draft.other_expenses),
            "frete_por_conta": _freight_payer(draft),
            "forma_envio": shipping and shipping.form,
            "forma_frete": shipping and shipping.service,
            "nome_transportador": shipping and shipping.carrier,
            "intermediador": broker
            and filled(
                {"nome": broker.name, "cnpj": broker.document, "cnpjPagamento": broker.payment_document}
            ),
            "obs": draft.note,
            "obs_internas": draft.internal_note,
        }
    )


def private_texts(draft: ErpOrderDraft) -> list[str]:
    """Return the buyer's data in a draft, which Tiny's texts may echo and no error may show."""
    buyer = draft.customer
    texts = [buyer.name, buyer.trade_name, buyer.document, buyer.state_inscription, buyer.identity_card]
    texts += [buyer.email, buyer.phone, draft.note]
    for place in (buyer.address, draft.delivery):
        if place:
            texts += [place.recipient, place.street, place.complement, place.zip_code, place.phone]
    return [text for text in texts if text]


def _customer(draft: ErpOrderDraft) -> dict[str, object]:
    """Write the buyer. A marketplace's relay address identifies nobody and is not sent (C2)."""
    buyer = draft.customer
    return filled(
        {
            "codigo": draft.customer_code,
            "nome": buyer.name,
            "nome_fantasia": buyer.trade_name,
            "tipo_pessoa": _KINDS[buyer.kind],
            "cpf_cnpj": buyer.document,
            "ie": buyer.state_inscription,
            "rg": buyer.identity_card,
            **_place(buyer.address),
            "pais": buyer.address.country,
            "fone": buyer.phone,
            "email": "" if buyer.masked_email else buyer.email,
            "atualizar_cliente": "S" if draft.update_customer else "N",
        }
    )


def _delivery(address: Address) -> dict[str, object]:
    return filled({"nome_destinatario": address.recipient, **_place(address), "fone": address.phone})


def _place(address: Address) -> dict[str, object]:
    return {
        "endereco": address.street,
        "numero": address.number,
        "complemento": address.complement,
        "bairro": address.district,
        "cep": address.zip_code,
        "cidade": address.city,
        "uf": address.state,
    }


def _item(item: ErpItem) -> dict[str, object]:
    return filled(
        {
            "id_produto": item.product_id,
            "codigo": item.sku,
            "descricao": item.name,
            "unidade": item.unit,
            "quantidade": number(item.quantity),
            "valor_unitario": number(item.unit_price),
            "aliquota_comissao": None if item.commission is None else number(item.commission),
            "informacao_adicional": item.note,
        }
    )


def _instalment(part: ErpInstalment) -> dict[str, object]:
    return filled(
        {
            "dias": str(part.days),
            "data": day(part.due),
            "valor": number(part.value),
            "obs": part.note,
            "destino": part.destination,
            "forma_pagamento": part.form,
            "meio_pagamento": part.means,
        }
    )


def _payment(paid: ErpPayment) -> dict[str, object]:
    return filled(
        {
            "tipo_pagamento": paid.type,
            "valor": number(paid.value),
            "cnpj_intermediador": paid.intermediary,
            "codigo_autorizacao": paid.authorisation,
            "codigo_bandeira": paid.brand,
        }
    )


def _freight_payer(draft: ErpOrderDraft) -> str:
    """Say who contracts the freight: whom the merchant says, else the sender (R), as it is the shop that sends.

    Nobody (S) for an order that is not shipped. Without freight and shipping the account's default applies.
    """
    if draft.terms.freight_payer:
        return draft.terms.freight_payer
    if draft.freight > 0:
        return "R"
    if draft.shipping is None:
        return ""
    return "S" if draft.shipping.form.upper() == _NO_TRANSPORT else "R"
