"""Settings as users see them: a pydantic model described field by field, and texts parsed into it.

A model inside a model is written with a dot (``orders.enter``). Fields of type ``SecretStr`` are secrets:
they live in the vault under their own name and never among the other values. No error quotes a value.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from tomada.errors import ConfigurationError
from tomada.i18n import N_, _

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting: ``type`` is a word for users, ``default`` its text (None if there is none)."""

    name: str
    type: str
    default: str | None
    description: str
    secret: bool
    required: bool
    choices: tuple[str, ...] = ()


def describe(model: type[BaseModel]) -> list[SettingField]:
    """Return all settings of a model, those of inner models with a dotted name, in their order.

    A mapping of models holds none of them.
    """
    return list(_describe(model, ""))


def assignments(model: type[BaseModel], texts: Iterable[str]) -> dict[str, str]:
    """Split ``key=value`` texts; raises ``ConfigurationError`` for a missing ``=`` or an unknown key."""
    found: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise ConfigurationError(
                "settings.form", _("A setting is written key=value; {key} has no “=”.").format(key=key)
            )
        found[known(model, key.strip())] = value
    return found


def known(model: type[BaseModel], name: str) -> str:
    """Return the name of a setting. Raises ``ConfigurationError`` when the model has none of that name."""
    names = [field.name for field in describe(model)]
    if name in names:
        return name
    near = get_close_matches(name, names, 1)
    hint = _("Did you mean {near}?").format(near=near[0]) if near else ""
    hint = hint or _("There are: {names}").format(names=", ".join(names))
    raise ConfigurationError("settings.unknown", _("There is no setting {name}.").format(name=name), hint)


def build(model: type[Model], values: Mapping[str, object], way_out: str = "") -> Model:
    """Validate stored or typed values (dotted names or inner mappings) into the model.

    Raises ``ConfigurationError`` with one sentence for each wrong field; ``way_out`` is the hint, in which
    ``{field}`` stands for the first of them.
    """
    try:
        return model.model_validate(_nested(values))
    except ValidationError as error:
        details = error.errors(include_url=False)
        first = ".".join(map(str, details[0]["loc"]))
        sentences = " ".join(_sentence(detail) for detail in details)
        # The cause would quote what the user typed, which may be a secret in the wrong field.
        raise ConfigurationError("settings.invalid", sentences, way_out.replace("{field}", first)) from None


def flat(values: Mapping[str, object]) -> dict[str, object]:
    """Return values with dotted names instead of inner mappings; of one given twice the last counts."""
    result: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            result |= {f"{name}.{inner}": found for inner, found in flat(value).items()}
        else:
            result[name] = value
    return result


def split_secrets(model: type[BaseModel], values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Part values into (settings, secrets for the vault)."""
    names = secret_names(model)
    open_values = {name: value for name, value in values.items() if name not in names}
    return open_values, {name: value for name, value in values.items() if name in names}


def secret_names(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the settings that are secrets."""
    return frozenset(field.name for field in describe(model) if field.secret)


def _describe(model: type[BaseModel], prefix: str) -> Iterator[SettingField]:
    for name, info in model.model_fields.items():
        inner = _first(info.annotation, BaseModel)
        if inner and get_origin(info.annotation) is dict:
            continue  # settings of many things of a kind have a command of their own
        if inner:
            yield from _describe(inner, f"{prefix}{name}.")
        else:
            yield _field(prefix + name, info)


def _field(name: str, info: FieldInfo) -> SettingField:
    choices = _choices(info.annotation)
    secret = _first(info.annotation, SecretStr) is not None
    return SettingField(
        name=name,
        type=_("secret") if secret else _("choice") if choices else _type(info.annotation),
        default=None if info.is_required() or secret else _text(info.get_default(call_default_factory=True)),
        description=info.description or "",
        secret=secret,
        required=info.is_required(),
        choices=choices,
    )


def _type(annotation: Any) -> str:  # noqa: ANN401 - a field's annotation may be anything
    words = {bool: N_("yes or no"), int: N_("whole number"), float: N_("number"), Decimal: N_("number")}
    kinds = [part for part in (annotation, *get_args(annotation)) if part in words]
    return _(words[kinds[0]]) if kinds else _("text")


def _choices(annotation: Any) -> tuple[str, ...]:  # noqa: ANN401 - a field's annotation may be anything
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Literal:
            return tuple(map(str, get_args(part)))
    enum = _first(annotation, Enum)
    return tuple(str(member.value) for member in enum) if enum else ()


Kind = TypeVar("Kind")


def _first(annotation: Any, kind: type[Kind]) -> type[Kind] | None:  # noqa: ANN401 - as above
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, kind):
            return part
    return None


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value.value if isinstance(value, Enum) else value)


def _nested(values: Mapping[str, object]) -> dict[str, object]:
    result: dict[str, Any] = {}
    for name, value in flat(values).items():
        *heads, last = name.split(".")
        place = result
        for head in heads:
            place = place.setdefault(head, {})
        place[last] = value
    return result


def _sentence(detail: ErrorDetails) -> str:
    field = ".".join(map(str, detail["loc"])) or _("settings")
    context = {name: str(value) for name, value in detail.get("ctx", {}).items()}
    sentences = {
        "missing": N_("{field} is not set."),
        "extra_forbidden": N_("{field} is not a setting."),
        "bool_parsing": N_("{field} must be yes or no."),
        "int_parsing": N_("{field} must be a whole number."),
        "float_parsing": N_("{field} must be a number."),
        "decimal_parsing": N_("{field} must be a number."),
        "enum": N_("{field} must be one of: {expected}."),
        "literal_error": N_("{field} must be one of: {expected}."),
        "greater_than": N_("{field} must be greater than {gt}."),
        "greater_than_equal": N_("{field} must be at least {ge}."),
        "less_than": N_("{field} must be less than {lt}."),
        "less_than_equal": N_("{field} must be at most {le}."),
    }
    if detail["type"] in sentences:
        return _(sentences[detail["type"]]).format(field=field, **context)
    reason = detail["msg"].removeprefix("Value error, ")
    return _("{field} is not accepted: {reason}.").format(field=field, reason=reason.rstrip("."))
