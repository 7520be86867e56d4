"""The base of every payload, and the marker for personal data."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """A frozen value that refuses unknown fields.

    Validation is built on first use, so that commands that only look at the models start quickly.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a field that holds personal data (X3): encrypted at rest, never in logs, audit rows or errors."""
