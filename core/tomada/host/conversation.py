"""Leads the conversation of ``connection_setup``: the plugin asks, somebody answers."""

from collections.abc import Callable, Generator

from tomada.host.contract import setup_step
from tomada.host.dispatch import Dispatcher
from tomada.spi import Ask, Context, Done, Say

OnAsk = Callable[[Ask], str]
OnSay = Callable[[Say], None]

_HOOK = "connection_setup"


def converse(hooks: Dispatcher, context: Context, on_ask: OnAsk, on_say: OnSay) -> Done:
    """Drive the conversation to its end and return the plugin's ``Done``.

    What ``on_ask`` and ``on_say`` raise passes unchanged, after the plugin's generator was closed.
    """
    steps = hooks.call(_HOOK, context)
    if not isinstance(steps, Generator):
        raise hooks.bug(_HOOK, f"returned {type(steps).__name__}, not a generator")
    answer: str | None = None
    try:
        while True:
            with hooks.guarded(_HOOK):
                try:
                    step = steps.send(answer)
                except StopIteration:
                    raise hooks.bug(_HOOK, "ended without Done") from None
            if problem := setup_step(step):
                raise hooks.bug(_HOOK, problem)
            answer = None
            if isinstance(step, Done):
                return step
            if isinstance(step, Ask):
                answer = on_ask(step)
            else:
                on_say(step)
    finally:
        with hooks.guarded(_HOOK):
            steps.close()
