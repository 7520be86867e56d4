"""Reads the fields of a record that was sent, and collects what is wrong with them."""

from datetime import date
from decimal import Decimal
from typing import Any

from tomada_sandbox.tiny.wire import read_date, read_decimal

Json = dict[str, Any]


class Fields:
    """Fields of one JSON object. ``path`` is its place in the record, as errors name it (``campo``).

    With ``strict`` a text over its documented size is an error, else it is cut.
    """

    def __init__(self, source: object, path: str, errors: list[dict[str, str]], *, strict: bool) -> None:
        self.source: Json = source if isinstance(source, dict) else {}
        self.path, self.errors, self.strict = path, errors, strict

    def text(self, key: str, size: int, required: str = "") -> str:
        """Return a text of at most ``size`` characters; ``required`` is the error when it is blank."""
        value = self.source.get(key)
        if isinstance(value, dict | list):
            self.wrong(key, f"O campo {key} é inválido")
            return ""
        text = "" if value is None else str(value)
        if required and not text.strip():
            self.wrong(key, required)
        if len(text) > size and self.strict:
            self.wrong(key, f"O campo {key} deve ter no máximo {size} caracteres")
        return text[:size]

    def texts(self, sizes: dict[str, int]) -> dict[str, str]:
        """Return the texts that were given, by their sizes."""
        return {key: self.text(key, size) for key, size in sizes.items() if self.source.get(key) is not None}

    def decimal(self, key: str, *, required: bool = False) -> Decimal:
        """Return a number with a dot, zero when it is blank."""
        value = self.source.get(key)
        if value is None or value == "":
            if required:
                self.wrong(key, f"O campo {key} deve ser informado")
            return Decimal(0)
        number = read_decimal(value)
        if number is None:
            self.wrong(key, f"O campo {key} deve ser um número decimal utilizando . como separador.")
        elif number < 0:
            self.wrong(key, f"O campo {key} não pode ser negativo")
        return number or Decimal(0)

    def date(self, key: str) -> date | None:
        """Return a date, None when it is blank."""
        text = self.text(key, 10)
        found = read_date(text) if text else None
        if text and found is None:
            self.wrong(key, f"O campo {key} deve ser uma data no formato dd/mm/aaaa")
        return found

    def inner(self, key: str) -> "Fields | None":
        """Return the object under ``key``, None when it was not given or is empty."""
        value = self.source.get(key)
        return self._at(value, key) if isinstance(value, dict) and value else None

    def wrapped(self, key: str, wrapper: str) -> list["Fields"]:
        """Return the objects of a list whose elements are wrapped (``itens:[{"item":{…}}]``)."""
        value = self.source.get(key) or []
        if not isinstance(value, list):
            self.wrong(key, f"O campo {key} é inválido")
            return []
        found = []
        for index, element in enumerate(value):
            content = element.get(wrapper) if isinstance(element, dict) else None
            if not isinstance(content, dict):
                self.wrong(f"{key}.[{index}].{wrapper}", f"O campo {wrapper} deve ser informado")
                content = {}
            found.append(self._at(content, f"{key}.[{index}]"))
        return found

    def wrong(self, key: str, text: str) -> None:
        """Note an error at a field."""
        self.errors.append({"erro": text, "campo": f"{self.path}{key}"})

    def _at(self, content: object, key: str) -> "Fields":
        return Fields(content, f"{self.path}{key}.", self.errors, strict=self.strict)
