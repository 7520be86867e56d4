"""Tiny's limits of calls and how a refusal looks (A1, A2.2, A3)."""

import re

import httpx

from tomada.errors import RemoteContractChanged
from tomada.ports.erp_options import ErpOptions
from tomada.spi.platform import QuotaLimit
from tomada.tiny.envelope import UnreadableError, fault_of, parse

LIMIT = "requests"
"""Name of the one limit, for the limiter to learn what ``x-limit-api`` reports."""

SMALLEST_PLAN = 20
"""Calls a minute of the smallest plan that has the API (A3); the guess until the first answer tells."""

# The XML service refuses in XML too (A11); a signed invoice is longer and has no such element.
_REFUSED_XML = re.compile(rb"<codigo_erro>\s*(?:6|11)\s*</codigo_erro>")
_LONGEST_REFUSAL = 4096

_LOOKS_REFUSED = re.compile(rb'"codigo_erro"\s*:\s*"?(?:6|11)"?\s*[,}]|"API Bloqueada', re.IGNORECASE)


def limits(options: ErpOptions) -> tuple[QuotaLimit, ...]:
    """Return the account's limit: what a person set, else the smallest plan's until Tiny reports its own."""
    requests = options.requests_per_minute or SMALLEST_PLAN
    return (QuotaLimit(LIMIT, requests, options.quota_window, concurrency(requests)),)


def concurrency(requests: int) -> int:
    """Return how many calls may be under way at once: a quarter of the limit (A3)."""
    return max(1, requests // 4)


def reported(headers: httpx.Headers) -> int | None:
    """Return the calls a minute that an answer reports in ``x-limit-api``; None when it does not."""
    value = headers.get("x-limit-api", "").strip()
    return int(value) or None if re.fullmatch(r"[0-9]{1,9}", value) else None


def refusal(status: int, headers: httpx.Headers, body: bytes) -> float | None:  # noqa: ARG001 - its caller's signature
    """Tell a refusal for quota, as ``open_client`` wants it: 0 as Tiny does not say how long, None for none.

    Refusals are HTTP 200 with code 6 or 11, of the XML service in XML. The body is searched before it is parsed, as
    nearly none is one.
    """
    if status == 429:
        return 0.0
    if body[:1] == b"<" and len(body) < _LONGEST_REFUSAL and _REFUSED_XML.search(body):
        return 0.0
    if not _LOOKS_REFUSED.search(body):
        return None
    try:
        fault = fault_of(parse(body))
    except (UnreadableError, RemoteContractChanged):
        return None
    return 0.0 if fault and fault.is_quota else None
