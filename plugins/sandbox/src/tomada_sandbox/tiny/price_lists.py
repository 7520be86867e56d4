"""Price lists: search, exceptions, and what a product costs by one (tiny-api.md A6.1, A6.6)."""

from decimal import Decimal

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny.clerk_support import Action, OnAccount, amount_of, product_of
from tomada_sandbox.tiny.envelope import NOT_FOUND, PARAMETER, RefusedError, listing
from tomada_sandbox.tiny.goods import CENT, ZERO, PriceList, Product
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import money, number
from tomada_sandbox.world import World


def search(world: World, account: Account, request: Request) -> Answer:
    """``listas.precos.pesquisa.php``."""
    params = parameters(request)
    rows = list(account.price_lists.values())
    return listing("registros", rows, lambda row: {"registro": _row(row)}, params, request.shift)


def exceptions(world: World, account: Account, request: Request) -> Answer:
    """``listas.precos.excecoes.php``: of a list, and of one product of it."""
    params = parameters(request)
    found = find(account, params.get("idListaPreco", ""))
    wanted = params.get("idProduto")
    rows = [pair for pair in found.exceptions.items() if wanted in (None, "", str(pair[0]))]
    return listing(
        "registros", rows, lambda pair: {"registro": _exception(found, *pair)}, params, request.shift
    )


def find(account: Account, id_: str) -> PriceList:
    """Return the list with an id; code 32 for an unknown one."""
    if not id_:
        raise RefusedError(PARAMETER, "O parâmetro idListaPreco deve ser informado")
    found = account.price_lists.get(int(id_)) if id_.isdecimal() else None
    if found is None:
        raise RefusedError(NOT_FOUND, "Lista de preço não localizada")
    return found


def prices_of(chosen: PriceList, product: Product) -> tuple[Decimal, Decimal]:
    """Return price and promotional price of a product by a list."""
    if product.id in chosen.exceptions:
        return chosen.exceptions[product.id]
    factor = (100 + chosen.percent) / 100
    return (product.price * factor).quantize(CENT), (product.promotional_price * factor).quantize(CENT)


def _row(row: PriceList) -> dict[str, object]:
    return {"id": row.id, "descricao": row.name, "acrescimo_desconto": number(row.percent)}


def _exception(chosen: PriceList, product_id: int, prices: tuple[Decimal, Decimal]) -> dict[str, object]:
    price, promotional = prices
    return {
        "id": product_id,
        "id_lista_preco": chosen.id,
        "id_produto": product_id,
        "preco": money(price),
        "preco_promocional": money(promotional),
    }


def _set_list(world: World, account: Account, action: Action) -> dict[str, object]:
    """``set_price_list``: ``name``, ``percent``, ``exceptions`` (rows of ``sku``, ``price``, ``promotional_price``)."""
    name = str(action["name"])
    found = next((one for one in account.price_lists.values() if one.name == name), None)
    chosen = found or PriceList(account.new_id(), name)
    if "percent" in action:
        chosen.percent = amount_of(action, "percent")
    for row in action.get("exceptions", ()):
        promotional = amount_of(row, "promotional_price") if "promotional_price" in row else ZERO
        chosen.exceptions[product_of(account, row).id] = (amount_of(row, "price"), promotional)
    account.price_lists[chosen.id] = chosen
    return {"price_list": chosen.id}


ACTIONS: dict[object, OnAccount] = {"set_price_list": _set_list}
