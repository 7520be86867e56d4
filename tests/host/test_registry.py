"""Which plugin objects are admitted, and what is said about the others."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.host.samples import Bare, Sample, candidate, failing
from tomada.errors import UnusableError
from tomada.host.discovery import DISABLE, Candidate, PluginStatus, Status
from tomada.host.registry import Registry
from tomada.spi import OrderHooks, PlatformInfo, hookimpl, lacks


def status_of(plugin: object, name: str = "sample") -> PluginStatus:
    (status,) = Registry([candidate(plugin, name)]).statuses()
    return status


def test_a_good_plugin_is_active() -> None:
    registry = Registry([candidate(Sample())])

    assert registry.statuses() == [PluginStatus("sample", "tomada-sample", "1.2", Status.ACTIVE)]
    assert registry.get("sample").info.title == "Sample"
    assert "orders_fetch" in registry.get("sample").hooks.hooks


def test_spec_methods_that_are_only_inherited_are_not_offered() -> None:
    class OnlyInfo(OrderHooks, Bare):
        pass

    assert Registry([candidate(OnlyInfo())]).get("sample").hooks.hooks == {"platform_info"}


class WithDefault(Bare):
    @hookimpl
    def orders_fetch(self, ctx: Any, query: Any = None) -> Iterator[Any]:
        yield


class KeywordOnly(Bare):
    @hookimpl
    def orders_fetch(self, ctx: Any, *, query: Any) -> Iterator[Any]:
        yield


class OtherName(Bare):
    @hookimpl
    def orders_fetch(self, ctx: Any, question: Any) -> Iterator[Any]:
        yield


class Missing(Bare):
    @hookimpl
    def orders_fetch(self, ctx: Any) -> Iterator[Any]:
        yield


class Open(Bare):
    @hookimpl
    def orders_fetch(self, *args: Any) -> Iterator[Any]:
        yield


class Async(Bare):
    @hookimpl
    async def orders_fetch(self, ctx: Any, query: Any) -> None: ...


class SpecName(Bare):
    @hookimpl(specname="orders_fetch")
    def read_orders(self, ctx: Any, query: Any) -> Iterator[Any]:
        yield


class Optional(Bare):
    @hookimpl(optionalhook=True)
    def orders_guess(self, ctx: Any) -> None: ...


class Wrapper(Bare):
    @hookimpl(wrapper=True)
    def orders_fetch(self, ctx: Any, query: Any) -> Iterator[Any]:
        return (yield)


class Misspelled(Bare):
    @hookimpl
    def order_fetch(self, ctx: Any, query: Any) -> None: ...


class Unknown(Bare):
    @hookimpl
    def weather(self) -> None: ...


class Unmarked(Bare):
    def orders_fetch(self, ctx: Any, query: Any) -> None: ...


class LacksUnknown(Bare):
    @hookimpl
    @lacks("mapping.paymnet", "no such thing")
    def orders_fetch(self, ctx: Any, query: Any) -> Iterator[Any]:
        yield


class NoInfo:
    spi = "0.1"


class OtherId(Bare):
    @hookimpl
    def platform_info(self) -> PlatformInfo:
        return PlatformInfo(id="other", title="", id_space="", settings=Sample().platform_info().settings)


class InfoOfOtherType(Bare):
    @hookimpl
    def platform_info(self) -> Any:
        return {"id": "sample"}


class InfoWithoutModel(Bare):
    @hookimpl
    def platform_info(self) -> Any:
        return PlatformInfo(id="sample", title="", id_space="", settings={})  # type: ignore[arg-type]  # the fault


class InfoRaises(Bare):
    @hookimpl
    def platform_info(self) -> Any:
        raise RuntimeError("no network at info")


class InfoExits(Bare):
    @hookimpl
    def platform_info(self) -> Any:
        raise SystemExit(3)


class NoSpi(Bare):
    spi = None  # type: ignore[assignment]  # the fault


class SpiIsProperty:
    @property
    def spi(self) -> str:
        raise RuntimeError("must not be run")


class RaisesInDir(Bare):
    def __dir__(self) -> Any:
        raise RuntimeError("dir failed")


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        (WithDefault(), "orders_fetch(ctx, query)"),
        (KeywordOnly(), "orders_fetch(ctx, query)"),
        (OtherName(), "orders_fetch(ctx, query)"),
        (Missing(), "orders_fetch(ctx, query)"),
        (Open(), "orders_fetch(ctx, query)"),
        (Async(), "must not be async"),
        (SpecName(), "specname"),
        (Optional(), "optionalhook"),
        (Wrapper(), "wrapper"),
        (Misspelled(), "unknown hook order_fetch; did you mean orders_fetch?"),
        (Unknown(), "unknown hook weather"),
        (Unmarked(), "orders_fetch is not marked with @hookimpl"),
        (LacksUnknown(), "mapping.paymnet"),
        (NoInfo(), "platform_info is missing"),
        (OtherId(), "platform_info says other, the entry point says sample"),
        (InfoOfOtherType(), "must return a PlatformInfo"),
        (InfoWithoutModel(), "pydantic model"),
        (InfoRaises(), "RuntimeError: no network at info"),
        (InfoExits(), "SystemExit: 3"),
        (NoSpi(), "declares no spi version"),
        (SpiIsProperty(), "declares no spi version"),
        (RaisesInDir(), "dir failed"),
        (Bare, "names a class"),
        (None, "declares no spi version"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_plugin_that_breaks_the_spi_fails_with_its_reason(plugin: object, reason: str) -> None:
    status = status_of(plugin)

    assert status.status is Status.FAILED
    assert reason in status.reason


def test_every_problem_is_named_at_once() -> None:
    class Two(Misspelled, LacksUnknown):
        pass

    assert "order_fetch" in status_of(Two()).reason
    assert "mapping.paymnet" in status_of(Two()).reason


def test_another_spi_version_is_incompatible_and_nothing_of_the_plugin_runs() -> None:
    class Newer(InfoRaises):
        spi = "0.2"

    status = status_of(Newer())

    assert status.status is Status.INCOMPATIBLE
    assert "0.2" in status.reason
    assert "0.1" in status.reason


def test_properties_are_not_evaluated() -> None:
    class WithProperty(Bare):
        @property
        def orders(self) -> object:
            raise AssertionError("evaluated")

    assert status_of(WithProperty()).status is Status.ACTIVE


def test_a_module_may_be_the_plugin() -> None:
    from tests.host import module_plugin  # a module without functions of a class

    assert status_of(module_plugin).status is Status.ACTIVE


@pytest.mark.parametrize("error", [ImportError("no module"), SystemExit(1), RuntimeError("boom")])
def test_what_is_raised_at_import_is_kept_with_its_traceback(error: BaseException) -> None:
    broken = Candidate("sample", "tomada-broken", "0.1", failing(error))
    good = candidate(Sample(), "sample", "tomada-sample")

    statuses = {status.distribution: status for status in Registry([broken, good]).statuses()}

    assert statuses["tomada-broken"].status is Status.FAILED
    assert type(error).__name__ in statuses["tomada-broken"].reason
    assert "in fail" in statuses["tomada-broken"].traceback


def test_an_interrupt_at_import_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        Registry([Candidate("sample", "x", "1", failing(KeyboardInterrupt()))])


def test_an_interrupt_while_a_plugin_says_what_it_is_is_not_swallowed() -> None:
    class Interrupted(Sample):
        @hookimpl
        def platform_info(self) -> PlatformInfo:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Registry([candidate(Interrupted())])


def test_the_second_of_a_name_is_shadowed() -> None:
    registry = Registry([candidate(Sample(), distribution="a"), candidate(Sample(), distribution="b")])

    first, second = registry.statuses()
    assert (first.status, second.status) == (Status.ACTIVE, Status.SHADOWED)
    assert "a offers sample already" in second.reason


def test_an_id_stays_with_a_broken_first_distribution() -> None:
    registry = Registry([candidate(NoInfo(), distribution="a"), candidate(Sample(), distribution="b")])

    assert [status.status for status in registry.statuses()] == [Status.FAILED, Status.SHADOWED]


@pytest.mark.parametrize("name", ["a", "one, a"])
def test_a_plugin_can_be_switched_off_by_distribution(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DISABLE, name)
    registry = Registry([candidate(Sample(), distribution="a"), candidate(Sample(), distribution="b")])

    assert [status.status for status in registry.statuses()] == [Status.DISABLED, Status.ACTIVE]


def test_a_plugin_can_be_switched_off_by_id_without_being_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DISABLE, "sample")
    registry = Registry([Candidate("sample", "a", "1", failing(AssertionError("loaded")))])

    assert [status.status for status in registry.statuses()] == [Status.DISABLED]


def test_an_unusable_platform_says_why() -> None:
    registry = Registry([candidate(Misspelled())])

    with pytest.raises(UnusableError, match="did you mean orders_fetch") as unusable:
        registry.get("sample")
    assert unusable.value.code == "plugin.failed"
    with pytest.raises(UnusableError, match="not installed"):
        registry.get("nowhere")
    assert registry.plugins() == []
