"""How far a flow is, on stderr: a moving bar on a terminal, a line every few seconds elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from tomada.cli.output import console, note
from tomada.i18n import N_, _

if TYPE_CHECKING:
    from tomada.ports.runner import Listener, ProgressNote

STAGES = {
    "read": N_("reading orders"),
    "apply": N_("writing to the ERP"),
    "erp": N_("reading the ERP's products"),
    "listings": N_("reading the store's products"),
    "products": N_("sending products"),
    "stock": N_("sending balances"),
    "tracking": N_("sending tracking codes"),
    "invoices": N_("sending invoices"),
}
EVERY = 5.0
"""Seconds between two lines of one stage where there is no terminal."""
PACE = 600.0
"""Seconds of the past that a bar's remaining time is estimated from: at a quota a few items may take a minute."""


@contextmanager
def progress() -> "Iterator[Listener]":
    """Yield what a runner calls as it works."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console(err=True), transient=True, speed_estimate_period=PACE)
    with bar as bars:
        tasks = {}

        def listen(told: "ProgressNote") -> None:
            key = (told.store, told.flow, told.stage)
            if key not in tasks:
                for task in bars.tasks:  # the stage before is done, however much it had to do
                    bars.update(task.id, total=task.completed)
                tasks[key] = bars.add_task(_title(told), total=told.total)
            bars.update(tasks[key], completed=told.done, total=told.total)

        yield listen


class _Lines:
    def __init__(self) -> None:
        self._began: dict[tuple[str, str, str], tuple[float, int]] = {}
        self._said: dict[tuple[str, str, str], float] = {}

    def __call__(self, told: "ProgressNote") -> None:
        key, now = (told.store, told.flow, told.stage), monotonic()
        began, before = self._began.setdefault(key, (now, told.done))
        if now - self._said.setdefault(key, now) < EVERY:
            return
        self._said[key] = now
        if not told.total:
            note(f"{_title(told)} {told.done}")
        elif told.done > before:
            left = (now - began) / (told.done - before) * (told.total - told.done)
            note(f"{_title(told)} {told.done}/{told.total}, " + _("{time} left").format(time=_duration(left)))
        else:
            note(f"{_title(told)} {told.done}/{told.total}")


def _duration(seconds: float) -> str:
    """Return a time to wait in the unit that a person thinks in."""
    if seconds < 100:
        return _("{seconds} s").format(seconds=round(seconds))
    minutes = round(seconds / 60)
    if minutes < 100:
        return _("{minutes} min").format(minutes=minutes)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def _title(told: "ProgressNote") -> str:
    return f"{told.store} · {told.flow}: {_(STAGES.get(told.stage, told.stage))}"
