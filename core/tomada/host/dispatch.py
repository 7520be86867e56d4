"""Calls into one plugin. The only module that calls pluggy's hooks.

Every plugin has a plugin manager of its own, so that a call cannot reach another plugin. Errors of
``tomada.errors`` pass; everything else that foreign code raises leaves here as ``PluginBug``.
"""

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, redirect_stdout

from pluggy import HookImpl, PluginManager
from pydantic import ValidationError

from tomada.errors import PluginBug, TomadaError
from tomada.host.checks import UnfitPluginError, problems_of_hook, problems_of_object
from tomada.spi import (
    AnswerHooks,
    CatalogueHooks,
    ConnectionHooks,
    InvoiceHooks,
    ListHooks,
    OrderHooks,
    PriceHooks,
    ProductHooks,
    SampleHooks,
    StatusHooks,
    StockHooks,
    TrackingHooks,
)
from tomada.spi.markers import PROJECT, hook_facts, lacking
from tomada.transport.redaction import kind_and_place

SPEC_CLASSES = (
    ConnectionHooks,
    ListHooks,
    OrderHooks,
    ProductHooks,
    CatalogueHooks,
    StockHooks,
    PriceHooks,
    StatusHooks,
    TrackingHooks,
    InvoiceHooks,
    AnswerHooks,
    SampleHooks,
)
SPECS: dict[str, Callable[..., object]] = {
    name: function
    for subject in SPEC_CLASSES
    for name, function in vars(subject).items()
    if callable(function) and hook_facts(function)
}


class Dispatcher:
    """The hooks of one plugin object, checked against the hookspecs."""

    def __init__(self, plugin: object, name: str, version: str) -> None:
        """Register the plugin. Raises ``UnfitPluginError`` with every way in which it breaks the SPI."""
        self.name = name
        self.version = version
        self._manager = PluginManager(PROJECT)
        self._manager.register(plugin, name)
        # Specs come after the plugin: our checks name every problem, pluggy would stop at its first.
        self._found = self._implementations()
        problems = list(problems_of_object(plugin, SPECS))
        for hook, implementation in self._found.items():
            problems += problems_of_hook(hook, implementation, SPECS)
        if problems:
            raise UnfitPluginError("; ".join(problems))
        for subject in SPEC_CLASSES:
            self._manager.add_hookspecs(subject)
        self._manager.check_pending()

    def _implementations(self) -> dict[str, HookImpl]:
        hooks = vars(self._manager.hook).items()
        return {name: caller.get_hookimpls()[0] for name, caller in hooks if not name.startswith("_")}

    @property
    def hooks(self) -> frozenset[str]:
        """The hooks that the plugin implements."""
        return frozenset(self._found)

    def lacks(self) -> dict[str, str]:
        """Return capability → reason for everything that the plugin takes back with ``@lacks``."""
        taken: dict[str, str] = {}
        for found in self._found.values():
            taken |= lacking(found.function)
        return taken

    def call(self, hook: str, *arguments: object) -> object:
        """Call one hook and return what it returned."""
        names = list(self._found[hook].argnames)
        with self.guarded(hook):
            results = getattr(self._manager.hook, hook)(**dict(zip(names, arguments, strict=True)))
        if not results:
            raise self.bug(hook, "returned nothing")
        return results[0]

    def iterate(self, hook: str, *arguments: object) -> Generator[object, None, None]:
        """Call one hook and yield what it yields; its generator is closed however this one ends."""
        items = self.call(hook, *arguments)
        with self.guarded(hook):
            if not hasattr(type(items), "__iter__"):
                raise self.bug(hook, f"returned {type(items).__name__}, not an iterator")
            iterator = iter(items)  # type: ignore[call-overload]  # checked in the line above
        try:
            while True:
                with self.guarded(hook):
                    try:
                        item = next(iterator)
                    except StopIteration:
                        return
                yield item
        finally:
            with self.guarded(hook):
                getattr(iterator, "close", _nothing)()

    @contextmanager
    def guarded(self, hook: str) -> Iterator[None]:
        """Let errors of ``tomada.errors`` pass and turn every other one into ``PluginBug``.

        What the plugin prints goes to stderr: stdout is for results alone, JSON among them.
        """
        try:
            with redirect_stdout(sys.stderr):
                yield
        except (TomadaError, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise self.bug(hook, _without_values(error)) from error

    def bug(self, hook: str, problem: str) -> PluginBug:
        """Return the error that says what the plugin did wrong; ``problem`` holds no value of a payload."""
        return PluginBug(self.name, self.version, hook, problem)


def _nothing() -> None:
    """Close an iterator that needs no closing."""


def _without_values(error: BaseException) -> str:
    """Say what was raised and where. The message is left out: it may quote a secret or personal data (X1)."""
    kind, place = kind_and_place(error)
    if isinstance(error, ValidationError):
        details = error.errors(include_url=False, include_context=False, include_input=False)
        fields = ", ".join(f"{'.'.join(map(str, detail['loc']))} ({detail['type']})" for detail in details)
        kind = f"{kind} of {error.title}: {fields}"
    return f"{kind} at {place}"
