"""The services of API 2.0 below ``/tiny/<account>/api2/`` (tiny-api.md A5)."""

import secrets
from typing import Any, ClassVar

from tomada_sandbox.face import Handler
from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.quota import Refusal
from tomada_sandbox.tiny import (
    categories,
    company,
    contacts,
    feed,
    invoices,
    order_search,
    order_stock,
    order_writing,
    price_lists,
    product_writing,
    products,
    seed,
    stock,
    tracking,
)
from tomada_sandbox.tiny.envelope import (
    BAD_TOKEN,
    CONCURRENCY,
    NO_TOKEN,
    PARAMETER,
    QUOTA,
    RefusedError,
    failure,
)
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.state import BATCH_CALLS, Account
from tomada_sandbox.world import World

_BASE = "/api2/"
_UNLIMITED = "1000000"

_SERVICES: dict[str, Handler[Account]] = {
    "info.php": company.info,
    "contatos.pesquisa.php": contacts.search,
    "contato.obter.php": contacts.obtain,
    "produtos.pesquisa.php": products.search,
    "produto.obter.php": products.obtain,
    "produtos.categorias.arvore.php": categories.tree,
    "produto.incluir.php": product_writing.include,
    "produto.alterar.php": product_writing.alter,
    "produto.obter.estoque.php": stock.obtain,
    "produto.atualizar.estoque.php": stock.change,
    "lista.atualizacoes.estoque": feed.stock_changes,
    "lista.atualizacoes.produtos": feed.product_changes,
    "listas.precos.pesquisa.php": price_lists.search,
    "listas.precos.excecoes.php": price_lists.exceptions,
    "formas.envio.pesquisa.php": company.shipping_forms,
    "formas.envio.obter.php": company.shipping_form,
    "formas.recebimento.pesquisa.php": company.payment_forms,
    "pedidos.pesquisa.php": order_search.search,
    "pedido.obter.php": order_search.obtain,
    "pedido.incluir.php": order_writing.include,
    "pedido.alterar.situacao": order_writing.change_situation,
    "pedido.lancar.estoque.php": order_stock.post,
    "pedido.estornar.estoque.php": order_stock.unpost,
    "cadastrar.codigo.rastreamento.pedido.php": tracking.register,
    "gerar.nota.fiscal.pedido.php": invoices.make,
    "notas.fiscais.pesquisa.php": invoices.search,
    "nota.fiscal.obter.php": invoices.obtain,
    "nota.fiscal.obter.link.php": invoices.link,
    "nota.fiscal.obter.xml.php": invoices.xml,
    "nota.fiscal.emitir.php": invoices.issue,
}

_WITH_OR_WITHOUT_SUFFIX = {
    f"{name}.php": name
    for name in ("pedido.alterar.situacao", "lista.atualizacoes.estoque", "lista.atualizacoes.produtos")
}


class TinyFace:
    """Serves Tiny accounts. A name that is not a service is a page that does not exist (404)."""

    kind: ClassVar[str] = "tiny"

    def create(self, world: World, name: str, options: dict[str, Any]) -> Account:
        """Open an account.

        Options: ``token`` (default: a random one), ``seed`` (default true: company, lists and a small
        catalogue), ``limit`` (60 calls a minute; null lifts it, that of batch calls too), ``batch_limit`` (5) and
        any of ``Switches``.
        """
        options = dict(options)
        account = Account(name, options.pop("token", None) or secrets.token_hex(20))
        account.quota.limit = options.pop("limit", 60)
        account.quota.concurrency = None if account.quota.limit is None else max(1, account.quota.limit // 4)
        batch = None if account.quota.limit is None else BATCH_CALLS
        account.batch.limit = options.pop("batch_limit", batch)
        seeded = options.pop("seed", True)
        account.switches.change(options)
        if seeded:
            seed.fill(world, account)
        return account

    def resolve(self, remote: Account, request: Request) -> tuple[str, Handler[Account]] | None:
        """Find a service; the newer ones answer with and without ``.php``."""
        if not request.path.startswith(_BASE):
            return None
        name = request.path[len(_BASE) :]
        name = _WITH_OR_WITHOUT_SUFFIX.get(name, name)
        service = _SERVICES.get(name)
        return None if service is None else (name, _guarded(service))

    def unknown(self, remote: Account, request: Request) -> Answer:
        """Answer as a web server does."""
        return Answer(404, b"<html><body><h1>Not Found</h1></body></html>", {"content-type": "text/html"})

    def refuse(self, remote: Account, request: Request, why: Refusal) -> Answer:
        """Answer code 11 for too many calls at a time, else 6; HTTP 200 both."""
        return failure(CONCURRENCY if why == "concurrency" else QUOTA, product_writing.BLOCKED, 1)

    def expire(self, remote: Account, request: Request) -> Answer:
        """Tokens of API 2.0 do not expire; this one call takes it for unknown."""
        return failure(BAD_TOKEN, "token invalido", 1)

    def headers(self, remote: Account) -> dict[str, str]:
        """Tell the calls a minute that the account may make (A1)."""
        limit = remote.quota.limit
        return {"x-limit-api": _UNLIMITED if limit is None else str(limit)}


def _guarded(service: Handler[Account]) -> Handler[Account]:
    def handle(world: World, account: Account, request: Request) -> Answer:
        try:
            _authenticate(account, parameters(request))
            return service(world, account, request)
        except RefusedError as error:
            return failure(error.code, error.text, error.processing)

    return handle


def _authenticate(account: Account, params: dict[str, str]) -> None:
    token = params.get("token", "")
    if not token:
        raise RefusedError(NO_TOKEN, "O token deve ser informado", 1)
    if token != account.token:
        raise RefusedError(BAD_TOKEN, "token invalido", 1)
    if params.get("formato", "").strip("'\"").lower() != "json":
        raise RefusedError(PARAMETER, "O parâmetro formato é inválido", 1)
