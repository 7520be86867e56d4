"""What a platform says about itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class QuotaLimit:
    """A limit of the remote: at most ``requests`` in any ``seconds``, at most ``concurrency`` under way at once.

    ``name`` makes the limit a setting of the store (``quota.limits.<name>``), as remotes change theirs. A
    ``seconds`` of 86,400 with ``resets_at_midnight`` set to a time zone name is a daily counter.
    """

    name: str
    requests: int
    seconds: float
    concurrency: int | None = None
    resets_at_midnight: str | None = None


def never_refuses(_status: int, _headers: Any, _body: bytes) -> float | None:  # noqa: ANN401 - httpx.Headers
    """Stand in for ``refusal`` at a remote that never refuses for quota."""
    return None


def refused_with_429(status: int, headers: Any, _body: bytes) -> float | None:  # noqa: ANN401 - httpx.Headers
    """Stand in for ``refusal`` at a remote that answers 429, with ``Retry-After`` in seconds or without."""
    if status != 429:
        return None
    told = headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() else 0.0


@dataclass(frozen=True, slots=True)
class PlatformInfo:
    """The platform's identity, settings and limits.

    ``id`` equals the entry point's name. ``id_space`` names the space of the remote's ids: stores of platforms
    with the same space can move from one to another. ``settings`` is a pydantic model whose fields have
    descriptions; fields of type ``SecretStr`` go to the vault. ``budget_key`` names the attributes of
    the settings that the remote's quota belongs to (the credential). ``refusal(status, headers, body)``
    tells a refusal for quota: it returns the seconds to wait (0 when the remote does not say) or None when it
    is none.
    """

    id: str
    title: str
    id_space: str
    settings: type[BaseModel]
    modality: str = ""
    limits: tuple[QuotaLimit, ...] = ()
    budget_key: tuple[str, ...] = ()
    refusal: Callable[[int, Any, bytes], float | None] = field(default=never_refuses)
