"""Calls through the gateway: one plugin, guarded, with every yielded value checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel

from tests.host.samples import (
    NOW,
    QUERY,
    Bare,
    MemoryDatabase,
    Sample,
    admitted,
    context,
    gateway,
    order,
    store,
)
from tomada.domain.order import OrderStatus, OrderStatusChange
from tomada.errors import (
    AuthenticationError,
    ConfigurationError,
    PluginBug,
    TransientError,
    UnusableError,
)
from tomada.host.gateway import StoreGateway
from tomada.spi import (
    Ask,
    Checkpoint,
    CheckResult,
    CodeEntry,
    Confirmation,
    Done,
    Fetched,
    Proposal,
    Rejected,
    SampleProblem,
    SampleRow,
    Say,
    StepState,
    hookimpl,
)

PERSONAL = "CPF 529.982.247-25"


def fetching(*events: object) -> Bare:
    """A platform whose ``orders_fetch`` yields these events, and raises those that are exceptions."""

    class Fetching(Bare):
        @hookimpl
        def orders_fetch(self, ctx: Any, query: Any) -> Iterator[Any]:
            for event in events:
                if isinstance(event, BaseException):
                    raise event
                yield event

    return Fetching()


def test_what_the_plugin_yields_arrives() -> None:
    change = OrderStatusChange(
        remote_id="2", status=OrderStatus(code="9", name="x"), paid=False, modified_at=NOW
    )
    events = [
        Fetched(order("1"), "v", NOW, "receipt"),
        Fetched(change, "v", NOW),
        Rejected("3", "bad", "Bad."),
        Checkpoint("c"),
    ]

    with gateway(fetching(*events)) as opened:
        assert list(opened.orders_fetch(QUERY)) == events


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ("text", "yielded str"),
        (Fetched("an order", "v", NOW), "Fetched.value is str"),  # type: ignore[arg-type]  # the fault
        (Fetched(order("1"), 7, NOW), "Fetched.version"),  # type: ignore[arg-type]  # the fault
        (Fetched(order("1"), "v", datetime(2026, 1, 1)), "aware"),  # noqa: DTZ001 - the fault
        (Fetched(order("1"), "v", NOW, 7), "receipt"),  # type: ignore[arg-type]  # the fault
        (Rejected(3, "bad", "Bad."), "Rejected.remote_id"),  # type: ignore[arg-type]  # the fault
        (Rejected("3", "bad", "Bad.", receipt=b""), "receipt"),  # type: ignore[arg-type]  # the fault
        (Checkpoint(None), "Checkpoint.cursor"),  # type: ignore[arg-type]  # the fault
    ],
)
def test_a_value_that_breaks_the_contract_is_a_bug_of_the_plugin(event: object, problem: str) -> None:
    with gateway(fetching(Checkpoint("c"), event)) as opened:
        events = opened.orders_fetch(QUERY)
        assert next(events) == Checkpoint("c")
        with pytest.raises(PluginBug, match=problem) as bug:
            next(events)
    assert (bug.value.plugin, bug.value.version, bug.value.hook) == ("tomada-sample", "1.2", "orders_fetch")


@pytest.mark.parametrize("error", [KeyError(PERSONAL), SystemExit(PERSONAL)])
def test_a_foreign_exception_is_a_bug_of_the_plugin_and_quotes_nothing(error: BaseException) -> None:
    """X1: the message of a foreign exception may hold personal data."""
    with gateway(fetching(error)) as opened, pytest.raises(PluginBug) as bug:
        list(opened.orders_fetch(QUERY))

    assert PERSONAL not in str(bug.value)
    assert "test_gateway.py:" in str(bug.value)
    assert bug.value.__cause__ is not None


def test_an_interrupt_in_a_hook_is_the_user_s_own() -> None:
    with gateway(fetching(KeyboardInterrupt())) as opened, pytest.raises(KeyboardInterrupt):
        list(opened.orders_fetch(QUERY))


def test_what_a_hook_prints_is_no_result(capsys: pytest.CaptureFixture[str]) -> None:
    class Prints(Bare):
        @hookimpl
        def orders_fetch(self, ctx: Any, query: Any) -> Iterator[Any]:
            print("before")
            yield Checkpoint("c")

    with gateway(Prints()) as opened:
        for _event in opened.orders_fetch(QUERY):
            print("result")
    assert capsys.readouterr() == ("result\n", "before\n")


def test_a_stray_stop_iteration_does_not_look_like_the_end() -> None:
    with gateway(fetching(StopIteration(PERSONAL))) as opened, pytest.raises(PluginBug, match="RuntimeError"):
        list(opened.orders_fetch(QUERY))


def test_a_payload_that_does_not_validate_names_its_fields_only() -> None:
    class Inner(BaseModel):
        document: int

    class Invalid(Bare):
        @hookimpl
        def orders_fetch(self, ctx: Any, query: Any) -> Iterator[Any]:
            Inner.model_validate({"document": PERSONAL})
            yield

    with gateway(Invalid()) as opened, pytest.raises(PluginBug, match=r"document \(int_parsing\)") as bug:
        list(opened.orders_fetch(QUERY))
    assert PERSONAL not in str(bug.value)


@pytest.mark.parametrize("error", [TransientError("a", "b"), AuthenticationError("a", "b")])
def test_errors_of_tomada_pass_unchanged(error: Exception) -> None:
    with gateway(fetching(error)) as opened, pytest.raises(type(error)) as raised:
        list(opened.orders_fetch(QUERY))
    assert raised.value is error


def test_an_interrupt_passes_unchanged() -> None:
    with gateway(fetching(KeyboardInterrupt())) as opened, pytest.raises(KeyboardInterrupt):
        list(opened.orders_fetch(QUERY))


@pytest.mark.parametrize("returned", [None, 7])
def test_a_hook_that_returns_no_iterator_is_a_bug(returned: object) -> None:
    class Returning(Bare):
        @hookimpl
        def orders_fetch(self, ctx: Any, query: Any) -> Any:
            return returned

    with gateway(Returning()) as opened, pytest.raises(PluginBug, match="returned"):
        list(opened.orders_fetch(QUERY))


def test_orders_read_yields_complete_orders_only() -> None:
    class Reading(Bare):
        @hookimpl
        def orders_read(self, ctx: Any, remote_ids: Any) -> Iterator[Any]:
            yield Checkpoint("c")

    with gateway(Sample()) as opened:
        assert [cast(Fetched, event).value.remote_id for event in opened.orders_read(["4", "5"])] == [
            "4",
            "5",
        ]
    with gateway(Reading()) as opened, pytest.raises(PluginBug, match="Checkpoint"):
        list(opened.orders_read(["4"]))


@pytest.mark.parametrize(("receipt", "problem"), [("r2", "not given"), (1, "yielded int")])
def test_only_receipts_that_were_given_can_be_confirmed(receipt: object, problem: str) -> None:
    class Confirming(Bare):
        @hookimpl
        def orders_confirm(self, ctx: Any, confirmations: Any) -> Iterator[Any]:
            yield receipt

    given = [Confirmation("r1", iter(()), final=True)]
    with gateway(Sample()) as opened:
        assert list(opened.orders_confirm(given)) == ["r1"]
    with gateway(Confirming()) as opened, pytest.raises(PluginBug, match=problem):
        list(opened.orders_confirm(given))


def test_lists_are_empty_where_the_plugin_has_none() -> None:
    with gateway(Sample()) as opened:
        assert opened.status_list() == [CodeEntry("1", "PAGO")]
        assert opened.shipping_list() == []
        assert opened.offers("status_list_fetch")
        assert not opened.offers("shipping_list_fetch")


@pytest.mark.parametrize("entry", ["1", CodeEntry("1", None)])  # type: ignore[arg-type]  # the fault
def test_a_wrong_entry_of_a_list_is_a_bug(entry: object) -> None:
    class Listing(Bare):
        @hookimpl
        def shipping_list_fetch(self, ctx: Any) -> Iterator[Any]:
            yield entry

    with gateway(Listing()) as opened, pytest.raises(PluginBug, match="shipping_list_fetch"):
        opened.shipping_list()


def test_the_check_yields_its_steps() -> None:
    with gateway(Sample()) as opened:
        (step,) = opened.check()
        assert step.lacks == {"stock.send": "old shop"}
    with gateway(Bare()) as opened:
        assert list(opened.check()) == []


@pytest.mark.parametrize(
    "step",
    [
        CheckResult("a", StepState.OK, "b", lacks={"stock.sned": "typo"}),
        CheckResult("a", "ok", "b"),  # type: ignore[arg-type]  # the fault
        "ok",
    ],
)
def test_a_wrong_step_of_a_check_is_a_bug(step: object) -> None:
    class Checking(Bare):
        @hookimpl
        def connection_check(self, ctx: Any) -> Iterator[Any]:
            yield step

    with gateway(Checking()) as opened, pytest.raises(PluginBug):
        list(opened.check())


@pytest.mark.parametrize(
    "event",
    [
        Proposal("delimitr", ";", "typo"),
        SampleRow(1, "a", {"total": 3}),  # type: ignore[dict-item]  # the fault
        SampleProblem(1, "a", "b", 3),  # type: ignore[arg-type]  # the fault
        "row",
    ],
)
def test_a_sample_is_read_without_a_session_and_wrong_events_are_bugs(event: object) -> None:
    class Sampling(Recording):
        @hookimpl
        def sample_read(self, ctx: Any, path: Any) -> Iterator[Any]:
            yield SampleRow(1, path.name)
            yield event

    plugin = Sampling()
    with gateway(plugin) as opened:
        read = opened.sample_read(Path("a.csv"))
        assert next(read) == SampleRow(1, "a.csv")
        with pytest.raises(PluginBug):
            next(read)
    assert plugin.events == []


def test_a_hook_that_is_not_offered_is_refused() -> None:
    with gateway(Bare()) as opened, pytest.raises(UnusableError, match="orders_fetch"):
        list(opened.orders_fetch(QUERY))


class Recording(Bare):
    """Writes down when its session and its generator begin and end."""

    def __init__(self) -> None:
        self.events: list[str] = []

    @hookimpl
    @contextmanager
    def session_open(self, ctx: Any) -> Iterator[object]:
        self.events.append("open")
        try:
            yield "the session"
        finally:
            self.events.append("close")

    @hookimpl
    def orders_fetch(self, ctx: Any, query: Any) -> Iterator[Any]:
        try:
            self.events.append(f"fetch in {ctx.session}")
            yield Checkpoint("1")
            yield Checkpoint("2")
        finally:
            self.events.append("end of fetch")


def test_the_session_is_opened_once_before_the_first_hook_and_closed_at_the_end() -> None:
    plugin = Recording()
    with gateway(plugin) as opened:
        assert plugin.events == []
        list(opened.orders_fetch(QUERY))
        list(opened.orders_fetch(QUERY))
    assert plugin.events == [
        "open",
        *["fetch in the session", "end of fetch"] * 2,
        "close",
    ]


def test_a_generator_that_was_left_open_ends_before_the_session() -> None:
    plugin = Recording()
    with gateway(plugin) as opened:
        events = opened.orders_fetch(QUERY)
        next(events)
    assert plugin.events[-2:] == ["end of fetch", "close"]


def test_a_plugin_cannot_swallow_the_error_of_a_flow() -> None:
    class Swallowing(Bare):
        @hookimpl
        def session_open(self, ctx: Any) -> Any:
            class Session:
                def __enter__(self) -> None: ...
                def __exit__(self, *error: object) -> bool:
                    return True

            return Session()

        @hookimpl
        def status_list_fetch(self, ctx: Any) -> Iterator[Any]:
            yield from ()

    with pytest.raises(ZeroDivisionError), gateway(Swallowing()) as opened:
        raise ZeroDivisionError(opened.status_list())


class FailsToClose(Bare):
    @hookimpl
    @contextmanager
    def session_open(self, ctx: Any) -> Iterator[None]:
        yield
        raise RuntimeError("cannot close")

    @hookimpl
    def status_list_fetch(self, ctx: Any) -> Iterator[Any]:
        yield from ()


def test_trouble_while_closing_is_raised_alone_but_hides_nothing() -> None:
    with pytest.raises(PluginBug, match="session_open"), gateway(FailsToClose()) as opened:
        opened.status_list()
    with pytest.raises(ZeroDivisionError), gateway(FailsToClose()) as opened:
        raise ZeroDivisionError(opened.status_list())


def test_a_session_that_is_no_context_manager_is_a_bug() -> None:
    class Generating(Bare):
        @hookimpl
        def session_open(self, ctx: Any) -> Iterator[None]:
            yield

        @hookimpl
        def status_list_fetch(self, ctx: Any) -> Iterator[Any]:
            yield from ()

    with gateway(Generating()) as opened, pytest.raises(PluginBug, match="@contextmanager"):
        opened.status_list()


def test_wrong_settings_stop_the_run_before_the_plugin_is_called() -> None:
    plugin = Recording()
    with (
        gateway(plugin, store=store({"address": "https://shop.example", "pages": "many"})) as opened,
        pytest.raises(ConfigurationError, match="pages must be a whole number") as wrong,
    ):
        list(opened.orders_fetch(QUERY))
    assert "tomada store set loja pages=" in wrong.value.hint
    assert plugin.events == []


def test_state_waits_until_the_flow_takes_it() -> None:
    database = MemoryDatabase({"token": "s3cret-token"})
    with gateway(Sample(), database) as opened:
        events = opened.orders_fetch(QUERY)
        next(events)
        assert opened.pending_state() == {}
        assert next(events) == Checkpoint("c1")
        assert opened.pending_state() == {"page": "1"}
        assert opened.pending_state() == {}
    assert database.events == []


def test_a_call_reaches_its_own_plugin_only() -> None:
    ours, other = Recording(), Recording()
    opened = StoreGateway(admitted(ours), context(ours))
    StoreGateway(admitted(other), context(other))
    with opened:
        list(opened.orders_fetch(QUERY))
    assert ours.events
    assert other.events == []


def answering(*steps: object) -> StoreGateway:
    """A gateway whose ``connection_setup`` yields these steps."""

    class Talking(Bare):
        @hookimpl
        def connection_setup(self, ctx: Any) -> Any:
            yield from steps

    return gateway(Talking())


def test_the_conversation_carries_answers_and_ends_with_done() -> None:
    database = MemoryDatabase()
    said: list[str] = []
    asked: list[Ask] = []

    def on_ask(question: Ask) -> str:
        asked.append(question)
        return "s3cret-token"

    with gateway(Sample(), database, store=store({})) as opened:
        done = opened.setup(on_ask, lambda step: said.append(step.text))

    assert done == Done("Connected.", {"address": "https://shop.example"})
    assert said == ["hello"]
    assert asked == [Ask("token", "Token?", secret=True)]
    assert database.secrets["store:1"] == {"token": "s3cret-token"}


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([Say("hi")], "without Done"),
        (["hi"], "yielded str"),
        ([Done("ok", {"adress": "x"})], "unknown settings: adress"),
    ],
)
def test_a_conversation_that_breaks_the_contract_is_a_bug(steps: list[object], problem: str) -> None:
    with answering(*steps) as opened, pytest.raises(PluginBug, match=problem):
        opened.setup(lambda _ask: "", lambda _say: None)


def test_a_setup_that_is_no_generator_is_a_bug() -> None:
    class Returning(Bare):
        @hookimpl
        def connection_setup(self, ctx: Any) -> Any:
            return [Done("ok")]

    with gateway(Returning()) as opened, pytest.raises(PluginBug, match="not a generator"):
        opened.setup(lambda _ask: "", lambda _say: None)


def test_whoever_leaves_the_conversation_is_not_blamed_on_the_plugin() -> None:
    def leave(_question: Ask) -> str:
        raise EOFError

    with gateway(Sample()) as opened, pytest.raises(EOFError):
        opened.setup(leave, lambda _say: None)


def test_no_setup_is_refused() -> None:
    with gateway(Bare()) as opened, pytest.raises(UnusableError, match="connection_setup"):
        opened.setup(lambda _ask: "", lambda _say: None)


def test_context_is_what_plugins_are_promised() -> None:
    class Looking(Bare):
        @hookimpl
        def status_list_fetch(self, ctx: Any) -> Iterator[Any]:
            assert (ctx.store, ctx.settings.pages, ctx.settings.token.get_secret_value()) == (
                "loja",
                50,
                "s3cret-token",
            )
            assert (ctx.session, ctx.deadline, ctx.budget.remaining()) == (None, None, None)
            assert ctx.clock.now() == NOW
            yield CodeEntry("1", "ok")

    with gateway(Looking()) as opened:
        assert opened.status_list() == [CodeEntry("1", "ok")]
