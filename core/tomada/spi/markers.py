"""The markers of hooks: what a hookspec yields and promises, and what a plugin takes back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pluggy

from tomada.domain.payload import Payload

PROJECT = "tomada"
_SPEC = "tomada_hook"
_LACKS = "tomada_lacks"

_mark_spec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class HookFacts:
    """What a hookspec says about itself: the payloads that it yields and the behaviours that it promises."""

    yields: tuple[type[Payload], ...]
    behaviours: tuple[str, ...]


def hookspec(
    *, yields: tuple[type[Payload], ...] = (), behaviours: tuple[str, ...] = ()
) -> Callable[[Function], Function]:
    """Mark a method as a hookspec.

    Whoever implements it claims the marked fields of ``yields`` and every capability in ``behaviours``.
    """

    def mark(function: Function) -> Function:
        setattr(function, _SPEC, HookFacts(yields, behaviours))
        return _mark_spec(function)

    return mark


def hook_facts(function: Callable[..., object]) -> HookFacts | None:
    """Return the facts of a hookspec, or None for a function that is none."""
    facts = getattr(function, _SPEC, None)
    return facts if isinstance(facts, HookFacts) else None


def lacks(capability: str, reason: str) -> Callable[[Function], Function]:
    """Take back the claim of ``capability`` that implementing this hook would make; the reason is shown."""
    if not reason.strip():
        raise ValueError(f"@lacks({capability!r}) needs a reason")

    def mark(function: Function) -> Function:
        setattr(function, _LACKS, {**lacking(function), capability: reason})
        return function

    return mark


def lacking(function: Callable[..., object]) -> dict[str, str]:
    """Return capability id → reason for everything that ``@lacks`` took back on this hook implementation."""
    found = getattr(function, _LACKS, {})
    return dict(found) if isinstance(found, dict) else {}
