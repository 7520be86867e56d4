"""The envelope of API 2.0 and its loose types (A2).

Every outcome is HTTP 200; numbers come as text or as numbers, lists as arrays or as one object, their
elements wrapped in an object of one key or not.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tomada.errors import RemoteContractChanged
from tomada.i18n import _

Record = Mapping[str, Any]

_DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,18})?")
_MOST_DIGITS = 18
_MOST_TEXT = 2000
_QUOTA_TEXT = "api bloqueada"
_EMPTY_TEXT = "não retornou registros"
_NOTHING_THERE = frozenset({20, 23, 32, 34})
"""An empty search, a page beyond the last, an unknown record, a note that is not authorised (A2.2)."""

QUOTA_CODES = frozenset({6, 11})


class UnreadableError(Exception):
    """A body that is no envelope; ``broken_off`` when it looks like the beginning of one, or is empty."""

    def __init__(self, *, broken_off: bool) -> None:
        super().__init__()
        self.broken_off = broken_off


@dataclass(frozen=True, slots=True)
class Fault:
    """What the remote says went wrong: ``codigo_erro`` (None without one), its texts, the field it names."""

    code: int | None
    message: str
    field: str = ""

    @property
    def is_quota(self) -> bool:
        """Tell a refusal for quota; some answers bear its text and no code (A2.3)."""
        if self.code is None:
            return self.message.casefold().startswith(_QUOTA_TEXT)
        return self.code in QUOTA_CODES

    @property
    def is_nothing(self) -> bool:
        """Tell that there is nothing to read, which of a read is no error (A2.2); the text is enough (A2.3)."""
        if self.code is None:
            return _EMPTY_TEXT in self.message.casefold()
        return self.code in _NOTHING_THERE


def parse(body: bytes) -> dict[str, Any]:
    """Return the content of ``retorno``; floats are read as ``Decimal``. Raises ``UnreadableError``."""
    try:
        whole = json.loads(body, parse_float=Decimal)
    except ArithmeticError:  # an exponent beyond any Decimal: the whole of it came
        raise UnreadableError(broken_off=False) from None
    except (ValueError, RecursionError):
        start = body.lstrip()[:1]
        raise UnreadableError(broken_off=start in (b"", b"{")) from None
    content = whole.get("retorno") if isinstance(whole, dict) else None
    if not isinstance(content, dict) or not _loose(content, "status"):
        raise UnreadableError(broken_off=False)
    return content


def fault_of(content: Record) -> Fault | None:
    """Return what went wrong, in the whole or in one record; None when all is well."""
    records = elements(content, "registros", "registro")
    failed = next((record for record in records if not _is_ok(record, default="OK")), None)
    if _is_ok(content) and failed is None:
        return None
    sources = [content] if failed is None else [content, failed]
    errors = [error for source in sources for error in _errors(source)]
    codes = [code for source in sources if (code := _code(source)) is not None]
    return Fault(
        code=codes[-1] if codes else None,
        message=" ".join(dict.fromkeys(message for message, _field in errors if message)),
        field=next((field for _message, field in errors if field), ""),
    )


def elements(content: Record, key: str, wrapper: str) -> list[dict[str, Any]]:
    """Return the elements of a list without their wrappers; an absent or blank one has none."""
    value = content.get(key)
    if not value:
        return []
    found = []
    for element in value if isinstance(value, list) else [value]:
        inside = element.get(wrapper, element) if isinstance(element, dict) else element
        if not isinstance(inside, dict):
            raise unexpected(key)
        found.append(inside)
    return found


def inner(content: Record, key: str) -> dict[str, Any]:
    """Return an object; an absent or blank one (PHP writes it as an empty array) is empty."""
    value = content.get(key) or {}
    if not isinstance(value, dict):
        raise unexpected(key)
    return value


def text(content: Record, key: str, most: int = _MOST_TEXT) -> str:
    """Return a text or number as text without outer blanks, cut to ``most``; absent and null are empty."""
    value = content.get(key)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise unexpected(key)
    return str(value)[:most].replace("\0", "").encode("utf-8", "replace").decode().strip()


def reference(content: Record, key: str) -> str:
    """Return the id of another record; Tiny writes 0 where there is none, which is empty here."""
    value = text(content, key)
    return "" if value == "0" else value


def required(content: Record, key: str) -> str:
    """Return a text that must be there."""
    value = text(content, key)
    if not value:
        raise unexpected(key)
    return value


def decimal(content: Record, key: str) -> Decimal:
    """Return a number with a dot, given as text or number; absent and blank are zero."""
    value = content.get(key)
    if isinstance(value, Decimal):
        if value.adjusted() > _MOST_DIGITS:
            raise unexpected(key)
        return value
    plain = text(content, key)
    if not plain:
        return Decimal(0)
    if not _DECIMAL.fullmatch(plain):
        raise unexpected(key)
    return Decimal(plain)


def quantity(content: Record, key: str) -> Decimal:
    """Return a number that must be there: a balance that is absent is no zero."""
    required(content, key)
    return decimal(content, key)


def integer(content: Record, key: str) -> int | None:
    """Return a small whole number, given as text or number; None when there is none."""
    plain = text(content, key)
    return int(plain) if re.fullmatch(r"[0-9]{1,9}", plain) else None


def unexpected(key: str) -> RemoteContractChanged:
    """Return the error for a field that is not of its kind."""
    return RemoteContractChanged(
        "tiny.unexpected_value",
        _("Tiny's answer has an unexpected value in {field}.").format(field=key),
        _("Tomada may be older than this change of Tiny's API; update it or report this."),
    )


def _is_ok(content: Record, default: str = "") -> bool:
    return (_loose(content, "status") or default).upper() == "OK"


def _code(content: Record) -> int | None:
    code = _loose(content, "codigo_erro")
    return int(code) if re.fullmatch(r"[1-9][0-9]{0,3}", code) else None


def _errors(content: Record) -> Iterator[tuple[str, str]]:
    value = content.get("erros") or []
    for error in value if isinstance(value, list) else [value]:
        if isinstance(error, dict):
            yield _loose(error, "erro"), _loose(error, "campo")
        elif isinstance(error, str):
            yield error.strip(), ""


def _loose(content: Record, key: str) -> str:
    """Return a text of a report of trouble, which must not make trouble of its own."""
    value = content.get(key)
    return "" if isinstance(value, dict | list) else text(content, key)
