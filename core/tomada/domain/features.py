"""Fields of a payload that are capabilities of their own.

``freight: Annotated[Decimal, Feature("orders.freight_value")]`` says that every hook which yields the model
claims the capability, unless the plugin takes it back with ``@lacks``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Feature:
    """Marks a field as the plugin's part of a capability (its id in the catalogue)."""

    capability: str


def features_of(model: type[BaseModel]) -> frozenset[str]:
    """Return the ids of all capabilities that are marked on the model and on the models inside it."""
    return frozenset(_walk(model, set()))


def _walk(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for field in model.model_fields.values():
        yield from (mark.capability for mark in field.metadata if isinstance(mark, Feature))
        for inner in _models_in(field.annotation):
            yield from _walk(inner, seen)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
