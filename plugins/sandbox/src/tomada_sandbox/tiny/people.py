"""A contact, and how it is found again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tomada_sandbox.tiny.wire import digits


@dataclass
class Contact:
    """A contact; ``fields`` are those of the API's ``contato``, except ``id``, ``situacao`` and dates."""

    id: int
    fields: dict[str, str]
    created: datetime
    updated: datetime
    situation: str = "Ativo"

    def get(self, key: str) -> str:
        """Return a field, empty when it was never given."""
        return self.fields.get(key, "")

    def index_keys(self) -> list[tuple[str, str]]:
        """Return by what it is found: code, document and name, as far as it has them."""
        found = [(by, NORMAL[by](self.get(name))) for by, name in _FIELDS]
        return [key for key in found if key[1]]


NORMAL: dict[str, Callable[[str], str]] = {"code": str.strip, "document": digits, "name": str.casefold}
"""How a value is compared, by what a contact is found."""

_FIELDS = (("code", "codigo"), ("document", "cpf_cnpj"), ("name", "nome"))
