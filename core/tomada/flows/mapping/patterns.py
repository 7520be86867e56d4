"""Patterns for shipping texts that vary: ``Motoboy*`` stands for every text that begins so (D1)."""

import glob
from fnmatch import fnmatchcase

from tomada.flows.mapping.defaults import normalise

KINDS_WITH_PATTERNS = ("shipping",)


def is_pattern(kind: str, code: str) -> bool:
    """Tell whether a mapped code stands for many; a star alone is none: it stands for all others."""
    return kind in KINDS_WITH_PATTERNS and "*" in code and code.strip("* ") != ""


def matches(pattern: str, *texts: str) -> bool:
    """Tell whether one of the texts is as the pattern says, whatever its case, accents and spaces.

    A star is any text, also none; every other character is itself.
    """
    parts = (glob.escape(part.strip()) for part in normalise(pattern).split("*"))
    wanted = "*".join(parts)
    return any(fnmatchcase(normalise(text), wanted) for text in texts)


def nearest_first(pattern: str) -> tuple[int, str]:
    """Sort key: the pattern that spells out most comes first."""
    return -len(pattern.replace("*", "")), pattern
