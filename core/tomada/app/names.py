"""Names that people give, and the mark that a store has in the ERP."""

import re
import unicodedata
from collections.abc import Collection

from tomada.errors import UsageError
from tomada.i18n import _

MARK_LENGTH = 50
_NAME = re.compile(r"\w[\w .-]{0,79}")


def checked_name(name: str) -> str:
    """Return a name of an account or a store; raises ``UsageError`` for one that commands could not take."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise UsageError(
            "name.form",
            _("A name has 1 to 80 letters, digits, spaces, dots, hyphens or underscores: {name}").format(
                name=ascii(name[:80])
            ),
        )
    return name


def mark_for(name: str, taken: Collection[str]) -> str:
    """Return the mark of a new store: its name in plain lower case, with a number where that is taken (O1)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "store"
    number, mark = 1, base[:MARK_LENGTH]
    while mark in taken:
        number += 1
        mark = f"{base[: MARK_LENGTH - len(str(number)) - 1]}-{number}"
    return mark
