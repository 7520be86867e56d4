"""Takes secrets and personal data out of texts that are logged or shown (X1)."""

import re
from collections.abc import Iterable
from pathlib import Path
from traceback import extract_tb, format_tb
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

from tomada.errors import TomadaError

MASK = "***"

_SHORTEST_SECRET = 4
"""Shorter values are no secrets, and replacing them would make every text unreadable."""

_CONFIDENTIAL = (
    r"access[_-]?token|refresh[_-]?token|id[_-]?token|token|code|consumer[_-]?(?:key|secret)|client[_-]?secret"
    r"|api[_-]?key|password|passwd|senha|secret|authorization|signature"
)
_START = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))"
_PARAMETER = re.compile(
    rf"""(?P<name>{_START}(?:{_CONFIDENTIAL}))(?P<is>["']?\s*(?:=|:|%3[AD])\s*["']?(?:(?:Bearer|Basic)\s+)?)"""
    r"""[^\s&"',;<>)}\]]+""",
    re.IGNORECASE,
)
_NAME_IS_SECRET = re.compile(rf"(?:{_CONFIDENTIAL})\Z", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.ASCII)
_DOCUMENT = re.compile(
    _START
    + r"""(?:
        [A-Z0-9]{2}\.[A-Z0-9]{3}\.[A-Z0-9]{3}(?:/|%2F)[A-Z0-9]{4}-?\d{2}    # CNPJ, written out
      | \d{3}\.\d{3}\.\d{3}-?\d{2}                                          # CPF, written out
      | [A-Z0-9]{12}\d{2}                                                   # CNPJ, bare
      | \d{11}                                                              # CPF, bare
    )(?![A-Za-z0-9])""",
    re.VERBOSE,
)
_PORT = re.compile(r":\d+\Z", re.ASCII)
_HARMLESS_VALUE = re.compile(r"\d{1,9}|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?|\d\d/\d\d/\d{4}", re.ASCII)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask known secrets, values of parameters with a secret's name, CPFs, CNPJs and e-mail addresses.

    ``secrets`` are masked as they are and as they look inside a URL; those under 4 characters are left.
    """
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            for form in {secret, quote(secret, safe=""), quote_plus(secret), quote(secret)}:
                text = text.replace(form, MASK)
    text = _PARAMETER.sub(rf"\g<name>\g<is>{MASK}", text)
    return _DOCUMENT.sub(MASK, _EMAIL.sub(MASK, text))


def redact_url(url: str, secrets: Iterable[str] = ()) -> str:
    """Return the URL without user, password and fragment, with numbers and dates as the only query values."""
    parts = urlsplit(url)
    port = f":{parts.netloc.rpartition(':')[2]}" if _PORT.search(parts.netloc) else ""
    query = "&".join(
        f"{quote_plus(name)}={_shown(name, value)}" for name, value in parse_qsl(parts.query, True)
    )
    shown = f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}" + (f"?{query}" if query else "")
    return redact(shown, secrets)


def _shown(name: str, value: str) -> str:
    harmless = not value or _HARMLESS_VALUE.fullmatch(value)
    return value if harmless and not _NAME_IS_SECRET.match(name) else MASK


def kind_and_place(error: BaseException) -> tuple[str, str]:
    """Return what was raised and where, such as ``KeyError`` and ``orders.py:12``.

    The message is left out: that of a foreign error may quote a secret or personal data.
    """
    frames = extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return type(error).__name__, place


def traceback_without_values(error: BaseException) -> str:
    """Return the traceback of an error and of what it came from, with the messages of our own errors only."""
    parts: list[str] = []
    shown: BaseException | None = error
    seen: set[int] = set()
    while shown is not None and id(shown) not in seen:
        seen.add(id(shown))
        kind = f"{type(shown).__module__}.{type(shown).__qualname__}"
        message = f": {redact(shown.message)}" if isinstance(shown, TomadaError) else ""
        lines = "".join(format_tb(shown.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{lines}{kind}{message}\n")
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
    return "\nwhich led to:\n\n".join(reversed(parts))
