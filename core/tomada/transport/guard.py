"""The transport that stands between every client and the network.

For each request: deadline, a slot of the quota, the boundary, sending, reading the whole body within its
limit, the boundary again, the refusal for quota. Requests marked ``extensions={"safe": True}`` are repeated;
others are sent at most once, as a method proves nothing: a token refresh may be a GET that destroys the old
token.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

from tomada.errors import ConfigurationError, QuotaExceeded, TransientError, UnusableError
from tomada.i18n import _
from tomada.ports.instruments import Boundary
from tomada.spi.context import Clock
from tomada.transport.redaction import redact, redact_url
from tomada.transport.trouble import effect_unknown, translate

if TYPE_CHECKING:
    from tomada.transport.quota import Limiter

_LONGEST_PAUSE = 120.0
_LONGEST_BACKOFF = 30.0
_QUOTA_PAUSE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How a guard behaves; see ``open_client``."""

    clock: Clock
    limiter: "Limiter | None"
    refusal: Callable[[int, httpx.Headers, bytes], float | None]
    deadline: datetime | None
    boundary: Boundary
    secrets: Callable[[], Iterable[str]]
    log: "logging.Logger | logging.LoggerAdapter[logging.Logger]"
    attempts: int
    backoff: float
    max_body: int
    jitter: Callable[[], float] = random.random


class _BodyTooLargeError(Exception):
    pass


class _DeadlinePassedError(Exception):
    pass


class Guard(httpx.BaseTransport):
    """Puts the conduct around another transport. Raises only errors of ``tomada.errors``."""

    def __init__(self, inner: httpx.BaseTransport, conduct: Conduct) -> None:
        self._inner = inner
        self._conduct = conduct

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, again if it is safe, and return its whole answer."""
        request.read()
        self._check_headers(request)
        safe = bool(request.extensions.get("safe"))
        attempt = 1
        while True:
            try:
                with self._admit(request):
                    response = self._exchange(request, safe=safe)
                return self._judge(request, response, safe=safe)
            except TransientError as error:
                pause = self._pause(error, attempt)
                if not safe or pause is None:
                    raise
                self._conduct.log.debug("again in %.1f s: %s", pause, error)
            self._conduct.clock.sleep(pause)
            attempt += 1

    def _admit(self, request: httpx.Request) -> AbstractContextManager[object]:
        conduct = self._conduct
        if conduct.deadline and conduct.clock.now() >= conduct.deadline:
            raise self._too_late(request)
        return conduct.limiter.acquire(conduct.deadline) if conduct.limiter else nullcontext()

    def _exchange(self, request: httpx.Request, *, safe: bool) -> httpx.Response:
        self._limit_timeouts(request)
        place = f"{request.method} {request.url.host}{redact(request.url.path, self._conduct.secrets())}"
        self._conduct.boundary(f"request.before {place}")
        started = time.perf_counter()
        outcome: object = "no answer"
        try:
            response = self._send(request)
            outcome = response.status_code
        except (httpx.RequestError, httpx.InvalidURL, UnicodeError) as error:
            outcome = type(error).__name__
            raise translate(error, self._shown(request), safe=safe) from error
        except _BodyTooLargeError as error:
            if not safe:
                raise effect_unknown(self._shown(request), _("the answer is too large")) from error
            raise UnusableError(
                "http.too_large",
                _("{request}: the answer is too large.").format(request=self._shown(request)),
            ) from error
        except _DeadlinePassedError as error:
            if not safe:
                raise effect_unknown(self._shown(request), _("timeout")) from error
            raise self._too_late(request) from error
        finally:
            if self._conduct.log.isEnabledFor(logging.DEBUG):
                elapsed = (time.perf_counter() - started) * 1000
                self._conduct.log.debug("%s: %s, %.0f ms", self._shown(request), outcome, elapsed)
            self._conduct.boundary(f"request.after {place}")
        return response

    def _send(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        try:
            body = self._read(response)
        finally:
            response.close()
        decoded = {b"content-encoding", b"content-length", b"transfer-encoding"} if body else set()
        return httpx.Response(
            response.status_code,
            headers=[(name, value) for name, value in response.headers.raw if name.lower() not in decoded],
            content=body,
            extensions={
                k: v for k, v in response.extensions.items() if k in ("http_version", "reason_phrase")
            },
        )

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._conduct.max_body:
                raise _BodyTooLargeError
            if self._conduct.deadline and self._conduct.clock.now() >= self._conduct.deadline:
                raise _DeadlinePassedError
        return bytes(body)

    def _judge(self, request: httpx.Request, response: httpx.Response, *, safe: bool) -> httpx.Response:
        conduct = self._conduct
        seconds = conduct.refusal(response.status_code, response.headers, response.content)
        if seconds is not None:
            wait = conduct.limiter.block(seconds) if conduct.limiter else seconds or _QUOTA_PAUSE
            raise QuotaExceeded(
                "http.quota",
                _("{request}: the remote refused because of its quota.").format(request=self._shown(request)),
                _("The request had no effect; run it again in {seconds} s.").format(seconds=round(wait)),
                retry_after=wait,
            )
        answered = request.extensions.get("answered")
        if safe and response.status_code >= 500 and not (answered and answered(response.content)):
            raise TransientError(
                "http.status",
                _("{request}: the remote answered {status}.").format(
                    request=self._shown(request), status=response.status_code
                ),
                retry_after=_retry_after(response.headers, conduct.clock.now()),
            )
        return response

    def _pause(self, error: TransientError, attempt: int) -> float | None:
        """Return the seconds to wait before the next attempt, or None when there is none."""
        conduct = self._conduct
        if attempt >= conduct.attempts or error.code.endswith(".deadline"):
            return None
        backoff = min(_LONGEST_BACKOFF, conduct.backoff * 2.0 ** (attempt - 1)) * (0.5 + conduct.jitter() / 2)
        pause = max(backoff, error.retry_after or 0.0)
        if pause > _LONGEST_PAUSE:
            return None
        if conduct.deadline and conduct.clock.now() + timedelta(seconds=pause) >= conduct.deadline:
            return None
        return pause

    def _limit_timeouts(self, request: httpx.Request) -> None:
        if self._conduct.deadline is None:
            return
        left = max(0.01, (self._conduct.deadline - self._conduct.clock.now()).total_seconds())
        timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
        request.extensions["timeout"] = {
            name: left if seconds is None else min(left, seconds) for name, seconds in timeouts.items()
        }

    def _check_headers(self, request: httpx.Request) -> None:
        """Refuse what HTTP cannot carry; a token is often pasted with its line break."""
        for name, value in request.headers.raw:
            if value != value.strip() or any(byte in value for byte in b"\0\r\n"):
                raise ConfigurationError(
                    "http.header",
                    _(
                        "{request}: the value of the header {name} ends in a space or has a line break."
                    ).format(request=self._shown(request), name=name.decode("ascii", "replace")),
                    _("Enter the token or key again."),
                )

    def _shown(self, request: httpx.Request) -> str:
        """Return the request as it may be shown: method and redacted URL."""
        return f"{request.method} {redact_url(str(request.url), self._conduct.secrets())}"

    def _too_late(self, request: httpx.Request) -> TransientError:
        return TransientError(
            "http.deadline",
            _("{request}: the time for this run is over.").format(request=self._shown(request)),
            _("Run it again; it goes on where it stopped."),
        )


def _retry_after(headers: httpx.Headers, now: datetime) -> float | None:
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
