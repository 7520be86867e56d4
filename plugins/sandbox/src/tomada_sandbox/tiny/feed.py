"""The lists of changed balances and products, which forget what they have answered (tiny-api.md A7.3, A6.5)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny.envelope import (
    EMPTY,
    INVALID,
    NO_SUCH_PAGE,
    PAGE_SIZE,
    PARAMETER,
    RefusedError,
    success,
)
from tomada_sandbox.tiny.goods import Product
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.product_view import balances, row
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import read_datetime, write_datetime
from tomada_sandbox.world import World

_LOOK_BACK = timedelta(days=30)


def enqueue(queue: dict[int, datetime], product_id: int, at: datetime) -> None:
    """Note a change; of one that is waiting only the newest is kept, behind all others."""
    queue.pop(product_id, None)
    queue[product_id] = at


def stock_changes(world: World, account: Account, request: Request) -> Answer:
    """``lista.atualizacoes.estoque``."""
    return _consume(world, account, request, account.changed_stock, _stock_row)


def product_changes(world: World, account: Account, request: Request) -> Answer:
    """``lista.atualizacoes.produtos``."""
    return _consume(
        world, account, request, account.changed_products, lambda _account, product, _at: row(product)
    )


def _consume(
    world: World,
    account: Account,
    request: Request,
    queue: dict[int, datetime],
    show: Callable[[Account, Product, datetime], dict[str, object]],
) -> Answer:
    """Answer one page of the queue and strike it off, whatever becomes of the answer."""
    if not account.switches.stock_feed:
        raise RefusedError(account.switches.no_feed_code, "API bloqueada ou sem acesso", 1)
    params = parameters(request)
    since = read_datetime(params.get("dataAlteracao", ""))
    if since is None:
        raise RefusedError(PARAMETER, "O parâmetro dataAlteracao é inválido")
    if world.now() - since > _LOOK_BACK:
        raise RefusedError(INVALID, "Somente podem ser listados os registros dos últimos 30 dias")
    waiting = [id_ for id_, at in queue.items() if at >= since]
    if not waiting:
        raise RefusedError(EMPTY, "A Consulta não retornou registros")
    text = params.get("pagina") or "1"
    page = int(text) if text.isdecimal() else 0
    if page < 1:
        raise RefusedError(PARAMETER, "O parâmetro pagina é inválido")
    chosen = waiting[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    if not chosen:
        raise RefusedError(NO_SUCH_PAGE, "A página que você está tentando obter não existe")
    rows = [{"produto": show(account, account.products[id_], queue.pop(id_))} for id_ in chosen]
    request.note(consumed=chosen)
    pages = -(-len(waiting) // PAGE_SIZE)
    return success(pagina=str(page), numero_paginas=str(pages), produtos=rows)


def _stock_row(account: Account, product: Product, at: datetime) -> dict[str, object]:
    return {
        "id": str(product.id),
        "nome": product.name,
        "codigo": product.sku,
        "unidade": product.unit,
        "tipo_variacao": product.variation,
        "localizacao": product.details.get("localizacao", ""),
        "data_alteracao": write_datetime(at),
        **balances(account, product),
    }
