"""The words that values of the ERP go by in Brazilian stores: what suggestions are compared with (D1).

Statuses and shipping forms are named as stores and Tiny's screens name them (tray-rest.md 11.3, tiny-api.md A9.8);
marketplaces by their own names. A word here decides nothing by itself: a person takes the suggestion or leaves it.
"""

from tomada.domain.status import ErpStatus

_STATUSES: dict[str, str] = {
    ErpStatus.OPEN: "em aberto|aguardando pagamento|pagamento em análise|pendente|novo pedido|recebido",
    ErpStatus.APPROVED: "aprovado|a enviar|pago|pagamento confirmado|pagamento aprovado|aguardando envio",
    ErpStatus.PREPARING: "preparando envio|em separação|a embalar|embalando|em produção|em preparação|picking",
    ErpStatus.INVOICED: "faturado|nota fiscal emitida|nf emitida",
    ErpStatus.READY: "pronto para envio|embalado|aguardando coleta|pronto para retirada",
    ErpStatus.SHIPPED: "enviado|pedido enviado|em transporte|em trânsito|despachado|a caminho|saiu para entrega",
    ErpStatus.DELIVERED: "entregue|pedido entregue|finalizado|concluído|retirado pelo cliente",
    ErpStatus.NOT_DELIVERED: "não entregue|devolvido|entrega frustrada|extraviado|destinatário ausente",
    ErpStatus.CANCELLED: "cancelado|pedido cancelado|estornado|pagamento recusado|desistência",
}
_SHIPPING = {
    "C": "Correios|Sedex|PAC|Mini Envios|e-Sedex|carta registrada",
    "T": "transportadora|transporte rodoviário|frete transportadora|rodonaves|braspress|azul cargo|jamef",
    "J": "Jadlog|Jadlog package",
    "LOGGI": "Loggi|Loggi expresso",
    "TOTALEXPRESS": "Total Express",
    "M": "Mercado Envios|Mercado Livre envios|full mercado livre",
    "SHOPEE_ENVIOS": "Shopee Envios|Shopee Xpress",
    "MAGALU_ENTREGAS": "Magalu Entregas",
    "AMAZON_DBA": "Amazon DBA|Delivery by Amazon",
    "ALI_ENVIOS": "AliExpress envios",
    "MADEIRA_ENVIOS": "Madeira Envios",
    "NS_ENTREGAS": "Netshoes Entregas",
    "VIAVAREJO_ENVVIAS": "Envvias",
    "B": "B2W Entrega|Americanas Entrega",
    "OLIST": "Olist envios",
    "X": "motoboy|entrega própria|frete personalizado|entrega expressa local|portador|entrega na cidade",
    "S": "retirada na loja|retirar na loja|retire aqui|sem frete|produto digital|envio por e-mail",
}
_CHANNELS = {
    "Mercado Livre": "mercado livre|mercadolivre|meli|mlb",
    "Magazine Luiza": "magazine luiza|magalu",
    "Americanas": "americanas|b2w",
    "Casas Bahia": "casas bahia|via varejo",
    "MadeiraMadeira": "madeira madeira|madeiramadeira",
    **{
        name: name.lower()
        for name in (
            *("Shopee", "Amazon", "Netshoes", "Dafiti", "Carrefour", "AliExpress", "Shein", "TikTok Shop"),
            *("Olist", "Leroy Merlin", "Centauro", "Zattini", "Google Shopping", "Instagram", "Facebook"),
        )
    },
}
_PAYMENTS = {
    "boleto": "boleto|boleto bancário|boleto parcelado",
    "credito": "cartão de crédito|crédito|credit card|visa|mastercard|elo|american express|hipercard",
    "debito": "cartão de débito|débito|debit card|débito online",
    "pix": "pix|pix parcelado|qr code pix",
    "deposito": "depósito|depósito bancário|transferência|transferência bancária|ted",
    "dinheiro": "dinheiro|pagamento na entrega|cash",
    "cheque": "cheque|cheque pré-datado",
    "crediario": "crediário|carnê|parcelado na loja",
    "duplicata_mercantil": "duplicata|duplicata mercantil|faturamento empresa",
    "multiplas": "múltiplas formas|dois cartões|várias formas",
}
_BY_KIND = {
    "status": _STATUSES,
    "shipping": _SHIPPING,
    "channel": _CHANNELS,
    "payment": _PAYMENTS,
}


def words_of(kind: str) -> list[tuple[str, str]]:
    """Return (word, value) of a kind; several words may stand for one value."""
    values = _BY_KIND.get(kind, {})
    return [(word, str(value)) for value, words in values.items() for word in words.split("|")]
