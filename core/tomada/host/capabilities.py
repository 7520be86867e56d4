"""Which capabilities a platform has: derived from its hooks, never listed by hand (DESIGN section 3)."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tomada.domain.features import features_of
from tomada.errors import UnusableError
from tomada.host.dispatch import SPECS, Dispatcher
from tomada.host.registry import Plugin
from tomada.i18n import _, translator
from tomada.spi.catalogue import CATALOGUE, Behaviour, Capability, Field, Hook, Requirement
from tomada.spi.markers import hook_facts


class Claim(StrEnum):
    """Whether a platform has a capability."""

    CLAIMED = "claimed"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class CapabilityState:
    """One field of the matrix; ``reason`` is None for a claim and for what the plugin does not offer."""

    state: Claim
    reason: str | None = None


def derive(
    plugin: Plugin, built: frozenset[str], store_lacks: Mapping[str, str] | None = None
) -> dict[str, CapabilityState]:
    """Return the state of every capability of the catalogue, in its order.

    ``built`` are the parts of the core that exist (``Capability.core``); ``store_lacks`` is what the
    connection check of one store took back, capability → reason.
    """
    offered = _offers(plugin.hooks)
    own = plugin.hooks.lacks()
    states: dict[str, CapabilityState] = {}
    for capability in CATALOGUE:
        if capability.id in own:
            state = CapabilityState(Claim.ABSENT, translator(plugin.package)(own[capability.id]))
        elif not offered.issuperset(capability.requires):
            state = CapabilityState(Claim.ABSENT)
        else:
            state = _with_core(capability, built, store_lacks or {})
        states[capability.id] = state
    return states


def taken_back(hook: str, store_lacks: Mapping[str, str]) -> str | None:
    """Return why a store cannot use a hook: all the capabilities that require it were taken back; None if it can."""
    requiring = [capability.id for capability in CATALOGUE if Hook(hook) in capability.requires]
    if not requiring or not store_lacks.keys() >= set(requiring):
        return None
    return store_lacks[requiring[0]]


def lacking(store: str, reason: str) -> UnusableError:
    """Return the error of asking a store for what its last check took back."""
    command = f"tomada store test {shlex.quote(store)}"
    return UnusableError("store.lacks", reason, _("Check it again with: {command}").format(command=command))


def _with_core(
    capability: Capability, built: frozenset[str], store_lacks: Mapping[str, str]
) -> CapabilityState:
    if not built.issuperset(capability.core):
        return CapabilityState(Claim.ABSENT, _("The platform offers it; Tomada does not use it yet."))
    if capability.id in store_lacks:
        return CapabilityState(Claim.ABSENT, store_lacks[capability.id])
    return CapabilityState(Claim.CLAIMED)


def _offers(hooks: Dispatcher) -> frozenset[Requirement]:
    offered: set[Requirement] = set()
    for name in hooks.hooks:
        offered.add(Hook(name))
        facts = hook_facts(SPECS[name])
        if facts:
            offered.update(Behaviour(capability) for capability in facts.behaviours)
            offered.update(Field(capability) for model in facts.yields for capability in features_of(model))
    return frozenset(offered)
