"""The endpoints of web_api below ``/tray/<store>/``."""

import re
import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from tomada_sandbox.face import Handler
from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.quota import Refusal
from tomada_sandbox.soap import face as web_service
from tomada_sandbox.tray import authorisation, invoices, lists, order_writing, orders, products, seed
from tomada_sandbox.tray.answers import RefusedError, failure
from tomada_sandbox.tray.state import Store
from tomada_sandbox.tray.tokens import Tokenry
from tomada_sandbox.world import World

OfSome = Callable[..., Answer]
"""A handler that gets the ids of its path besides."""

_FIXED: dict[tuple[str, str], tuple[str, Handler[Store]]] = {
    ("GET", "/auth.php"): ("auth.php", authorisation.consent),
    ("POST", "/web_api/auth"): ("auth.create", authorisation.create),
    ("GET", "/web_api/auth"): ("auth.refresh", authorisation.refresh),
    ("GET", "/web_api/orders"): ("orders", orders.listing),
    ("GET", "/web_api/orders/statuses"): ("statuses", lists.statuses),
    ("GET", "/web_api/shippings"): ("shippings", lists.shippings),
    ("GET", "/web_api/info"): ("info", lists.info),
    ("GET", "/web_api/products"): ("products", products.products),
    ("POST", "/web_api/products"): ("products.create", products.create_product),
    ("GET", "/web_api/products/variants"): ("variants", products.variants),
    ("POST", "/web_api/products/variants"): ("variants.create", products.create_variant),
    ("GET", "/web_api/categories"): ("categories", products.categories),
    ("POST", "/web_api/categories"): ("categories.create", products.create_category),
}

_WITHOUT_TOKEN = {"auth.php", "auth.create", "auth.refresh"}

_INVOICES = r"/web_api/orders/(\d{1,18})/invoices"

_NAMED: list[tuple[str, re.Pattern[str], str, OfSome]] = [
    ("GET", re.compile(r"/web_api/orders/(\d{1,18})/complete"), "orders.complete", orders.complete),
    ("GET", re.compile(r"/web_api/orders/(\d{1,18})"), "orders.read", orders.single),
    ("PUT", re.compile(r"/web_api/orders/cancel/(\d{1,18})"), "orders.cancel", order_writing.cancel),
    ("PUT", re.compile(r"/web_api/orders/(\d{1,18})"), "orders.update", order_writing.update),
    ("GET", re.compile(r"/web_api/orders/statuses/(\d{1,18})"), "statuses.read", lists.status),
    ("GET", re.compile(_INVOICES), "invoices", invoices.listing),
    ("POST", re.compile(_INVOICES), "invoices.create", invoices.create),
    ("PUT", re.compile(_INVOICES + r"/(\d{1,18})"), "invoices.update", invoices.update),
    ("GET", re.compile(r"/web_api/products/(\d{1,18})"), "products.read", products.product),
    ("PUT", re.compile(r"/web_api/products/(\d{1,18})"), "products.update", products.update_product),
    ("GET", re.compile(r"/web_api/products/variants/(\d{1,18})"), "variants.read", products.variant),
    ("PUT", re.compile(r"/web_api/products/variants/(\d{1,18})"), "variants.update", products.update_variant),
]

_INFO = {
    "company_name": "Loja da Tomada Comércio Ltda",
    "cnpj": "11.222.333/0001-81",
    "address": "Rua das Acácias, 100",
    "postal_code": "95700-000",
    "city": "Bento Gonçalves",
    "state": "RS",
    "country": "Brasil",
    "phone_number_1": "(54) 3000-0000",
    "email_1": "contato@loja.example",
    "user": "lojista",
}


class TrayFace:
    """Serves Tray stores."""

    kind: ClassVar[str] = "tray"

    def __init__(self, world: World) -> None:
        self.world = world

    def create(self, world: World, name: str, options: dict[str, Any]) -> Store:
        """Open a store with lists, a small catalogue and one authorisation code.

        Options: ``consumer_key`` and ``consumer_secret`` (default: random), ``store_id`` (its number),
        ``seed`` (default: the name; decides the ids of statuses, the number and the made-up buyers),
        ``limit`` (180 requests a minute) and ``daily`` (10,000), null lifts them, ``webservice`` (switches of
        ``WebService``), and any of ``Switches``.
        """
        options = dict(options)
        key = str(options.pop("consumer_key", None) or secrets.token_hex(32))
        secret = str(options.pop("consumer_secret", None) or secrets.token_hex(32))
        chosen = str(options.pop("seed", name))
        store_id = str(options.pop("store_id", None) or seed.store_number(chosen))
        store = Store(name, store_id, key, secret, Tokenry("4221", store_id), seed=chosen)
        store.service.password = secrets.token_hex(8)
        store.service.change(options.pop("webservice", {}))
        store.quota.limit = options.pop("limit", 180)
        store.quota.daily = options.pop("daily", 10_000)
        store.switches.change(options)
        store.info = {**_INFO, "name": f"Loja {name}"}
        store.tokenry.new_code()
        seed.fill(store)
        return store

    def resolve(self, remote: Store, request: Request) -> tuple[str, Handler[Store]] | None:
        """Find an endpoint; a slash at the end and doubled slashes change nothing."""
        path = _normal(request.path)
        if path == web_service.PATH:
            return web_service.resolve(remote, request)
        if fixed := _FIXED.get((request.method, path)):
            name, handler = fixed
            return name, _guarded(handler, token=name not in _WITHOUT_TOKEN)
        for method, pattern, name, read in _NAMED:
            if method == request.method and (match := pattern.fullmatch(path)):
                return name, _guarded(_bound(read, match.groups()), token=True)
        return None

    def unknown(self, remote: Store, request: Request) -> Answer:
        """Answer 405 for a wrong method, 404 for a path that there is not."""
        path = _normal(request.path)
        exists = any(path == known for _, known in _FIXED)
        exists = exists or any(pattern.fullmatch(path) for _, pattern, _, _ in _NAMED)
        status = 405 if exists else 404
        return failure(request.path, RefusedError(status, ["Method not allowed" if exists else "Not found"]))

    def refuse(self, remote: Store, request: Request, why: Refusal) -> Answer:
        """Answer 429 with the generic body and without ``Retry-After``."""
        return failure(request.path, RefusedError(429, ["Request limit exceeded"]))

    def expire(self, remote: Store, request: Request) -> Answer | None:
        """Let the token of the request end; the handler refuses it then."""
        authorisation.expire(self.world, remote, request)
        return None

    def headers(self, remote: Store) -> dict[str, str]:
        """Nothing but what every answer of the sandbox has."""
        return {}


def _normal(path: str) -> str:
    return re.sub("/+", "/", path).rstrip("/")


def _bound(read: OfSome, ids: tuple[str, ...]) -> Handler[Store]:
    return lambda world, store, request: read(world, store, request, *ids)


def _guarded(handler: Handler[Store], *, token: bool) -> Handler[Store]:
    def handle(world: World, store: Store, request: Request) -> Answer:
        try:
            if token:
                authorisation.authenticate(world, store, request)
            return handler(world, store, request)
        except RefusedError as error:
            return failure(request.path, error)

    return handle
