"""Which of our columns a store means by its own names: the same name, a usual other one, or one that is nearly it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from tomada_tray_ftp.layouts import ORDERS, SHIPPING_LIST, STATUS_LIST, STATUSES, Layout

ALIKE = 0.85
"""How alike two names must be, by ``difflib``, to count as one that is written a little differently."""

_ORDER = {
    "id_pedido": (
        "pedido numero_pedido num_pedido n_pedido nro_pedido no_pedido no_do_pedido numero_do_pedido codigo_pedido"
        " cod_pedido"
    ),
    "versao": "revisao",
    "data_pedido": "data data_do_pedido data_compra data_da_compra data_emissao criado_em",
    "hora_pedido": "hora hora_do_pedido",
    "data_modificacao": "data_alteracao alterado_em atualizado_em modificado_em ultima_alteracao",
    "id_status": "codigo_status cod_status id_situacao codigo_situacao cod_situacao",
    "status": "situacao status_pedido situacao_pedido status_do_pedido situacao_do_pedido",
    "total_itens": "subtotal total_produtos valor_produtos valor_itens",
    "valor_frete": "frete valor_do_frete",
    "total": "valor_total total_pedido valor_pedido total_geral total_do_pedido valor_do_pedido",
    "desconto": "valor_desconto",
    "forma_envio": "envio transportadora metodo_envio tipo_frete forma_de_envio",
    "forma_pagamento": "pagamento meio_pagamento forma_de_pagamento meio_de_pagamento",
    "qtd_parcelas": "parcelas",
    "id_cliente": "codigo_cliente cod_cliente",
    "cliente_tipo": "tipo_pessoa tipo_cliente pessoa",
    "cliente_nome": "cliente nome nome_cliente nome_do_cliente razao_social",
    "cliente_cpf_cnpj": "cpf_cnpj cpf cnpj documento",
    "cliente_email": "email e_mail",
    "cliente_telefone": "telefone fone",
    "cliente_celular": "celular",
    "item_seq": "seq sequencia item n_item",
    "item_id_produto": "id_produto codigo_produto cod_produto",
    "item_referencia": "sku referencia ref codigo",
    "item_nome": "produto nome_produto descricao descricao_produto nome_do_produto",
    "item_quantidade": "quantidade qtd qtde quant",
    "item_preco": "preco preco_unitario valor_unitario vl_unitario",
}
_STATUS = {
    **{column: _ORDER[column] for column in ("id_pedido", "id_status", "status")},
    "data_hora": "data data_status data_situacao data_do_status",
}
_OTHERS: dict[str, Mapping[str, str]] = {
    ORDERS.kind: _ORDER,
    STATUSES.kind: _STATUS,
    STATUS_LIST.kind: {"id_status": "id codigo", "descricao": "nome status situacao"},
    SHIPPING_LIST.kind: {"id_forma_envio": "id codigo", "descricao": "nome forma_envio"},
}


def plain(name: str) -> str:
    """Return a name without accents, capitals and marks: ``Nº do Pedido`` → ``no_do_pedido``."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "_", letters.lower()).strip("_")


def matched(names: Iterable[str], layout: Layout) -> dict[str, str]:
    """Return our column → the store's name of it, each name once; the surest are matched first."""
    left = {plain(name): name for name in reversed(list(names)) if name.isprintable()}
    found: dict[str, str] = {}
    for column in layout.columns:
        if column in left:
            found[column] = left.pop(column)
    for column, others in _OTHERS[layout.kind].items():
        for other in others.split() if column not in found else ():
            if other in left:
                found[column] = left.pop(other)
                break
    for column in layout.columns:
        if column not in found and (close := get_close_matches(column, left, 1, ALIKE)):
            found[column] = left.pop(close[0])
    return found
