"""The options that may stand anywhere on the command line, not only before the command."""

from collections.abc import Sequence
from itertools import islice

_FLAGS = frozenset({"-v", "-vv", "--verbose", "--no-color"})
_VALUED = frozenset({"--lang", "--home"})


def moved_to_front(words: Sequence[str]) -> list[str]:
    """Return the words with the options of Tomada itself first; what follows ``--`` stays."""
    front: list[str] = []
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            others.append(word)
            break
        name, equals, _value = word.partition("=")
        if word in _FLAGS or name in _VALUED:
            front.append(word)
            if name in _VALUED and not equals:
                front += islice(rest, 1)
        else:
            others.append(word)
    return [*front, *others, *rest]


def language_in(words: Sequence[str]) -> str | None:
    """Return what ``--lang`` was given last; errors of the parser are already shown in that language."""
    found = None
    front = moved_to_front(words)
    for position, word in enumerate(front):
        if word == "--":
            break
        if word.startswith("--lang="):
            found = word.removeprefix("--lang=")
        elif word == "--lang":
            found = next(iter(front[position + 1 :]), None)
    return found
