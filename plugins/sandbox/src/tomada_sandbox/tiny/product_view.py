"""A product as searches, ``produto.obter`` and the stock services show it (tiny-api.md A6.1, A6.2, A7.1)."""

from decimal import Decimal

from tomada_sandbox.tiny.goods import ZERO, Product
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import money, names, number, write_datetime

DETAILS = names(
    "ncm origem gtin_embalagem cest classe_ipi valor_ipi_fixo cod_lista_servicos peso_liquido peso_bruto"
    " tipoEmbalagem alturaEmbalagem larguraEmbalagem comprimentoEmbalagem diametroEmbalagem unidade_por_caixa"
    " sob_encomenda dias_preparacao estoque_minimo estoque_maximo id_fornecedor codigo_fornecedor"
    " codigo_pelo_fornecedor descricao_complementar obs garantia marca categoria seo_title seo_keywords"
    " seo_description link_video slug"
)
"""Fields that are stored and shown as they came, by the names under which they are read."""


def row(product: Product) -> dict[str, object]:
    """Return a hit of the search: the id is a number here, amounts are text."""
    return {
        "id": product.id,
        "data_criacao": write_datetime(product.created),
        "nome": product.name,
        "codigo": product.sku,
        "preco": money(product.price),
        "preco_promocional": money(product.promotional_price),
        "preco_custo": money(product.cost),
        "preco_custo_medio": money(product.cost),
        "unidade": product.unit,
        "gtin": product.gtin,
        "tipoVariacao": product.variation,
        "localizacao": product.details.get("localizacao", ""),
        "situacao": product.situation,
    }


def whole(account: Account, product: Product) -> dict[str, object]:
    """Return the complete product, with variations and the components of a kit; without any balance."""
    view = {**row(product), **{key: product.details.get(key, "") for key in DETAILS}}
    view |= {"id": str(product.id), "tipo": "P", "classe_produto": product.class_}
    view |= {
        "anexos": [{"anexo": address} for address in product.attachments],
        "imagens_externas": [{"imagem_externa": {"url": address}} for address in product.images],
    }
    if product.variation == "V":
        view |= {"idProdutoPai": str(product.parent_id), "grade": product.grid}
    if product.variation == "P":
        children = [child for child in account.children(product) if child.situation != "E"]
        view["variacoes"] = [{"variacao": _variation(child)} for child in children]
    if product.class_ == "K":
        view["kit"] = [{"item": _component(*component)} for component in product.kit]
    return view


def balances(account: Account, product: Product) -> dict[str, object]:
    """Return what the stock services tell: the total leaves out deposits to be disregarded."""
    return {
        "saldo": number(account.on_hand(product)),
        "saldoReservado": number(account.reserved(product)),
        "depositos": [
            {
                "deposito": {
                    "nome": deposit.name,
                    "desconsiderar": "S" if deposit.disregard else "N",
                    "saldo": number(product.balances.get(deposit.name, ZERO)),
                    "empresa": deposit.company or account.company.get("fantasia", ""),
                }
            }
            for deposit in account.deposits.values()
        ],
    }


def _variation(child: Product) -> dict[str, object]:
    return {"id": str(child.id), "codigo": child.sku, "preco": money(child.price), "grade": child.grid}


def _component(product_id: int, quantity: Decimal) -> dict[str, object]:
    return {"id_produto": str(product_id), "quantidade": number(quantity)}
