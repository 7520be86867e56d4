"""Products: search and read (tiny-api.md A6.1, A6.2). Ids are numbers here, amounts are text."""

from decimal import Decimal

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny.envelope import NOT_FOUND, PARAMETER, RefusedError, listing, success
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.state import Account, Product
from tomada_sandbox.tiny.wire import money, names, number, read_datetime, write_datetime
from tomada_sandbox.world import World

_DETAILS = names(
    "ncm origem gtin_embalagem cest classe_ipi valor_ipi_fixo cod_lista_servicos peso_liquido peso_bruto"
    " tipoEmbalagem alturaEmbalagem larguraEmbalagem comprimentoEmbalagem diametroEmbalagem unidade_por_caixa"
    " sob_encomenda dias_preparacao estoque_minimo estoque_maximo id_fornecedor codigo_fornecedor"
    " codigo_pelo_fornecedor descricao_complementar obs garantia marca categoria seo_title seo_keywords"
    " seo_description link_video slug"
)


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
    return listing("produtos", rows, lambda row: {"produto": _row(row)}, params, request.shift)


def obtain(world: World, account: Account, request: Request) -> Answer:
    """``produto.obter.php``, with variations and the components of a kit; the balance is not part of it."""
    text = parameters(request).get("id", "")
    product = account.products.get(int(text)) if text.isdecimal() else None
    if product is None:
        raise RefusedError(NOT_FOUND, "Produto não localizado")
    whole = {**_row(product), **{key: product.details.get(key, "") for key in _DETAILS}}
    whole |= {"id": str(product.id), "tipo": "P", "classe_produto": product.class_}
    whole |= {"anexos": [], "imagens_externas": []}
    if product.variation == "V":
        whole |= {"idProdutoPai": str(product.parent_id), "grade": product.grid}
    if product.variation == "P":
        children = [child for child in account.products.values() if child.parent_id == product.id]
        whole["variacoes"] = [{"variacao": _variation(child)} for child in children if child.situation != "E"]
    if product.class_ == "K":
        whole["kit"] = [{"item": _component(*component)} for component in product.kit]
    return success(produto=whole)


def _row(product: Product) -> dict[str, object]:
    return {
        "id": product.id,
        "data_criacao": write_datetime(product.created),
        "nome": product.name,
        "codigo": product.sku,
        "preco": money(product.price),
        "preco_promocional": "0.00",
        "preco_custo": "0.00",
        "preco_custo_medio": "0.00",
        "unidade": product.unit,
        "gtin": product.gtin,
        "tipoVariacao": product.variation,
        "localizacao": "",
        "situacao": product.situation,
    }


def _variation(child: Product) -> dict[str, object]:
    return {"id": str(child.id), "codigo": child.sku, "preco": money(child.price), "grade": child.grid}


def _component(product_id: int, quantity: Decimal) -> dict[str, object]:
    return {"id_produto": str(product_id), "quantidade": number(quantity)}
