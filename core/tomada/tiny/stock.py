"""Balances: read, and changed by movements (A7.1, A7.2)."""

from datetime import datetime
from decimal import Decimal

from tomada.domain.erp_stock import ErpDeposit, ErpStock, ErpStockEntry, StockEntryKind
from tomada.errors import RemoteContractChanged
from tomada.tiny.client import TinyClient, json_field
from tomada.tiny.envelope import Record, decimal, elements, inner, quantity, required, text, unexpected
from tomada.tiny.trouble import no_answer
from tomada.tiny.wire import filled, number

_CHANGE = "produto.atualizar.estoque.php"
_KINDS = {StockEntryKind.IN: "E", StockEntryKind.OUT: "S", StockEntryKind.BALANCE: "B"}
_NOTE = 100


def read_stock(client: TinyClient, product_id: str, begun: datetime) -> ErpStock | None:
    """Read one product's balance; ``begun`` is the time before the call. None when there is no such product."""
    content = client.read("produto.obter.estoque.php", {"id": product_id})
    if content is None:
        return None
    stock = stock_of(inner(content, "produto"), begun)
    if stock.product_id != product_id:
        raise unexpected("id")
    return stock


def stock_of(produto: Record, begun: datetime) -> ErpStock:
    """Read a balance. ``saldo`` leaves out the deposits to be disregarded; there is no field for *available*."""
    return ErpStock(
        product_id=required(produto, "id"),
        sku=text(produto, "codigo"),
        on_hand=quantity(produto, "saldo"),
        reserved=decimal(produto, "saldoReservado"),
        deposits=tuple(_deposit(part) for part in elements(produto, "depositos", "deposito")),
        read_at=begun,
    )


def set_stock(
    client: TinyClient, product_id: str, amount: Decimal, kind: StockEntryKind, deposit: str, note: str
) -> ErpStockEntry:
    """Book a movement, with one call. Tiny dates it now; a note is cut to its size."""
    movement = {
        "idProduto": product_id,
        "tipo": _KINDS[kind],
        "quantidade": number(amount),
        "deposito": deposit,
        "observacoes": note[:_NOTE],
    }
    content = client.write(_CHANGE, {"estoque": json_field({"estoque": filled(movement)})})
    try:
        record = next(iter(elements(content, "registros", "registro")), {})
        return ErpStockEntry(
            entry_id=required(record, "id"),
            on_hand=quantity(record, "saldoEstoque"),
            reserved=decimal(record, "saldoReservado") if text(record, "saldoReservado") else None,
        )
    except RemoteContractChanged as error:
        raise no_answer(_CHANGE, error.message, safe=False) from None


def _deposit(part: Record) -> ErpDeposit:
    return ErpDeposit(
        name=text(part, "nome"),
        on_hand=quantity(part, "saldo"),
        disregard=text(part, "desconsiderar").upper() == "S",
        company=text(part, "empresa"),
    )
