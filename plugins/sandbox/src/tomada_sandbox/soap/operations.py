"""The operations of the web service: their arguments in order, and what they answer (8.5 to 8.7)."""

from collections.abc import Mapping
from dataclasses import dataclass

from tomada_sandbox.tiny.wire import names

ACCESS = ("pid_loja", "plogin", "psenha")
WRITTEN = ("status", "codigo", "mensagem", "id")
INTEGERS = frozenset(names("id_pedido id_cliente id_produto id_grade id_item id_parcela"))

_SIZES = "peso altura largura comprimento"
_PICTURES = " ".join(f"imagem_{place}" for place in range(1, 7))
_PERIOD = names("data_inicial data_final hora_inicial hora_final")
PRODUCT = names(
    "id_produto referencia nome descricao_curta descricao preco preco_custo preco_promocional data_inicio_promocao"
    f" data_fim_promocao id_categoria id_marca marca modelo ean ncm {_SIZES} estoque estoque_minimo disponivel"
    f" prazo_disponibilidade garantia itens_inclusos {_PICTURES}"
)
GRADE = names(
    f"id_grade id_produto referencia ean preco preco_promocional {_SIZES} estoque tipo_1 valor_1 tipo_2 valor_2"
    " imagem_1"
)

STRUCTS: Mapping[str, tuple[str, ...]] = {
    "tPedido": names(
        "id_pedido id_cliente data_pedido hora_pedido id_status status tipo_status total_itens desconto cupom"
        " cupom_valor acrescimo juros valor_frete id_forma_envio forma_envio integrador_envio prazo_entrega id_canal"
        " ponto_venda marketplace_nome marketplace_id_pedido marketplace_documento id_forma_pagamento forma_pagamento"
        " qtd_parcelas pago data_pagamento codigo_rastreio data_envio codigo_acesso codigo_externo obs_loja"
        " obs_cliente data_modificacao total"
    ),
    "tItemPedido": names(
        "id_item id_pedido id_produto id_grade referencia nome_produto descricao_grade quantidade preco"
        " preco_original desconto peso ean ncm informacao_adicional"
    ),
    "tClienteAvancado": names(
        "id_cliente cliente nome_fantasia tipo_pessoa cnpj_cpf rg_ie data_nascimento email telefone celular"
        " logradouro numero complemento bairro cidade uf cep pais entrega_destinatario entrega_logradouro"
        " entrega_numero entrega_complemento entrega_bairro entrega_cidade entrega_uf entrega_cep entrega_pais"
    ),
    "tParcela": names(
        "id_parcela id_pedido numero valor data_vencimento forma_pagamento pago data_pagamento"
    ),
    "tFormaPagamento": names("id descricao ativo"),
    "tFormaEnvio": names("id descricao integrador transportadora prazo ativo"),
    "tStatusPedido": names("id descricao tipo padrao ativo"),
    "tCanalVenda": names("id codigo descricao tipo ativo"),
    "tProduto": PRODUCT,
    "tGrade": GRADE,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: the names of its arguments after the access data, and the struct that it lists (empty: a write)."""

    parts: tuple[str, ...]
    struct: str = ""


OPERATIONS: Mapping[str, Operation] = {
    "fWSFormasPagamentosDisponiveis": Operation((), "tFormaPagamento"),
    "fWSFormasEnvioDisponiveis": Operation((), "tFormaEnvio"),
    "fWSStatusPedidosDisponiveis": Operation((), "tStatusPedido"),
    "fWSCanaisVendaDisponiveis": Operation((), "tCanalVenda"),
    "fWSImportaPedidos": Operation((*_PERIOD, "status_atual"), "tPedido"),
    "fWSImportaPedidoPorId": Operation(("id_pedido",), "tPedido"),
    "fWSImportaItensPedidoPorId": Operation(("id_pedido",), "tItemPedido"),
    "fWSImportaParcelasPedidoPorId": Operation(("id_pedido",), "tParcela"),
    "fWSImportaClientePorPedidoAvancado": Operation(("id_pedido",), "tClienteAvancado"),
    "fWSImportaProdutoPorID": Operation(("id_produto",), "tProduto"),
    "fWSImportaProdutoPorCodReferencia": Operation(("cod_prod",), "tProduto"),
    "fWSImportaGradesProduto": Operation(("id_produto",), "tGrade"),
    "fWSAtualizaListaToDo": Operation(("entidade", "id")),
    "fWSCadastraProduto": Operation(PRODUCT),
    "fWSCadastraGradeProduto": Operation(GRADE),
    "fWSAtualizaEstoqueProduto": Operation(("is_grade", "id_produto", "estoque")),
    "fWSAtualizaPrecoProduto": Operation(
        (
            "is_grade",
            "id_produto",
            "preco",
            "preco_promocional",
            "data_inicio_promocao",
            "data_fim_promocao",
        )
    ),
    "fWSAtualizaProdutoDisponivel": Operation(("is_grade", "id_produto", "disponivel")),
    "fWSAtualizaStatusPedido": Operation(("id_pedido", "id_status", "observacao")),
    "fWSAtualizaRastreioPedido": Operation(
        ("id_pedido", "codigo_rastreio", "url_rastreio", "data_envio", "forma_envio")
    ),
    "fWSCadastraNotaFiscalPedido": Operation(
        ("id_pedido", "numero", "serie", "data_emissao", "valor", "chave", "link", "xml")
    ),
}
