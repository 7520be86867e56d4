"""What a code that nobody has mapped may be, the likeliest first, and why each (D1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from tomada.domain.status import ErpStatus, StoreStatusType
from tomada.flows.mapping.defaults import normalise

LIKELY = 78
"""Likeness of two names in per cent from which one is suggested for the other."""
MOST = 3
"""So many suggestions are shown of a code."""

_STATUS_OF_TYPE = {
    StoreStatusType.OPEN: ErpStatus.OPEN,
    StoreStatusType.CLOSED: ErpStatus.DELIVERED,
    StoreStatusType.CANCELLED: ErpStatus.CANCELLED,
}


class Why(StrEnum):
    """Why a value is suggested, the surest first.

    The type comes last: where it leaves no doubt, as with a cancelled status, its value is a default already.
    """

    EXACT = "exact"
    NORMALISED = "normalised"
    FUZZY = "fuzzy"
    TYPE = "type"


class Origin(StrEnum):
    """Where a name is from with which a code is compared, the nearest first."""

    CHOSEN = "chosen"
    ERP = "erp"
    STORE = "store"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A value, and a name that it goes by."""

    name: str
    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that a code may be: ``like`` is the name that it was found by, empty where its type says so.

    ``likeness`` is that of the two names in per cent, 100 for all but ``fuzzy``.
    """

    value: str
    why: Why
    like: str
    origin: Origin
    likeness: int = 100

    @property
    def sure(self) -> bool:
        """Whether the names are the same."""
        return self.why in (Why.EXACT, Why.NORMALISED)


def suggest(kind: str, names: Sequence[str], type_: str, named: Iterable[NamedValue]) -> list[Suggestion]:
    """Return what a code that goes by these names may be, each value once, the likeliest first."""
    found = [one for known in named for name in names if (one := _alike(name, known))]
    if by_type := _by_type(kind, names, type_):
        found.append(Suggestion(by_type, Why.TYPE, "", Origin.STORE))
    best: dict[str, Suggestion] = {}
    for one in sorted(found, key=_rank):
        best.setdefault(one.value, one)
    return list(best.values())[:MOST]


def certain(suggestions: Iterable[Suggestion]) -> Suggestion | None:
    """Return the suggestion that leaves no doubt: the only value whose name is the code's own."""
    sure = [one for one in suggestions if one.sure]
    return sure[0] if len(sure) == 1 else None


def _by_type(kind: str, names: Sequence[str], type_: str) -> str:
    """What codes of this type usually are: a sales channel may keep the name that the store gives it."""
    if kind == "channel":
        return names[0].strip()
    if kind == "status" and type_ in set(StoreStatusType):
        return _STATUS_OF_TYPE[StoreStatusType(type_)].value
    return ""


def _alike(name: str, known: NamedValue) -> Suggestion | None:
    if name == known.name:
        return Suggestion(known.value, Why.EXACT, known.name, known.origin)
    plain, other = _plain(name), _plain(known.name)
    if not plain or not other:
        return None
    if plain == other:
        return Suggestion(known.value, Why.NORMALISED, known.name, known.origin)
    likeness = int(max(fuzz.token_sort_ratio(plain, other), _held_in(plain, other)))
    if likeness < LIKELY:
        return None
    return Suggestion(known.value, Why.FUZZY, known.name, known.origin, likeness)


def _held_in(name: str, known: str) -> float:
    """The likeness of a name that has all words of a known one, and more: fewer of them are surer."""
    words = name.split()
    if not set(known.split()) <= set(words):
        return 0
    return LIKELY + (99 - LIKELY) * len(known.split()) / len(words)


def _plain(name: str) -> str:
    return " ".join(normalise(name).replace("_", " ").replace("-", " ").replace("/", " ").split())


def _rank(one: Suggestion) -> tuple[int, int, int, str]:
    return list(Why).index(one.why), -one.likeness, list(Origin).index(one.origin), one.value
