"""The tree of product categories (tiny-api.md A6.5): ``retorno`` is the array itself."""

from typing import Any

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.world import World


def tree(world: World, account: Account, request: Request) -> Answer:
    """``produtos.categorias.arvore.php``: the categories that products are in, with those above them."""
    roots: list[dict[str, Any]] = []
    paths = sorted({product.details.get("categoria", "") for product in account.products.values()})
    for number, path in enumerate(paths, start=1):
        nodes = roots
        for level, name in enumerate(filter(None, map(str.strip, path.split(">>")))):
            node = next((one for one in nodes if one["descricao"] == name), None)
            if node is None:
                node = {"id": f"{number}{level}", "descricao": name, "nodes": []}
                nodes.append(node)
            nodes = node["nodes"]
    return Answer.json({"retorno": roots})
