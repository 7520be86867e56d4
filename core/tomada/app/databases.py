"""Bringing a database to the version of this Tomada."""

from dataclasses import dataclass
from pathlib import Path

from tomada.bootstrap import Installation
from tomada.errors import ConfigurationError
from tomada.i18n import _
from tomada.storage.crypto import load_key
from tomada.storage.database import create_database, make_engine
from tomada.storage.trouble import translate
from tomada.storage.version import HEAD, current_version


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The versions of a database before and after."""

    before: str
    after: str


def upgrade_database(installation: Installation) -> Upgraded:
    """Upgrade the database.

    Raises ``ConfigurationError`` when there is none, when its key is missing, and for one of a newer version.
    """
    places = installation.places
    engine = make_engine(places.database_url)
    path = engine.url.database
    if engine.dialect.name == "sqlite" and not Path(path or "").is_file():
        raise ConfigurationError(
            "database.missing", _("There is no database at {path}.").format(path=path), _("Run: tomada init")
        )
    try:
        with translate(engine.url), engine.connect() as connection:
            before = current_version(connection)
    finally:
        engine.dispose()
    create_database(places.database_url, load_key(places.key_file, places.key_name))
    return Upgraded(before or "0", HEAD)
