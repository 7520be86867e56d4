"""A store whose clock is wrong: everything that it dates is, its tokens too, and its answers say so (O5)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from tests.sandbox.tray_support import TrayCaller, connected
from tomada_sandbox.client import SandboxClient, SandboxError
from tomada_sandbox.clock import BRASILIA

AHEAD = timedelta(hours=-30)


@pytest.fixture
def tray(control: SandboxClient, name: str) -> Iterator[TrayCaller]:
    yield from connected(control, name, clock_ahead=AHEAD.total_seconds())


def is_ahead(moment: datetime, control: SandboxClient, *, by: timedelta) -> bool:
    now = datetime.fromisoformat(str(control.clock()["now"]))
    return abs(moment - now - by) < timedelta(minutes=5)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRASILIA).astimezone(UTC)


def test_orders_answers_and_tokens_bear_the_stores_own_time(tray: TrayCaller, control: SandboxClient) -> None:
    number = tray.place()
    answer = tray.request("GET", f"orders/{number}/complete")
    assert answer.status_code == 200, "its own tokens live by its own clock"
    assert is_ahead(parsedate_to_datetime(answer.headers["date"]), control, by=AHEAD)
    assert is_ahead(local(answer.json()["Order"]["modified"]), control, by=AHEAD)
    pair = tray.state["tokens"]
    assert is_ahead(local(pair["access_ends"]), control, by=AHEAD + timedelta(hours=3))


def test_the_clock_may_be_put_right_and_must_be_a_number(tray: TrayCaller, control: SandboxClient) -> None:
    with pytest.raises(SandboxError, match="clock_ahead must be a number of seconds"):
        control.shop(tray.name, "configure", clock_ahead="soon")
    control.shop(tray.name, "configure", clock_ahead=0)
    answer = tray.request("GET", "info")
    assert is_ahead(parsedate_to_datetime(answer.headers["date"]), control, by=timedelta(0))
    assert answer.status_code == 401, "its tokens ended a day ago, by its own clock"
