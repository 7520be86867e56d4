"""Price lists: what they are, what a product costs by one, and the exceptions of a person (A6.1, A6.6)."""

from collections.abc import Iterator

from tomada.domain.erp_catalogue import ErpProductRow
from tomada.domain.erp_prices import ErpPriceException, ErpPriceList
from tomada.tiny.catalogue import row_of
from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import decimal, required, text
from tomada.tiny.paging import Listing, read_rows

_LISTS = Listing("listas.precos.pesquisa.php", "registros", "registro")
_EXCEPTIONS = Listing("listas.precos.excecoes.php", "registros", "registro")
_PRODUCTS = Listing("produtos.pesquisa.php", "produtos", "produto")


def price_lists(client: TinyClient) -> list[ErpPriceList]:
    """Return the account's price lists."""
    return [
        ErpPriceList(list_id=required(row, "id"), name=text(row, "descricao"))
        for row in read_rows(client, _LISTS, {})
    ]


def price_exceptions(client: TinyClient, list_id: str, product_id: str) -> Iterator[ErpPriceException]:
    """Yield the exceptions of a list, of one product alone when it is named."""
    params = {"idListaPreco": list_id, **({"idProduto": product_id} if product_id else {})}
    for row in read_rows(client, _EXCEPTIONS, params):
        yield ErpPriceException(
            product_id=required(row, "id_produto"),
            price=decimal(row, "preco"),
            promotional_price=decimal(row, "preco_promocional"),
        )


def listed_prices(client: TinyClient, list_id: str, words: str) -> Iterator[ErpProductRow]:
    """Yield the rows of a product search with the prices of a list, by which Tiny computes them itself."""
    params = {"pesquisa": words, "idListaPreco": list_id, "situacao": "A"}
    yield from map(row_of, read_rows(client, _PRODUCTS, params))
