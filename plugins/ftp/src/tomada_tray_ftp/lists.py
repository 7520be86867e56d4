"""The store's own lists: statuses and shipping methods, the newest file of each kind (contract 9.6)."""

from collections.abc import Iterator

from tomada.domain.status import StoreStatusType
from tomada.spi import CodeEntry
from tomada_tray_ftp.damage import Damage, FileDamage
from tomada_tray_ftp.layouts import SHIPPING_LIST, STATUS_LIST, Layout
from tomada_tray_ftp.names import parsed
from tomada_tray_ftp.session import FileSession, TooLargeError
from tomada_tray_ftp.settings import Settings
from tomada_tray_ftp.tables import read_rows
from tomada_tray_ftp.transport import MissingError, RefusedError
from tomada_tray_ftp.values import Values

MOST_BYTES = 16 << 20


def statuses(session: FileSession, settings: Settings) -> Iterator[CodeEntry]:
    """Yield the store's order statuses: id, name, and type where it is told. Nothing where there is no list."""
    for values in _newest(session, settings, STATUS_LIST):
        type_ = _type(values.text("tipo"))
        yield CodeEntry(values.text("id_status"), values.text("descricao"), _active(values), type_ or "")


def shippings(session: FileSession, settings: Settings) -> Iterator[CodeEntry]:
    """Yield the shipping methods by the text that orders carry."""
    seen: set[str] = set()
    for values in _newest(session, settings, SHIPPING_LIST):
        name = " ".join(values.text("descricao").split())
        if name and name not in seen:
            seen.add(name)
            yield CodeEntry(name, name, _active(values))


def status_types(session: FileSession, settings: Settings) -> dict[str, StoreStatusType]:
    """Return the types of the statuses that the store's list tells."""
    return {entry.code: StoreStatusType(entry.type) for entry in statuses(session, settings) if entry.type}


def _newest(session: FileSession, settings: Settings, layout: Layout) -> Iterator[Values]:
    """Yield the rows of the newest list that can be read; a damaged list is none, as lists only help."""
    try:
        listed = session.listing(settings.lists_dir)
        named = [
            entry.name for entry in listed if (found := parsed(entry.name)) and found.kind == layout.kind
        ]
        if not named:
            return
        copy = session.download(f"{settings.lists_dir}/{named[-1]}", MOST_BYTES)
    except (MissingError, RefusedError, TooLargeError):
        return
    dialect = settings.dialect()
    try:
        for row in read_rows(copy.path, dialect, layout):
            values = Values(row, dialect, settings.zone)
            if values.text(layout.key):
                yield values
    except FileDamage:
        return
    finally:
        session.drop(copy)


def _type(told: str) -> StoreStatusType | None:
    return next((kind for kind in StoreStatusType if kind.value == told.lower()), None)


def _active(values: Values) -> bool:
    try:
        return not values.text("ativo") or values.flag("ativo")
    except Damage:
        return True
