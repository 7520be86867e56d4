"""A category of a store."""

from typing import Annotated

from pydantic import Field

from tomada.domain.payload import Payload

SHOWN = " > "
"""What stands between the levels of a path as people read it."""


class Category(Payload):
    """A category that the store is to have: the names of its levels from the root on."""

    path: Annotated[tuple[str, ...], Field(min_length=1)]


def shown_path(path: tuple[str, ...]) -> str:
    """Return a path as people read and type it: ``A > B > C``."""
    return SHOWN.join(path)


def path_of(shown: str) -> tuple[str, ...]:
    """Return the levels of a path as people type it, with one or two ``>``."""
    return tuple(level for part in shown.split(">") if (level := " ".join(part.split())))
