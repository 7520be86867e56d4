"""The base of every payload, and the marker for personal data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """A frozen value that refuses unknown fields. Neither ``repr`` nor errors show personal data (X1).

    Validation is built on first use, so that commands that only look at the models start quickly.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        fields = type(self).model_fields
        for name, value in super().__repr_args__():
            private = name in fields and any(isinstance(mark, Personal) for mark in fields[name].metadata)
            if not private:
                yield name, value


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a field that holds personal data (X3): encrypted at rest, never in logs, audit rows or errors."""
