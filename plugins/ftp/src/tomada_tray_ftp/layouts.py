"""The columns of each kind of file (contract 9.6), in the order in which they are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter

Pick = Callable[[Sequence[str]], tuple[str, ...]]
"""Some of the cells of a row."""


@dataclass(frozen=True)
class Layout:
    """``required`` columns must be there and filled; ``key`` names the entity that rows of a file tell of.

    ``root`` and ``entity`` are the names of its elements in XML; ``items`` begins the columns that
    belong to a row rather than to the entity. ``moment`` is the column that says when a row was written: rows
    that differ in it alone say the same.
    """

    kind: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    key: str
    root: str
    entity: str
    items: tuple[str, ...] = ()
    moment: str = ""

    @cached_property
    def places(self) -> dict[str, int]:
        """Column → where it stands."""
        return {column: place for place, column in enumerate(self.columns)}

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The columns of the entity itself."""
        return tuple(column for column in self.columns if column not in self.items)

    @cached_property
    def pick_own(self) -> Pick:
        """Return the cells of ``own``."""
        return itemgetter(*(self.places[column] for column in self.own))

    @cached_property
    def pick_required(self) -> Pick:
        """Return the cells of ``required``."""
        return itemgetter(*(self.places[column] for column in self.required))


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ADDRESS = _names("logradouro numero complemento bairro cidade uf cep pais")
_ITEM = _names(
    "item_seq item_id item_id_produto item_id_grade item_referencia item_nome item_descricao_grade item_ean item_ncm"
    " item_quantidade item_preco item_preco_original item_desconto item_peso item_informacao"
)
ORDERS = Layout(
    "PED",
    (
        *_names(
            "id_pedido versao data_pedido hora_pedido data_modificacao id_status status id_canal ponto_venda"
            " marketplace_nome marketplace_id_pedido marketplace_documento total_itens desconto cupom cupom_valor"
            " acrescimo juros valor_frete total id_forma_envio forma_envio integrador_envio prazo_entrega"
            " data_prevista_entrega id_forma_pagamento forma_pagamento qtd_parcelas pago data_pagamento"
            " codigo_externo codigo_acesso obs_loja obs_cliente id_cliente cliente_tipo cliente_nome cliente_fantasia"
            " cliente_cpf_cnpj cliente_rg_ie cliente_email cliente_telefone cliente_celular cliente_nascimento"
        ),
        *(f"cob_{name}" for name in _ADDRESS),
        "ent_destinatario",
        *(f"ent_{name}" for name in _ADDRESS),
        *_ITEM,
    ),
    _names(
        "id_pedido versao data_pedido id_status status total_itens valor_frete total id_cliente"
        " cliente_tipo cliente_nome item_seq item_id_produto item_nome item_quantidade item_preco"
    ),
    "id_pedido",
    "pedidos",
    "pedido",
    _ITEM,
)
STATUSES = Layout(
    "STL",
    _names("id_pedido id_status status data_hora notificar observacao codigo_externo"),
    _names("id_pedido id_status data_hora"),
    "id_pedido",
    "situacoes",
    "situacao",
)
STATUSES_OUT = replace(STATUSES, kind="STE", moment="data_hora")
PRODUCTS = Layout(
    "PRD",
    _names(
        "tipo_linha acao referencia id_produto referencia_pai nome descricao_curta descricao preco preco_custo"
        " preco_promocional promocao_inicio promocao_fim categoria id_categoria marca modelo ean ncm peso altura"
        " largura comprimento disponivel prazo_disponibilidade garantia grade_tipo_1 grade_valor_1 grade_tipo_2"
        " grade_valor_2 imagem_1 imagem_2 imagem_3 imagem_4 imagem_5 imagem_6 estoque"
    ),
    _names("tipo_linha acao referencia"),
    "referencia",
    "produtos",
    "produto",
)
INVOICES = Layout(
    "NFE",
    _names("id_pedido numero serie modelo data_emissao valor chave link arquivo_xml situacao"),
    _names("id_pedido numero serie data_emissao valor chave"),
    "id_pedido",
    "notas",
    "nota",
)
STATUS_LIST = Layout(
    "MST",
    _names("id_status descricao tipo padrao ativo"),
    _names("id_status descricao"),
    "id_status",
    "situacoes",
    "situacao",
)
SHIPPING_LIST = Layout(
    "MFR",
    _names("id_forma_envio descricao integrador transportadora prazo ativo"),
    _names("id_forma_envio descricao"),
    "id_forma_envio",
    "formas_envio",
    "forma_envio",
)
ANSWERS = Layout(
    "RET",
    _names("arquivo sha256 linha entidade chave resultado codigo coluna mensagem id_destino processado_em"),
    _names("arquivo chave resultado"),
    "chave",
    "retornos",
    "retorno",
)
