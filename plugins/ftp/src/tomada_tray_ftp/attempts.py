"""Files that were begun: which items each was to tell, until it is known what became of them.

A file is noted before it is there, so that one whose command was killed is found again by the items in it, however
many files were written since.
"""

import json
from collections.abc import Collection, Iterable

from tomada.spi import State


class Attempts:
    """The files of one kind that were begun, in the store's state: number → keys without an outcome."""

    def __init__(self, state: State, kind: str) -> None:
        self._state = state
        self._key = f"begun:{kind}"

    def begin(self, number: int, keys: Iterable[str]) -> None:
        """Note a file durably."""
        self._write({**self._read(), number: list(keys)})
        self._state.flush()

    def end(self, key: str) -> None:
        """Forget an item, of which an outcome is about to be told: both are committed together."""
        begun = {number: [one for one in keys if one != key] for number, keys in self._read().items()}
        self._write({number: keys for number, keys in begun.items() if keys})

    def numbers(self, keys: Collection[str]) -> set[int]:
        """Return the numbers of the files that may tell any of these items."""
        return {number for number, told in self._read().items() if not set(told).isdisjoint(keys)}

    def _read(self) -> dict[int, list[str]]:
        return {int(number): keys for number, keys in json.loads(self._state.get(self._key) or "{}").items()}

    def _write(self, begun: dict[int, list[str]]) -> None:
        self._state.set(self._key, json.dumps(begun) if begun else None)
