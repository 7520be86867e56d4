"""The only way to get an HTTP client: everything that must hold for a request is in it."""

import logging
import random
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx

from tomada.errors import ConfigurationError
from tomada.i18n import _
from tomada.ports.instruments import Boundary
from tomada.spi.context import Clock
from tomada.spi.platform import never_refuses
from tomada.transport.guard import Conduct, Guard
from tomada.transport.outlet import Outlet
from tomada.transport.redaction import redact_url
from tomada.transport.trouble import translate

if TYPE_CHECKING:
    from tomada.transport.quota import Limiter

MAX_BODY = 64 * 1024 * 1024

http_log = logging.getLogger("tomada.http")

# Both write whole URLs, and headers too: what they have to say stands redacted in our own log.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class GuardedClient(httpx.Client):
    """An ``httpx.Client`` with our errors; redirects are followed for safe requests only."""

    def build_request(self, *args: Any, **kwargs: Any) -> httpx.Request:  # noqa: ANN401 - httpx's own arguments
        """Build a request; raise ``ConfigurationError`` if its address is none or a value cannot be sent."""
        try:
            return super().build_request(*args, **kwargs)
        except (httpx.InvalidURL, ValueError) as error:
            raise translate(error, redact_url(str(self.base_url)), safe=True) from None

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own options
        """Send a request; an unsafe one is never sent on to another address."""
        safe = bool(request.extensions.get("safe"))
        if not safe:
            options["follow_redirects"] = False
        try:
            return super().send(request, **options)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise translate(error, f"{request.method} {redact_url(str(request.url))}", safe=safe) from error


def open_client(
    *,
    clock: Clock,
    limiter: "Limiter | None",
    refusal: Callable[[int, httpx.Headers, bytes], float | None] | None,
    deadline: datetime | None,
    boundary: Boundary,
    secrets: Callable[[], Iterable[str]],
    log: "logging.Logger | logging.LoggerAdapter[logging.Logger]" = http_log,
    timeout: float = 30.0,
    attempts: int = 3,
    backoff: float = 0.5,
    jitter: Callable[[], float] = random.random,
    max_body: int = MAX_BODY,
    **httpx_options: Any,  # noqa: ANN401 - httpx.Client's own options
) -> httpx.Client:
    """Return a client whose every request keeps the deadline and the quota.

    ``refusal(status, headers, body)`` tells a refusal for quota: the seconds to wait, 0 when the remote does
    not say, None when it is none. A refusal blocks ``limiter`` for everybody. ``timeout`` (seconds) is for
    each step of an exchange, ``deadline`` for all of it. A safe request (``extensions={"safe": True}``) is
    sent up to ``attempts`` times, with ``backoff`` seconds that double and vary (``jitter`` gives 0 to 1)
    between them. ``max_body`` is in bytes, decompressed. ``secrets`` gives the values that no log and no
    error may show.

    ``httpx_options`` are those of ``httpx.Client`` but ``mounts``, ``cert``, ``http1`` and ``http2``;
    ``transport`` replaces the network in tests.

    Raises, on use: ``TransientError`` (nothing was sent, or a safe request failed every time, 5xx included),
    ``QuotaExceeded``, ``EffectUnknown`` (an unsafe request was sent and not answered), ``UnusableError``
    (invalid certificate, answer too large), ``ConfigurationError`` (not an address). Any other answer is
    returned, a 5xx of an unsafe request too.
    """
    conduct = Conduct(
        clock=clock,
        limiter=limiter,
        refusal=refusal or never_refuses,
        deadline=deadline,
        boundary=boundary,
        secrets=secrets,
        log=log,
        attempts=attempts,
        backoff=backoff,
        jitter=jitter,
        max_body=max_body,
    )
    inner = httpx_options.pop("transport", None) or Outlet(
        verify=httpx_options.pop("verify", True),
        limits=httpx_options.pop("limits", httpx.Limits(max_connections=100, max_keepalive_connections=20)),
        proxy=httpx_options.pop("proxy", None),
        system_proxies=httpx_options.get("trust_env", True),
    )
    if unsupported := {"mounts", "cert", "http1", "http2"} & httpx_options.keys():
        raise TypeError(f"not supported: {', '.join(sorted(unsupported))}")
    try:
        return GuardedClient(transport=Guard(inner, conduct), timeout=timeout, **httpx_options)
    except httpx.InvalidURL:
        raise ConfigurationError("http.address", _("The base address is not a URL.")) from None
    except UnicodeEncodeError as error:
        raise translate(error, redact_url(str(httpx_options.get("base_url", ""))), safe=True) from None
