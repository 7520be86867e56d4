"""Bringing a database to the version of this Tomada."""

from dataclasses import dataclass

from tomada.bootstrap import Installation
from tomada.storage.crypto import load_key
from tomada.storage.database import create_database, version_of
from tomada.storage.engines import make_engine
from tomada.storage.version import HEAD


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
    before = version_of(make_engine(places.database_url))
    create_database(places.database_url, load_key(places.key_file, places.key_name))
    return Upgraded(before or "0", HEAD)
