"""An order as searches (A9.3) and ``pedido.obter`` (A9.4) show it: numbers are text, statuses are labels."""

from tomada_sandbox.tiny.sales import Instalment, Line, Order
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import LABELS, money, names, number, write_date

_CUSTOMER = names(
    "codigo nome nome_fantasia tipo_pessoa cpf_cnpj ie rg endereco numero complemento bairro cep cidade uf"
    " pais fone email"
)
_TEXTS = names(
    "data_prevista data_faturamento data_envio data_entrega id_lista_preco descricao_lista_preco"
    " forma_pagamento meio_pagamento nome_transportador frete_por_conta forma_envio"
    " forma_frete numero_ordem_compra id_vendedor nome_vendedor obs deposito id_natureza_operacao"
)


def row(account: Account, order: Order) -> dict[str, object]:
    """Return a hit of the search: neither items, marks nor channel."""
    return {
        "id": str(order.id),
        "numero": str(order.number),
        "numero_ecommerce": order.ecommerce_number,
        "data_pedido": write_date(order.placed),
        "data_prevista": order.texts.get("data_prevista", ""),
        "nome": order.customer.get("nome", ""),
        "valor": money(order.total),
        "id_vendedor": order.texts.get("id_vendedor", "0"),
        "nome_vendedor": order.texts.get("nome_vendedor", ""),
        "situacao": _situation(account, order),
        "codigo_rastreamento": order.tracking_code,
        "url_rastreamento": order.tracking_url,
    }


def whole(account: Account, order: Order) -> dict[str, object]:
    """Return the complete order; ``endereco_entrega`` only when it was given."""
    view: dict[str, object] = {
        "id": str(order.id),
        "numero": str(order.number),
        "numero_ecommerce": order.ecommerce_number,
        "data_pedido": write_date(order.placed),
        "cliente": {key: order.customer.get(key, "") for key in _CUSTOMER},
        "itens": [{"item": _item(line)} for line in order.lines],
        "parcelas": [{"parcela": _instalment(part)} for part in order.instalments],
        "marcadores": [{"marcador": _marker(account, text)} for text in order.markers],
        **{key: order.texts.get(key, "") for key in _TEXTS},
        "condicao_pagamento": " ".join(part.days for part in order.instalments),
        "valor_frete": money(order.freight),
        "valor_desconto": money(order.discount),
        "outras_despesas": money(order.other_expenses),
        "total_produtos": money(order.products_total),
        "total_pedido": money(order.total),
        "situacao": _situation(account, order),
        "obs_interna": order.internal_note,
        "codigo_rastreamento": order.tracking_code,
        "url_rastreamento": order.tracking_url,
        "id_nota_fiscal": str(order.invoice_id),
        "ecommerce": order.ecommerce,
        "intermediador": order.intermediary,
        "pagamentos_integrados": [{"pagamento_integrado": payment} for payment in order.payments],
    }
    if order.delivery:
        view["endereco_entrega"] = order.delivery
    return view


def _situation(account: Account, order: Order) -> str:
    return LABELS[order.situation] if account.switches.situations == "label" else order.situation


def _item(line: Line) -> dict[str, str]:
    return {
        "id_produto": str(line.product_id or 0),
        "codigo": line.sku,
        "descricao": line.description,
        "unidade": line.unit,
        "quantidade": number(line.quantity),
        "valor_unitario": money(line.unit_price),
        "info_adicional": line.info,
    }


def _instalment(part: Instalment) -> dict[str, str]:
    texts = {key: part.texts.get(key, "") for key in ("obs", "destino", "forma_pagamento", "meio_pagamento")}
    return {"dias": part.days, "data": write_date(part.due), "valor": money(part.value), **texts}


def _marker(account: Account, text: str) -> dict[str, str]:
    return {"id": str(account.marker_id(text)), "descricao": text, "cor": "#808080"}
