"""What requests cost: kinds that a person tells apart, and the time that they take at the real quotas."""

from collections.abc import Iterable, Mapping
from math import ceil

from tomada_sandbox.client import Json
from tomada_sandbox.demo.stage import Requests
from tomada_sandbox.sentences import N_, _

KINDS: dict[str, str] = {
    "lists": N_("Tray: pages of lists"),
    "details": N_("Tray: complete orders"),
    "items": N_("Tray: single products"),
    "tokens": N_("Tray: tokens"),
    "goods": N_("Tray: products and balances written"),
    "told": N_("Tray: parcels and statuses written"),
    "notes": N_("Tray: invoices written"),
    "reads": N_("Tiny: searches and reads"),
    "creates": N_("Tiny: orders created"),
    "statuses": N_("Tiny: statuses set"),
    "erp_others": N_("Tiny: other writes"),
    "unknown": N_("Of no known kind"),
}
WRITES = ("goods", "told", "notes", "creates", "statuses", "erp_others", "unknown")
"""What changes something at a remote, or may: nobody knows what an unknown endpoint does."""

_ENDPOINTS = {
    "lists": "orders statuses statuses.read shippings info products variants categories invoices auth.php",
    "details": "orders.complete orders.read",
    "items": "products.read variants.read",
    "tokens": "auth.create auth.refresh",
    "goods": "products.create products.update variants.create variants.update categories.create",
    "told": "orders.update orders.cancel",
    "notes": "invoices.create invoices.update",
    "reads": "info.php contatos.pesquisa.php contato.obter.php produtos.pesquisa.php produto.obter.php "
    "produtos.categorias.arvore.php "
    "produto.obter.estoque.php lista.atualizacoes.estoque lista.atualizacoes.produtos formas.envio.pesquisa.php "
    "formas.envio.obter.php formas.recebimento.pesquisa.php listas.precos.pesquisa.php "
    "listas.precos.excecoes.php pedidos.pesquisa.php pedido.obter.php "
    "notas.fiscais.pesquisa.php nota.fiscal.obter.php nota.fiscal.obter.link.php nota.fiscal.obter.xml.php",
    "creates": "pedido.incluir.php",
    "statuses": "pedido.alterar.situacao",
    "erp_others": "produto.incluir.php produto.alterar.php produto.atualizar.estoque.php "
    "pedido.lancar.estoque.php pedido.estornar.estoque.php cadastrar.codigo.rastreamento.pedido.php "
    "gerar.nota.fiscal.pedido.php nota.fiscal.emitir.php",
}
_KIND_OF = {endpoint: kind for kind, endpoints in _ENDPOINTS.items() for endpoint in endpoints.split()}
TINY_SHARE, TRAY_SHARE = 0.75, 0.95
"""The default shares of the quotas that Tomada uses (Q1)."""


def by_kind(requests: Requests) -> dict[str, int]:
    """Add requests up by the keys of ``KINDS``."""
    counts = dict.fromkeys(KINDS, 0)
    for (_remote, endpoint), number in requests.items():
        counts[_KIND_OF.get(endpoint, "unknown")] += number
    return counts


def writes(requests: Requests) -> dict[str, int]:
    """Return the keys of ``WRITES`` of which there were requests, and how many."""
    return {kind: number for kind, number in by_kind(requests).items() if kind in WRITES and number}


def kinds_in(passes: Iterable[Requests]) -> dict[str, str]:
    """Return the part of ``KINDS`` that any of these passes has."""
    together = by_kind(sum(passes, Requests()))
    return {kind: label for kind, label in KINDS.items() if together[kind]}


def minutes(requests: int, per_minute: int, share: float) -> int:
    """Return how many minutes requests take at most."""
    return ceil(requests / int(per_minute * share))


def at_real_quotas(requests: Requests, stores: int, limits: Mapping[str, Json]) -> str:
    """Say what the same requests would take with the remotes' quotas, which the demo lifts."""
    tiny = sum(number for (remote, _endpoint), number in requests.items() if remote == "tiny")
    tray = sum(number for (remote, _endpoint), number in requests.items() if remote == "tray")
    a_store = ceil(tray / stores)
    days = max(0, ceil(a_store / int(limits["tray"]["daily"] * TRAY_SHARE)) - 1)
    told = _(
        "The sandbox's quotas were lifted. At the real ones, Tiny's {tiny} requests take up to {tiny_minutes} min "
        "({tiny_limit} a minute, of which Tomada uses {tiny_share} %), and Tray's {tray} up to {tray_minutes} min "
        "({tray_limit} a minute and store, {tray_share} %)."
    ).format(
        tiny=tiny,
        tiny_minutes=minutes(tiny, limits["tiny"]["limit"], TINY_SHARE),
        tiny_limit=limits["tiny"]["limit"],
        tiny_share=round(TINY_SHARE * 100),
        tray=tray,
        tray_minutes=minutes(a_store, limits["tray"]["limit"], TRAY_SHARE),
        tray_limit=limits["tray"]["limit"],
        tray_share=round(TRAY_SHARE * 100),
    )
    if days:
        told += " " + _("Tray's daily quota of {daily} spreads them over {days} more days.").format(
            daily=limits["tray"]["daily"], days=days
        )
    return told
