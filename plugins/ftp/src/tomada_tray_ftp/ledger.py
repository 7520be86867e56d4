"""What of a folder is known: files by name and content, and those that may still grow (contract 9.8)."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tomada.spi import Context
from tomada_tray_ftp.session import Copy
from tomada_tray_ftp.transport import Entry

KEPT = 500
"""Names that are remembered after their files were moved away, the latest of them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it was read: hash and size of its content, the server's time. ``empty``: it had no entities."""

    sha256: str
    size: int
    modified: str
    empty: bool = False

    def is_same_as(self, entry: Entry) -> bool:
        """Tell whether a file in a listing is this one, as far as a listing shows."""
        return (self.size, self.modified) == (entry.size, entry.modified)


class Ledger:
    """The files of one folder that were read; kept in the store's state, so committed with what was read."""

    def __init__(self, ctx: Context, folder: str) -> None:
        self._ctx = ctx
        self._folder = folder
        self._files = {
            name: Taken(*values)
            for name, values in _loaded(ctx, f"files:{folder}").items()
            if len(values) == 4
        }
        self._growing = _loaded(ctx, f"growing:{folder}")

    def get(self, name: str) -> Taken | None:
        """Return what was read under a name."""
        return self._files.get(name)

    def has_content(self, sha256: str) -> bool:
        """Tell whether this very content was read, under whatever name."""
        return any(taken.sha256 == sha256 for taken in self._files.values())

    def put(self, entry: Entry, sha256: str, present: Collection[str], *, empty: bool = False) -> None:
        """Note that a file was read; ``present`` are the names in the folder, which are never forgotten."""
        self._files.pop(entry.name, None)
        self._files[entry.name] = Taken(sha256, entry.size, entry.modified, empty)
        self._growing.pop(entry.name, None)
        for name in [name for name in self._files if name not in present][: -KEPT or None]:
            if len(self._files) > KEPT:
                del self._files[name]
        rows = {name: [one.sha256, one.size, one.modified, one.empty] for name, one in self._files.items()}
        self._ctx.state.set(f"files:{self._folder}", json.dumps(rows))
        self._save_growing()

    def has_settled(self, entry: Entry, seconds: float) -> bool:
        """Tell whether a file has not changed for so long; the first look never says so, unless 0 are asked for."""
        now = self._ctx.clock.now()
        size, modified, since = self._growing.get(entry.name, (-1, "", ""))
        if (size, modified) != (entry.size, entry.modified):
            self._growing[entry.name] = [entry.size, entry.modified, now.isoformat()]
            self._save_growing()
            return seconds == 0
        return now - datetime.fromisoformat(since) >= timedelta(seconds=seconds)

    def forget_growing(self, present: Collection[str]) -> None:
        """Forget files that have gone before they settled."""
        gone = [name for name in self._growing if name not in present]
        for name in gone:
            del self._growing[name]
        if gone:
            self._save_growing()

    def _save_growing(self) -> None:
        self._ctx.state.set(f"growing:{self._folder}", json.dumps(self._growing) if self._growing else None)


def has_prefix(copy: Copy, taken: Taken) -> bool:
    """Tell whether a copy begins with what was read before: then something was appended to it."""
    if copy.size <= taken.size:
        return False
    return _hash_of(copy.path, taken.size) == taken.sha256


def _hash_of(path: Path, size: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (piece := file.read(min(size, 1 << 20))):
            digest.update(piece)
            size -= len(piece)
    return digest.hexdigest()


def _loaded(ctx: Context, key: str) -> dict[str, list]:  # type: ignore[type-arg]  # JSON of our own
    try:
        found = json.loads(ctx.state.get(key) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
