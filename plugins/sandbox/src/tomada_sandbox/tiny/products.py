"""Products: search and read (tiny-api.md A6.1, A6.2)."""

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny import price_lists, product_view
from tomada_sandbox.tiny.envelope import NOT_FOUND, PARAMETER, RefusedError, listing, success
from tomada_sandbox.tiny.goods import Product
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import money, read_datetime
from tomada_sandbox.world import World


def find(account: Account, id_: str) -> Product:
    """Return the product with an id; code 32 for an unknown one."""
    product = account.products.get(int(id_)) if id_.isdecimal() else None
    if product is None:
        raise RefusedError(NOT_FOUND, "Produto não localizado")
    return product


def search(world: World, account: Account, request: Request) -> Answer:
    """``produtos.pesquisa.php``: ``pesquisa`` is part of name or code, so a SKU also finds longer ones."""
    params = parameters(request)
    rows = list(account.products.values())
    situation = params.get("situacao", "").upper()
    rows = [row for row in rows if (row.situation == situation if situation else row.situation != "E")]
    text = params.get("pesquisa", "").casefold()
    if not text and account.switches.product_search_text == "required":
        raise RefusedError(PARAMETER, "O parâmetro pesquisa deve ser informado")
    if text:
        rows = [row for row in rows if text in row.sku.casefold() or text in row.name.casefold()]
    if gtin := params.get("gtin"):
        rows = [row for row in rows if row.gtin == gtin]
    if since := read_datetime(params.get("dataCriacao", "")):
        rows = [row for row in rows if row.created >= since]
    chosen = price_lists.find(account, list_id) if (list_id := params.get("idListaPreco")) else None

    def show(row: Product) -> dict[str, object]:
        shown = product_view.row(row)
        if chosen:
            price, promotional = price_lists.prices_of(chosen, row)
            shown |= {"preco": money(price), "preco_promocional": money(promotional)}
        return {"produto": shown}

    return listing("produtos", rows, show, params, request.shift)


def obtain(world: World, account: Account, request: Request) -> Answer:
    """``produto.obter.php``, with variations and the components of a kit; the balance is not part of it."""
    product = find(account, parameters(request).get("id", ""))
    return success(produto=product_view.whole(account, product))
