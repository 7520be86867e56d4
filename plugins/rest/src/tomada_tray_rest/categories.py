"""The store's categories by their path of names, read once when they are first needed (tray-rest.md 8.2)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tomada.domain.category import Category, shown_path
from tomada.errors import RejectedByRemote, RemoteContractChanged
from tomada.spi import CodeEntry, Linked, Push, PushEvent, RemoteIds
from tomada_tray_rest.answers import listed, total_of
from tomada_tray_rest.sentences import _
from tomada_tray_rest.wire import Record, first_text, identifier, text
from tomada_tray_rest.writing import accepted, unchanged, write_each

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession

PAGE = 50

Path = tuple[str, ...]


class Categories:
    """Finds the id of a path, and the path of an id."""

    def __init__(self, session: "TraySession") -> None:
        self._session = session
        self._paths: dict[str, Path] | None = None
        self._by_path: dict[Path, str] = {}

    @property
    def paths(self) -> dict[str, Path]:
        """Every category's id with its path from the root."""
        if self._paths is None:
            records = self._read()
            self._paths = {category_id: _path(records, category_id) for category_id in records}
            self._by_path = {_plain(path): category_id for category_id, path in self._paths.items()}
        return self._paths

    def find(self, path: Path) -> str | None:
        """Return the id of the category with this path from the root, whatever the case of its names."""
        return self._by_path.get(_plain(path)) if self.paths else None

    def make(self, path: Path) -> str:
        """Make one category below its parent, which is there, and return its id."""
        parent = self.find(path[:-1])
        body = {"name": path[-1], **({"parent_id": parent} if parent else {})}
        made = self._session.write("POST", "/categories", {"Category": body})
        if made is None:
            raise RejectedByRemote("tray.no_categories", _("The store takes no categories."))
        category_id = first_text(made, "id", "category_id")
        if not category_id:
            raise RemoteContractChanged(
                "tray.no_id", _("The store created something without telling its id.")
            )
        self.paths[category_id] = path
        self._by_path[_plain(path)] = category_id
        return category_id

    def _read(self) -> dict[str, Record]:
        records: dict[str, Record] = {}
        number = 1
        while True:
            answer = self._session.get("/categories", {"sort": "id_asc", "limit": PAGE, "page": number})
            found = [] if answer is None else listed(answer.body, "Categories", "Category")
            records |= {identifier(record, "id"): record for record in found}
            total = None if answer is None else total_of(answer.body)
            if not found or (len(found) < PAGE if total is None else number * PAGE >= total):
                return records
            number += 1


def category_codes(session: "TraySession") -> Iterator[CodeEntry]:
    """Yield the store's categories; see ``CatalogueHooks.category_list_fetch``."""
    for category_id, path in Categories(session).paths.items():
        yield CodeEntry(category_id, shown_path(path))


def push_categories(session: "TraySession", batch: Sequence[Push[Category]]) -> Iterator[PushEvent]:
    """Make what is missing of each path; see ``CatalogueHooks.categories_push``."""
    categories = Categories(session)

    def write(push: Push[Category]) -> Iterator[PushEvent]:
        path, made = push.value.path, False
        for depth in range(1, len(path) + 1):
            category_id = categories.find(path[:depth])
            if category_id is None:
                category_id, made = categories.make(path[:depth]), True
        yield Linked(push.key, push.key, RemoteIds(category_id or ""))
        yield accepted(push.key) if made else unchanged(push.key)

    return write_each(batch, write)


def _plain(path: Path) -> Path:
    return tuple(name.strip().casefold() for name in path)


def _path(records: dict[str, Record], category_id: str) -> Path:
    names: list[str] = []
    seen: set[str] = set()
    while category_id in records and category_id not in seen:
        seen.add(category_id)
        names.append(text(records[category_id], "name"))
        category_id = identifier(records[category_id], "parent_id")
    return tuple(reversed(names))
