"""Products: reading one, and finding many by SKU with few calls (A6.1, A6.2)."""

import sys
from collections.abc import Iterable, Sequence

from tomada.domain.erp import ErpComponent, ErpProduct, ErpVariation
from tomada.errors import RejectedByRemote
from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import Record, elements, inner, quantity, required, text
from tomada.tiny.paging import Listing, read_page, read_rows

LIST_ABOVE = 20
"""Unknown SKUs that are still searched one by one; for more, listing everything may be cheaper."""

_NEVER = sys.maxsize
_PRODUCTS = Listing("produtos.pesquisa.php", "produtos", "produto")
_ACTIVE = {"situacao": "A"}


def product_of(produto: Record) -> ErpProduct:
    """Read a product; the search has no variations and no kit."""
    return ErpProduct(
        product_id=required(produto, "id"),
        sku=text(produto, "codigo"),
        name=text(produto, "nome"),
        active=text(produto, "situacao").upper() == "A",
        gtin=text(produto, "gtin"),
        unit=text(produto, "unidade") or "UN",
        parent=text(produto, "tipoVariacao").upper() == "P",
        variations=tuple(_variation(part) for part in elements(produto, "variacoes", "variacao")),
        components=tuple(component_of(part) for part in elements(produto, "kit", "item")),
    )


def read_product(client: TinyClient, product_id: str) -> ErpProduct | None:
    """Read one product with its variations and components; None when there is none."""
    content = client.read("produto.obter.php", {"id": product_id})
    if content is None:
        return None
    produto = inner(content, "produto")
    required(produto, "situacao")  # else it would count as sold no more
    return product_of(produto)


def component_of(part: Record) -> ErpComponent:
    """Read a component of a kit."""
    return ErpComponent(product_id=required(part, "id_produto"), quantity=quantity(part, "quantidade"))


def grid_of(part: Record) -> dict[str, str]:
    """Read ``grade``: a map in answers, an array of ``{chave, valor}`` in webhooks (A6.2)."""
    if isinstance(part.get("grade"), list):
        return {text(pair, "chave"): text(pair, "valor") for pair in elements(part, "grade", "grade")}
    grid = inner(part, "grade")
    return {name: text(grid, name) for name in grid}


class Catalogue:
    """What the ERP has for each SKU, remembered for one run. Parents are not sold and are left out."""

    def __init__(self, client: TinyClient) -> None:
        self._client = client
        self._found: dict[str, list[ErpProduct]] = {}
        self._listed = False
        self._pages: int | None = None

    def find(self, skus: Sequence[str]) -> dict[str, list[ErpProduct]]:
        """Return the active products with exactly these SKUs.

        Tiny searches part of a name or code, so every hit is compared. Once more SKUs were asked for than
        ``LIST_ABOVE``, and than the whole list has pages, it is read instead. The page says that a search needs
        a text, and clients list without one: where Tiny insists, SKUs are searched one by one.
        """
        wanted = {sku: sku.strip() for sku in skus}
        missing = {sku for sku in wanted.values() if sku and sku not in self._found}
        asked_for = len(self._found) + len(missing)
        if missing and not self._listed and asked_for > LIST_ABOVE:
            self._list(at_most=asked_for)
        if not self._listed:
            for sku in sorted(missing):
                rows = read_rows(self._client, _PRODUCTS, {"pesquisa": sku, **_ACTIVE})
                self._found[sku] = _by_sku(rows).get(sku, [])
        return {asked: list(self._found.get(sku, [])) for asked, sku in wanted.items()}

    def _list(self, at_most: int) -> None:
        """List everything, unless it has more pages than ``at_most``; the first page tells."""
        if self._pages is not None and self._pages > at_most:
            return
        try:
            rows, self._pages = read_page(self._client, _PRODUCTS, _ACTIVE, 1)
        except RejectedByRemote:
            self._pages = _NEVER
        if self._pages > at_most:
            return
        for page in range(2, self._pages + 1):
            rows += read_page(self._client, _PRODUCTS, _ACTIVE, page)[0]
        self._found = _by_sku(rows)
        self._listed = True


def _by_sku(rows: Iterable[Record]) -> dict[str, list[ErpProduct]]:
    found: dict[str, dict[str, ErpProduct]] = {}
    for product in map(product_of, rows):
        if product.active and not product.parent:
            found.setdefault(product.sku, {})[product.product_id] = product
    return {sku: list(products.values()) for sku, products in found.items()}


def _variation(part: Record) -> ErpVariation:
    return ErpVariation(product_id=required(part, "id"), sku=text(part, "codigo"), grid=grid_of(part))
