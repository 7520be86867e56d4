"""Whether a plugin object keeps to the SPI, looked up without running any of its code."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from pluggy import HookImpl

from tomada.i18n import _
from tomada.spi.catalogue import CATALOGUE
from tomada.spi.markers import PROJECT, hook_facts, lacking

CAPABILITIES = frozenset(capability.id for capability in CATALOGUE)


class UnfitPluginError(Exception):
    """A plugin breaks the SPI before it is ever used; the message is for its author and the user."""


_MARK = f"{PROJECT}_impl"
_OPTIONS = ("specname", "optionalhook", "tryfirst", "trylast", "wrapper", "hookwrapper")


def declared_spi(plugin: object) -> str | None:
    """Return what the plugin declares as ``spi``; None when that is no plain text (a property is not run)."""
    declared = inspect.getattr_static(plugin, "spi", None)
    return declared if isinstance(declared, str) else None


def problems_of_object(plugin: object, specs: Mapping[str, Callable[..., object]]) -> Iterator[str]:
    """Yield what is wrong before registration: a class instead of an object, a hook without its marker."""
    if inspect.isclass(plugin):
        yield _("the entry point names a class; it must name an instance of it")
    for hook in specs:
        function = inspect.getattr_static(plugin, hook, None)
        if inspect.isfunction(function) and not hook_facts(function) and not hasattr(function, _MARK):
            yield _("{hook} is not marked with @hookimpl").format(hook=hook)


def problems_of_hook(hook: str, found: HookImpl, specs: Mapping[str, Callable[..., object]]) -> Iterator[str]:
    """Yield what is wrong with one hook of a registered plugin."""
    used = [name for name in _OPTIONS if found.opts.get(name)]
    if used:
        yield _("{hook}: options of @hookimpl are not allowed: {used}").format(
            hook=hook, used=", ".join(used)
        )
    if hook not in specs:
        yield _unknown(hook, specs)
        return
    if _parameters(found.function) != _parameters(specs[hook])[1:]:
        yield _("{hook} must be declared as {hook}({expected}), positional and without defaults").format(
            hook=hook, expected=", ".join(name for name, _plain in _parameters(specs[hook])[1:])
        )
    if inspect.iscoroutinefunction(found.function) or inspect.isasyncgenfunction(found.function):
        yield _("{hook} must not be async").format(hook=hook)
    for capability in sorted(lacking(found.function).keys() - CAPABILITIES):
        yield _("{hook}: @lacks names an unknown capability: {capability}").format(
            hook=hook, capability=capability
        )


def _unknown(hook: str, specs: Mapping[str, Callable[..., object]]) -> str:
    near = get_close_matches(hook, specs, 1)
    if near:
        return _("unknown hook {hook}; did you mean {near}?").format(hook=hook, near=near[0])
    return _("unknown hook {hook}").format(hook=hook)


def _parameters(function: Callable[..., object]) -> list[tuple[str, bool]]:
    plain = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = inspect.signature(function).parameters.values()
    return [(one.name, one.kind is plain and one.default is one.empty) for one in parameters]
