"""Orders: search and read (tiny-api.md A9.3, A9.4)."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny import order_view
from tomada_sandbox.tiny.envelope import NOT_FOUND, PARAMETER, RefusedError, listing, success
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.sales import Order
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import digits, read_date, read_datetime, situation_code, write_datetime
from tomada_sandbox.world import World

T = TypeVar("T")


def find(account: Account, params: dict[str, str], key: str = "id") -> Order:
    """Return the order that a parameter names; code 10 without it, 32 for an unknown one."""
    text = params.get(key, "").strip()
    if not text:
        raise RefusedError(PARAMETER, f"O parâmetro {key} deve ser informado")
    order = account.orders.get(int(text)) if text.isdecimal() else None
    if order is None:
        raise RefusedError(NOT_FOUND, "Pedido não localizado")
    return order


def search(world: World, account: Account, request: Request) -> Answer:
    """``pedidos.pesquisa.php``."""
    params = parameters(request)
    rows = list(_matching(account, params))
    if (params.get("sort") or account.switches.order_by).upper() != "ASC":
        rows.reverse()
    return listing(
        "pedidos", rows, lambda row: {"pedido": order_view.row(account, row)}, params, request.shift
    )


def obtain(world: World, account: Account, request: Request) -> Answer:
    """``pedido.obter.php``."""
    order = find(account, parameters(request))
    request.note(order=order.id)
    return success(pedido=order_view.whole(account, order))


def _matching(account: Account, params: dict[str, str]) -> Iterator[Order]:
    given = {key: value.strip() for key, value in params.items() if value.strip()}
    anchor = given.get("numeroEcommerce")
    ids = account.orders if anchor is None else account.orders_by_ecommerce.get(anchor, [])
    code = situation_code(given["situacao"]) if "situacao" in given else None
    document = digits(given.get("cpf_cnpj", ""))
    name = given.get("cliente", "").casefold()
    first, last = _given(given, "dataInicial", read_date), _given(given, "dataFinal", read_date)
    updated = _given(given, "dataAtualizacao", read_datetime)
    seller = given.get("idVendedor")
    seller_name = None if seller else given.get("nomeVendedor")
    marker = given.get("marcador", "").casefold()
    occurrence = any(key in given for key in ("dataInicialOcorrencia", "dataFinalOcorrencia"))
    for id_ in ids:
        order = account.orders[id_]
        customer = order.customer
        if (
            ("numero" in given and str(order.number) != given["numero"])
            or ("situacao" in given and order.situation != code)
            or (document and digits(customer.get("cpf_cnpj", "")) != document)
            or (name and name not in f"{customer.get('nome', '')}\n{customer.get('codigo', '')}".casefold())
            or (first and order.placed < first)
            or (last and order.placed > last)
            or (updated and order.updated < updated)
            or (seller and order.texts.get("id_vendedor") != seller)
            or (seller_name and order.texts.get("nome_vendedor") != seller_name)
            or (marker and marker not in (text.casefold() for text in order.markers))
            or (occurrence and not _occurred(order, given))
        ):
            continue
        yield order


def _occurred(order: Order, given: dict[str, str]) -> bool:
    code = situation_code(given.get("situacaoOcorrencia", ""))
    first, last = (
        _given(given, "dataInicialOcorrencia", read_date),
        _given(given, "dataFinalOcorrencia", read_date),
    )
    for situation, at in order.occurrences:
        day = read_date(write_datetime(at)[:10])
        if (
            day
            and (not code or situation == code)
            and (not first or day >= first)
            and (not last or day <= last)
        ):
            return True
    return False


def _given(given: dict[str, str], key: str, read: Callable[[str], T | None]) -> T | None:
    if key not in given:
        return None
    value = read(given[key])
    if value is None:
        raise RefusedError(PARAMETER, f"O parâmetro {key} é inválido")
    return value
