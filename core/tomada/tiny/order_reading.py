"""Orders as ``pedido.obter.php`` and ``pedidos.pesquisa.php`` show them (A9.3, A9.4)."""

from tomada.domain.erp import ErpOrder, ErpOrderRow
from tomada.domain.money import cents
from tomada.tiny.envelope import Record, decimal, elements, inner, required, text
from tomada.tiny.status import status_of

_NO_INVOICE = "0"


def row_of(pedido: Record) -> ErpOrderRow:
    """Read one hit of the search."""
    return ErpOrderRow(
        erp_id=required(pedido, "id"),
        number=text(pedido, "numero"),
        ecommerce_number=text(pedido, "numero_ecommerce"),
        status=status_of(text(pedido, "situacao")),
        total=cents(decimal(pedido, "valor")),
    )


def order_of(pedido: Record) -> ErpOrder:
    """Read a whole order; ``obs_internas`` of the write is ``obs_interna`` here."""
    label = text(pedido, "situacao")
    customer = inner(pedido, "cliente")
    invoice = text(pedido, "id_nota_fiscal")
    required(pedido, "total_pedido")
    return ErpOrder(
        erp_id=required(pedido, "id"),
        number=text(pedido, "numero"),
        ecommerce_number=text(pedido, "numero_ecommerce")
        or text(inner(pedido, "ecommerce"), "numeroPedidoEcommerce"),
        marks=tuple(text(marker, "descricao") for marker in elements(pedido, "marcadores", "marcador")),
        internal_note=text(pedido, "obs_interna"),
        document=text(customer, "cpf_cnpj"),
        customer_code=text(customer, "codigo"),
        total=cents(decimal(pedido, "total_pedido")),
        status=status_of(label),
        status_label=label,
        invoice_id="" if invoice == _NO_INVOICE else invoice,
    )
