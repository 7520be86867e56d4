"""Balances: read, and changed by movements (tiny-api.md A7.1, A7.2)."""

from datetime import datetime

from tomada_sandbox.clock import BRASILIA
from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny import stock_engine
from tomada_sandbox.tiny.envelope import INVALID, NOT_PROCESSED, RefusedError, failed_record, success
from tomada_sandbox.tiny.goods import KINDS
from tomada_sandbox.tiny.order_fields import Fields
from tomada_sandbox.tiny.parameters import json_parameter, parameters
from tomada_sandbox.tiny.product_view import balances
from tomada_sandbox.tiny.products import find
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import number
from tomada_sandbox.world import World


def obtain(world: World, account: Account, request: Request) -> Answer:
    """``produto.obter.estoque.php``."""
    product = find(account, parameters(request).get("id", ""))
    names = {"id": str(product.id), "nome": product.name, "codigo": product.sku, "unidade": product.unit}
    return success(produto=names | balances(account, product))


def change(world: World, account: Account, request: Request) -> Answer:
    """``produto.atualizar.estoque.php``: each call is a movement of its own."""
    content = json_parameter(parameters(request), "estoque").get("estoque")
    if not isinstance(content, dict):
        raise RefusedError(NOT_PROCESSED, "ERRO ao processar o JSON: o estoque deve ser informado")
    errors: list[dict[str, str]] = []
    sent = Fields(content, "", errors, strict=account.switches.strict_lengths)
    product = find(account, sent.text("idProduto", 20).strip())
    kind = KINDS.get(sent.text("tipo", 1).upper() or "B")
    if kind is None:
        sent.wrong("tipo", "O campo tipo é inválido")
    deposit = sent.text("deposito", 100)
    if deposit and deposit not in account.deposits:
        sent.wrong("deposito", "Depósito não localizado")
    quantity = sent.decimal("quantidade", required=True)
    sent.decimal("precoUnitario")
    _check_date(sent)
    note = sent.text("observacoes", 100)
    if errors or kind is None:
        return failed_record(INVALID, errors)
    movement = stock_engine.book(
        world,
        account,
        product,
        kind,
        quantity,
        deposit=deposit,
        note=note,
        origin="api",
    )
    request.note(product=product.id, movement=movement.id)
    record = {
        "sequencia": "1",
        "status": "OK",
        "id": str(movement.id),
        "saldoEstoque": number(account.on_hand(product)),
        "saldoReservado": number(account.reserved(product)) if account.switches.reservation else None,
        "registroCriado": True,
    }
    return success(registros=[{"registro": record}])


def _check_date(sent: Fields) -> None:
    """Check ``data``, which is written ``Y-m-d H:i:s`` here alone; a movement counts at once whatever it says."""
    text = sent.text("data", 19)
    try:
        if text:
            datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BRASILIA)
    except ValueError:
        sent.wrong("data", "O campo data é inválido")
