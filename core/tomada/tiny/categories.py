"""The account's tree of categories: the one answer of API 2.0 in which ``retorno`` is an array (A6.5).

An error is the usual envelope; one client in the field also met the array under ``retorno.categorias``.
"""

import json
from collections.abc import Iterator
from typing import Any

from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import UnreadableError, elements, fault_of, parse, text, unexpected
from tomada.tiny.trouble import refused, unreadable

_SERVICE = "produtos.categorias.arvore.php"
_DEEPEST = 30


def categories(client: TinyClient) -> list[tuple[str, ...]]:
    """Return the path of every category, each before those below it; none when there is none.

    Raises ``RemoteContractChanged`` for an answer that is no tree.
    """
    body = client.read_document(_SERVICE, {})
    return list(_paths({"nodes": _roots(body)}, ()))


def _roots(body: bytes) -> list[Any]:
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        whole = None
    roots = whole.get("retorno") if isinstance(whole, dict) else None
    if isinstance(roots, list):
        return roots
    try:
        content = parse(body)
    except UnreadableError as error:
        raise unreadable(error, _SERVICE, safe=True) from None
    fault = fault_of(content)
    if fault is None:
        return elements(content, "categorias", "categoria")
    if fault.is_nothing:
        return []
    raise refused(fault, _SERVICE, [], safe=True)


def _paths(node: dict[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if len(above) > _DEEPEST:
        raise unexpected("nodes")
    for child in elements(node, "nodes", "categoria"):
        name = text(child, "descricao")
        path = (*above, name) if name else above
        if name:
            yield path
        yield from _paths(child, path)
