"""Orders as ``pedido.obter.php`` and ``pedidos.pesquisa.php`` show them (A9.3, A9.4)."""

from tomada.domain.erp import ErpItem, ErpOrder, ErpOrderRow, ErpShipping
from tomada.domain.money import cents
from tomada.tiny.envelope import Record, decimal, elements, inner, quantity, reference, required, text
from tomada.tiny.status import status_of
from tomada.tiny.wire import read_day


def row_of(pedido: Record) -> ErpOrderRow:
    """Read one hit of the search."""
    label = text(pedido, "situacao")
    return ErpOrderRow(
        erp_id=required(pedido, "id"),
        number=text(pedido, "numero"),
        ecommerce_number=text(pedido, "numero_ecommerce"),
        status=status_of(label),
        total=cents(decimal(pedido, "valor")),
        status_label=label,
        tracking_code=text(pedido, "codigo_rastreamento"),
        tracking_url=text(pedido, "url_rastreamento"),
    )


def order_of(pedido: Record) -> ErpOrder:
    """Read a whole order; ``obs_internas`` of the write is ``obs_interna`` here."""
    label = text(pedido, "situacao")
    customer = inner(pedido, "cliente")
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
        invoice_id=reference(pedido, "id_nota_fiscal"),
        items=tuple(_item(item) for item in elements(pedido, "itens", "item")),
        shipping=_shipping(pedido),
        deposit=text(pedido, "deposito"),
        tracking_code=text(pedido, "codigo_rastreamento"),
        tracking_url=text(pedido, "url_rastreamento"),
        placed_on=read_day(pedido, "data_pedido"),
        invoiced_on=read_day(pedido, "data_faturamento"),
        shipped_on=read_day(pedido, "data_envio"),
        delivered_on=read_day(pedido, "data_entrega"),
    )


def _item(item: Record) -> ErpItem:
    return ErpItem(
        product_id=reference(item, "id_produto"),
        sku=text(item, "codigo"),
        name=text(item, "descricao"),
        unit=text(item, "unidade") or "UN",
        quantity=quantity(item, "quantidade"),
        unit_price=decimal(item, "valor_unitario"),
    )


def _shipping(pedido: Record) -> ErpShipping | None:
    form, service = text(pedido, "forma_envio"), text(pedido, "forma_frete")
    carrier = text(pedido, "nome_transportador")
    return ErpShipping(form=form, service=service, carrier=carrier) if form or service or carrier else None
