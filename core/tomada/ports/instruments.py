"""Where an observer may stand: at each request and each commit. Tests use it to find and to kill at boundaries."""

from collections.abc import Callable

Boundary = Callable[[str], None]
"""Called with ``request.before``, ``request.after``, ``commit.before`` or ``commit.after`` and what it is about."""


def no_boundary(name: str) -> None:
    """Observe nothing."""
