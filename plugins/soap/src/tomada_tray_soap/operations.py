"""The operations of the web service with their arguments, and which of them each capability needs (8.4 to 8.6).

Only some of the names are public; all others are guesses, which the settings ``operations`` and ``aliases`` replace.
"""

from collections.abc import Mapping

STATUSES = "fWSStatusPedidosDisponiveis"
SHIPPINGS = "fWSFormasEnvioDisponiveis"
ORDERS = "fWSImportaPedidos"
ORDER = "fWSImportaPedidoPorId"
ITEMS = "fWSImportaItensPedidoPorId"
INSTALMENTS = "fWSImportaParcelasPedidoPorId"
BUYER = "fWSImportaClientePorPedidoAvancado"
TICK_OFF = "fWSAtualizaListaToDo"
PRODUCT = "fWSImportaProdutoPorID"
PRODUCT_BY_REFERENCE = "fWSImportaProdutoPorCodReferencia"
GRADES = "fWSImportaGradesProduto"
SAVE_PRODUCT = "fWSCadastraProduto"
SAVE_GRADE = "fWSCadastraGradeProduto"
SET_STOCK = "fWSAtualizaEstoqueProduto"
SET_PRICE = "fWSAtualizaPrecoProduto"
SET_STATUS = "fWSAtualizaStatusPedido"
SET_PARCEL = "fWSAtualizaRastreioPedido"
SAVE_INVOICE = "fWSCadastraNotaFiscalPedido"

_PERIOD = ("data_inicial", "data_final", "hora_inicial", "hora_final")
_SIZES = ("peso", "altura", "largura", "comprimento")
PICTURES = 6

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    STATUSES: (),
    SHIPPINGS: (),
    ORDERS: (*_PERIOD, "status_atual"),
    ORDER: ("id_pedido",),
    ITEMS: ("id_pedido",),
    INSTALMENTS: ("id_pedido",),
    BUYER: ("id_pedido",),
    TICK_OFF: ("entidade", "id"),
    PRODUCT: ("id_produto",),
    PRODUCT_BY_REFERENCE: ("cod_prod",),
    GRADES: ("id_produto",),
    SAVE_PRODUCT: (
        "id_produto",
        "referencia",
        "nome",
        "descricao_curta",
        "descricao",
        "preco",
        "preco_custo",
        "preco_promocional",
        "data_inicio_promocao",
        "data_fim_promocao",
        "id_categoria",
        "id_marca",
        "marca",
        "modelo",
        "ean",
        "ncm",
        *_SIZES,
        "estoque",
        "estoque_minimo",
        "disponivel",
        "prazo_disponibilidade",
        "garantia",
        "itens_inclusos",
        *(f"imagem_{place}" for place in range(1, PICTURES + 1)),
    ),
    SAVE_GRADE: (
        "id_grade",
        "id_produto",
        "referencia",
        "ean",
        "preco",
        "preco_promocional",
        *_SIZES,
        "estoque",
        "tipo_1",
        "valor_1",
        "tipo_2",
        "valor_2",
        "imagem_1",
    ),
    SET_STOCK: ("is_grade", "id_produto", "estoque"),
    SET_PRICE: (
        "is_grade",
        "id_produto",
        "preco",
        "preco_promocional",
        "data_inicio_promocao",
        "data_fim_promocao",
    ),
    SET_STATUS: ("id_pedido", "id_status", "observacao"),
    SET_PARCEL: ("id_pedido", "codigo_rastreio", "url_rastreio", "data_envio", "forma_envio"),
    SAVE_INVOICE: ("id_pedido", "numero", "serie", "data_emissao", "valor", "chave", "link", "xml"),
}
"""The arguments of each operation after the access data, in their order."""

_RECEIVING = (ORDERS, ITEMS, BUYER)

NEEDED: Mapping[str, tuple[str, ...]] = {
    "products.send": (PRODUCT_BY_REFERENCE, SAVE_PRODUCT),
    "orders.receive": _RECEIVING,
    "orders.status_sync": (ORDERS, ORDER),
    "orders.freight_value": _RECEIVING,
    "customers.register": (BUYER,),
    "mapping.shipping": _RECEIVING,
    "mapping.status": _RECEIVING,
    "mapping.channel": _RECEIVING,
    "mapping.payment": _RECEIVING,
    "stock.send": (SET_STOCK,),
    "stock.update": (SET_STOCK,),
    "stock.reserve": _RECEIVING,
    "prices.send": (SET_PRICE,),
    "tracking.send": (SET_PARCEL,),
    "invoices.send": (SAVE_INVOICE,),
    "orders.update_status": (ORDER, SET_STATUS),
    "orders.mark_delivered": (ORDER, SET_STATUS),
}
"""Capability → the operations without which a store cannot offer it."""
