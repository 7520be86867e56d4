"""The hook by which a remote that answers later is asked what became of things."""

from collections.abc import Iterator, Sequence
from typing import Any

from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.writing import PushEvent, Submitted


class AnswerHooks:
    """Of a push hook that yields ``submitted``: without this one, such items would stay open for ever."""

    @hookspec()
    def outcomes_fetch(self, ctx: Context, submitted: Sequence[Submitted[Any]]) -> Iterator[PushEvent]:
        """Yield the outcome of each submitted item whose answer has come; nothing for one that still waits.

        Reads only. All items are of one push hook; ``Linked`` may come before an outcome, as there.
        """
        raise NotImplementedError
