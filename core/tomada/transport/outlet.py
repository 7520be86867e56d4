"""The real connections: TLS is set up once per process and only if it is needed; the system's proxies are used."""

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

    def __init__(self, verify: ssl.SSLContext | bool, limits: httpx.Limits, proxy: str | None) -> None:
        self._verify = verify
        self._limits = limits
        self._proxy = proxy
        self._pools: dict[tuple[bool, str | None], httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send over the pool of the request's way out."""
        proxy = self._proxy or _system_proxy(request.url)
        way = (request.url.scheme == "https", proxy)
        if way not in self._pools:
            self._pools[way] = httpx.HTTPTransport(
                verify=self._context(way), limits=self._limits, proxy=proxy
            )
        return self._pools[way].handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()

    def _context(self, way: tuple[bool, str | None]) -> ssl.SSLContext:
        secure, proxy = way
        if not secure and not (proxy or "").startswith("https:"):
            return _no_authorities()
        return _context(self._verify) if isinstance(self._verify, bool) else self._verify


@cache
def _context(verify: bool) -> ssl.SSLContext:
    return httpx.create_ssl_context(verify=verify)


@cache
def _no_authorities() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@cache
def _system_proxies() -> dict[str, str]:
    return getproxies()


def _system_proxy(url: httpx.URL) -> str | None:
    proxies = _system_proxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or is_loopback(url.host) or proxy_bypass(url.host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
