"""The store's categories by their path of names, read once when the first product needs them (tray-rest.md 8.2)."""

from typing import TYPE_CHECKING

from tomada_tray_rest.answers import listed, total_of
from tomada_tray_rest.wire import Record, identifier, text

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession

PAGE = 50


class Categories:
    """Finds the id of a path; a path that the store does not have is None and is not created here."""

    def __init__(self, session: "TraySession") -> None:
        self._session = session
        self._by_path: dict[tuple[str, ...], str] | None = None

    def find(self, path: tuple[str, ...]) -> str | None:
        """Return the id of the category with this path from the root, whatever the case of its names."""
        if self._by_path is None:
            self._by_path = self._read()
        return self._by_path.get(tuple(name.strip().casefold() for name in path))

    def _read(self) -> dict[tuple[str, ...], str]:
        records: dict[str, Record] = {}
        number = 1
        while True:
            answer = self._session.get("/categories", {"sort": "id_asc", "limit": PAGE, "page": number})
            found = [] if answer is None else listed(answer.body, "Categories", "Category")
            records |= {identifier(record, "id"): record for record in found}
            total = None if answer is None else total_of(answer.body)
            if not found or (len(found) < PAGE if total is None else number * PAGE >= total):
                break
            number += 1
        return {_path(records, category_id): category_id for category_id in records}


def _path(records: dict[str, Record], category_id: str) -> tuple[str, ...]:
    names: list[str] = []
    seen: set[str] = set()
    while category_id in records and category_id not in seen:
        seen.add(category_id)
        names.append(text(records[category_id], "name").casefold())
        category_id = identifier(records[category_id], "parent_id")
    return tuple(reversed(names))
