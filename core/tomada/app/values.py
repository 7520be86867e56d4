"""Settings as they are shown: a secret is never among them, only whether it is set (X1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from tomada.host.settings import SettingField, describe, flat
from tomada.i18n import translator

MASK = "********"


@dataclass(frozen=True, slots=True)
class Value:
    """One setting and its present value as text; ``chosen`` tells whether it differs from the default."""

    name: str
    value: str
    default: str | None
    chosen: bool
    secret: bool
    required: bool
    type: str
    choices: tuple[str, ...]
    description: str


def shown(
    model: type[BaseModel], values: Mapping[str, object], secrets: Mapping[str, str], package: str
) -> list[Value]:
    """Return all settings of a model with their values; ``package`` is whose sentences they are."""
    present = flat(values)
    return [value_of(field, present, secrets, package) for field in describe(model)]


def value_of(
    field: SettingField, present: Mapping[str, object], secrets: Mapping[str, str], package: str
) -> Value:
    """Return one setting with its value out of the flat ``present``."""
    masked = MASK if secrets.get(field.name) else ""
    text = masked if field.secret else _text(present.get(field.name, field.default))
    return Value(
        name=field.name,
        value=text,
        default=field.default,
        chosen=text not in ("", field.default or ""),
        secret=field.secret,
        required=field.required,
        type=field.type,
        choices=field.choices,
        description=translator(package)(field.description),
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
