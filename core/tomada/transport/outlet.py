"""The real connections: TLS is set up once per process, if needed; the system's proxies are used."""

import ssl
from functools import cache
from urllib.request import getproxies, proxy_bypass

import httpx

from tomada.transport.clock import is_loopback


class Outlet(httpx.BaseTransport):
    """Connections that are made when the first request needs them, with a pool for each way out.

    ``verify`` is True for the usual authorities or a context of one's own. Plain HTTP does not load the
    authorities, which takes 30-50 ms.
    """

    def __init__(
        self, *, verify: ssl.SSLContext | bool, limits: httpx.Limits, proxy: str | None, system_proxies: bool
    ) -> None:
        self._verify = verify
        self._limits = limits
        self._proxy = proxy
        self._system_proxies = getproxies() if system_proxies else {}
        self._pools: dict[tuple[bool, str | None], httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send over the pool of the request's way out."""
        way = (request.url.scheme == "https", self._proxy or self._system_proxy(request.url))
        pool = self._pools.get(way)
        if pool is None:
            made = httpx.HTTPTransport(verify=self._context(way), limits=self._limits, proxy=way[1])
            pool = self._pools.setdefault(way, made)
        return pool.handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()

    def _context(self, way: tuple[bool, str | None]) -> ssl.SSLContext:
        secure, proxy = way
        if not secure and not (proxy or "").startswith("https:"):
            return _no_authorities()
        return _context(verify=self._verify) if isinstance(self._verify, bool) else self._verify

    def _system_proxy(self, url: httpx.URL) -> str | None:
        proxy = self._system_proxies.get(url.scheme) or self._system_proxies.get("all")
        if not proxy or is_loopback(url.host) or proxy_bypass(url.host):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"


@cache
def _context(*, verify: bool) -> ssl.SSLContext:
    return httpx.create_ssl_context(verify=verify)


@cache
def _no_authorities() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
