"""Q1: a share of the remote's limits, shared by processes, kept over restarts, never exceeded."""

import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.transport.support import ManualClock
from tomada.errors import ConfigurationError, QuotaExceeded, TransientError
from tomada.spi import QuotaLimit
from tomada.transport.clock import SystemClock
from tomada.transport.quota import Limiter, Slot

MINUTE = QuotaLimit("minute", requests=5, seconds=60.0)
DAY = QuotaLimit("day", requests=3, seconds=86_400, resets_at_midnight="America/Sao_Paulo")

MakeLimiter = Callable[..., Limiter]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def limiter(tmp_path: Path, clock: ManualClock) -> Iterator[MakeLimiter]:
    made = list[Limiter]()

    def make(
        *limits: QuotaLimit, key: str = "credential", share: float = 1.0, lease: float = 120.0
    ) -> Limiter:
        made.append(Limiter(tmp_path / "quota.db", key, limits, share, clock, lease))
        return made[-1]

    yield make
    for one in made:
        one.close()


def spend(limiter: Limiter, times: int, deadline: datetime | None = None) -> None:
    for _time in range(times):
        with limiter.acquire(deadline):
            pass


def test_the_window_begins_with_the_answer(limiter: MakeLimiter, clock: ManualClock) -> None:
    budget = limiter(QuotaLimit("minute", requests=1, seconds=60.0))
    with budget.acquire(None):
        clock.time += timedelta(seconds=7)
    answered = clock.time
    spend(budget, 1)
    assert timedelta(seconds=60) < clock.time - answered < timedelta(seconds=60.2)


def test_a_new_limiter_finds_what_the_last_one_spent(limiter: MakeLimiter, clock: ManualClock) -> None:
    first = limiter(MINUTE)
    spend(first, 5)
    first.close()
    second = limiter(MINUTE)
    assert second.remaining() == 0
    assert second.waiting_until() is not None
    with pytest.raises(TransientError) as caught:
        second.acquire(clock.time + timedelta(seconds=30))
    assert caught.value.code == "quota.deadline"
    assert caught.value.retry_after == pytest.approx(60, abs=0.2)
    assert clock.slept == []


def test_credentials_do_not_share_and_the_file_does_not_name_them(
    limiter: MakeLimiter, tmp_path: Path
) -> None:
    one = limiter(MINUTE, key="s3cret-token-one")
    spend(one, 5)
    assert limiter(MINUTE, key="s3cret-token-two").remaining() == 5
    one.close()
    assert b"s3cret" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("requests", "share", "left"), [(60, 0.75, 45), (60, 0.95, 57), (100, 0.29, 29), (2, 0.1, 1)]
)
def test_only_the_share_is_used(limiter: MakeLimiter, requests: int, share: float, left: int) -> None:
    assert limiter(QuotaLimit("minute", requests, 60.0), share=share).remaining() == left


def test_how_fast_one_may_go_on_is_what_the_tightest_limit_grants(limiter: MakeLimiter) -> None:
    assert limiter().per_minute() is None
    budget = limiter(QuotaLimit("burst", 10, 1.0), QuotaLimit("minute", 40, 60.0), share=0.5)
    assert budget.per_minute() == 20
    budget.learn("minute", 30)
    assert budget.per_minute() == 15


@pytest.mark.parametrize("share", [0.0, -1.0, 1.01])
def test_a_share_outside_its_range_is_refused(limiter: MakeLimiter, share: float) -> None:
    with pytest.raises(ConfigurationError):
        limiter(MINUTE, share=share)


def test_no_limit_is_no_number_but_a_block_still_holds(limiter: MakeLimiter, clock: ManualClock) -> None:
    budget = limiter()
    spend(budget, 50)
    assert budget.remaining() is None
    assert budget.waiting_until() is None
    assert budget.block(0) == 60
    assert budget.remaining() == 0
    spend(budget, 1)
    assert sum(clock.slept) == pytest.approx(60)


def test_a_killed_slot_returns_one_window_after_its_lease(limiter: MakeLimiter, clock: ManualClock) -> None:
    limiter(QuotaLimit("minute", 1, 60.0), lease=90).acquire(None)
    started = clock.time
    spend(limiter(QuotaLimit("minute", 1, 60.0), lease=90), 1)
    assert timedelta(seconds=150) < clock.time - started < timedelta(seconds=151)


def test_a_refusal_blocks_everybody_for_the_longest_window(limiter: MakeLimiter, clock: ManualClock) -> None:
    one, other = limiter(MINUTE, DAY), limiter(MINUTE, DAY)
    assert one.block(0) == 60
    assert other.remaining() == 0
    assert other.waiting_until() == clock.time + timedelta(seconds=60)
    assert other.block(10) == 10
    assert one.waiting_until() == clock.time + timedelta(seconds=60), "a shorter block does not shorten"
    spend(other, 1)
    assert sum(clock.slept) == pytest.approx(60)


def test_what_the_remote_reports_holds_for_all_and_over_restarts(limiter: MakeLimiter) -> None:
    limit = QuotaLimit("minute", 30, 60.0, concurrency=7)
    one, other = limiter(limit, share=0.75), limiter(limit, share=0.75)
    one.learn("minute", 120, concurrency=30)
    assert other.remaining() == 90
    one.learn("minute", 0)
    one.close()
    assert limiter(limit, share=0.75).remaining() == 90


def test_learning_the_same_again_writes_nothing(limiter: MakeLimiter, tmp_path: Path) -> None:
    budget = limiter(MINUTE)
    budget.learn("minute", 9)
    spend(budget, 1)
    with sqlite3.connect(tmp_path / "quota.db") as watcher:
        before = watcher.execute("PRAGMA data_version").fetchone()
        budget.learn("minute", 9)
        assert watcher.execute("PRAGMA data_version").fetchone() == before
    watcher.close()


class TestDay:
    """A daily counter that the remote resets at midnight of its own time zone."""

    def test_used_up_until_midnight_in_sao_paulo(self, limiter: MakeLimiter, clock: ManualClock) -> None:
        budget = limiter(DAY)
        spend(budget, 3)
        with pytest.raises(QuotaExceeded) as caught:
            budget.acquire(None)
        assert caught.value.retry_after == 15 * 3600, "12:00 UTC is 09:00 there"
        assert budget.waiting_until() == datetime(2026, 3, 3, 3, tzinfo=UTC)
        clock.time = datetime(2026, 3, 3, 3, tzinfo=UTC)
        assert budget.remaining() == 3

    def test_both_limits_hold_at_once(self, limiter: MakeLimiter, clock: ManualClock) -> None:
        budget = limiter(QuotaLimit("minute", 2, 60.0), DAY)
        spend(budget, 3)
        assert clock.time - ManualClock().time > timedelta(seconds=60)
        with pytest.raises(QuotaExceeded):
            budget.acquire(None)

    def test_a_request_over_midnight_counts_on_both_days(
        self, limiter: MakeLimiter, clock: ManualClock
    ) -> None:
        clock.time = datetime(2026, 3, 3, 2, 59, 59, tzinfo=UTC)
        budget = limiter(DAY)
        with budget.acquire(None):
            clock.time += timedelta(seconds=2)
        assert budget.remaining() == 2

    def test_an_unknown_zone_is_refused(self, limiter: MakeLimiter) -> None:
        with pytest.raises(ConfigurationError, match="Mars/Base"):
            limiter(QuotaLimit("day", 1, 86_400, resets_at_midnight="Mars/Base"))


class TestConcurrency:
    """So many at once; places come back with the answer, and to other processes too."""

    LIMIT = QuotaLimit("minute", 100, 60.0, concurrency=2)

    def test_the_third_waits_for_an_answer(self, limiter: MakeLimiter, clock: ManualClock) -> None:
        one, other = limiter(self.LIMIT), limiter(self.LIMIT)
        first, _second = one.acquire(None), one.acquire(None)
        with pytest.raises(TransientError, match="quota"):
            other.acquire(clock.time + timedelta(seconds=1))
        first.answered()
        spend(other, 1, clock.time)

    def test_an_idle_process_keeps_no_place(self, limiter: MakeLimiter, clock: ManualClock) -> None:
        spend(limiter(self.LIMIT), 1)
        spend(limiter(self.LIMIT), 1)
        third = limiter(self.LIMIT)
        third.acquire(clock.time)
        third.acquire(clock.time)

    def test_a_killed_process_gives_its_place_back_after_the_lease(
        self, limiter: MakeLimiter, clock: ManualClock
    ) -> None:
        killed = limiter(self.LIMIT, lease=3)
        killed.acquire(None)
        killed.acquire(None)
        spend(limiter(self.LIMIT, lease=3), 1, clock.time + timedelta(seconds=4))


class TestTrouble:
    """A clock that was set back, a damaged or unwritable file."""

    def test_a_clock_set_back_does_not_stop_work(self, limiter: MakeLimiter, clock: ManualClock) -> None:
        budget = limiter(MINUTE)
        clock.time += timedelta(days=30)
        spend(budget, 5)
        budget.block(60)
        clock.time -= timedelta(days=30)
        spend(budget, 1, clock.time + timedelta(seconds=200))

    def test_a_damaged_file_says_what_to_do(self, limiter: MakeLimiter, tmp_path: Path) -> None:
        (tmp_path / "quota.db").write_bytes(b"not a database" * 100)
        with pytest.raises(ConfigurationError) as caught:
            limiter(MINUTE).acquire(None)
        assert "Delete it" in caught.value.hint

    def test_a_file_that_cannot_be_made_is_transient(self, clock: ManualClock, tmp_path: Path) -> None:
        (tmp_path / "folder.db").mkdir()
        with pytest.raises(TransientError) as caught:
            Limiter(tmp_path / "folder.db", "k", [MINUTE], 1, clock).acquire(None)
        assert caught.value.code == "quota.file"

    def test_trouble_after_the_answer_is_not_trouble_with_the_request(
        self, limiter: MakeLimiter, tmp_path: Path
    ) -> None:
        budget = limiter(QuotaLimit("minute", 9, 60.0, concurrency=1))
        slot = budget.acquire(None)
        with sqlite3.connect(tmp_path / "quota.db") as saboteur:
            saboteur.execute("ALTER TABLE slot RENAME TO gone")
        slot.answered()
        with pytest.raises(TransientError):
            budget.close()
        with saboteur:
            saboteur.execute("ALTER TABLE gone RENAME TO slot")
        saboteur.close()

    def test_a_slot_is_answered_once(self, limiter: MakeLimiter, clock: ManualClock) -> None:
        budget = limiter(QuotaLimit("minute", 1, 60.0))
        slot = budget.acquire(None)
        slot.answered()
        answered = clock.time
        clock.time += timedelta(seconds=50)
        slot.answered()
        spend(budget, 1)
        assert clock.time - answered < timedelta(seconds=61)


class Server:
    """Counts requests in a sliding window by its own clock, which runs at a slightly other rate."""

    def __init__(self, limit: QuotaLimit, rate: float) -> None:
        self.limit = limit
        self.rate = rate
        self.counted: list[float] = []

    def count(self, at: datetime) -> bool:
        moment = at.timestamp() * self.rate
        self.counted = [other for other in self.counted if other > moment - self.limit.seconds]
        self.counted.append(moment)
        return len(self.counted) <= self.limit.requests


@pytest.mark.parametrize("rate", [0.9995, 1.0005])
def test_clocks_that_run_at_unlike_rates_cause_no_refusal(
    limiter: MakeLimiter, clock: ManualClock, rate: float
) -> None:
    limit = QuotaLimit("minute", 3, 60.0)
    budget, server = limiter(limit), Server(limit, rate)
    for _request in range(20):
        with budget.acquire(None):
            assert server.count(clock.time)
    assert clock.time - ManualClock().time < timedelta(seconds=6 * 60.2), "and little is wasted"


seconds = st.floats(0, 5, allow_nan=False)


@settings(max_examples=60, deadline=None, derandomize=True)
@example(requests=1, steps=[("send", user, 0.0, 0.0) for user in (0, 0, 1, 0, 0)], rate=1.0)
@given(
    requests=st.integers(1, 6),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["send", "send", "send", "kill", "restart"]), st.integers(0, 2), seconds, seconds
        ),
        min_size=5,
        max_size=40,
    ),
    rate=st.sampled_from([1.0, 0.9995, 1.0005]),
)
def test_no_interleaving_is_ever_refused(
    requests: int, steps: list[tuple[str, int, float, float]], rate: float
) -> None:
    """Three processes, any latency before and after the server counts, kills and restarts."""
    limit = QuotaLimit("window", requests, 4.0)
    clock, server = ManualClock(), Server(limit, rate)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quota.db"
        users = [Limiter(path, "k", [limit], 1.0, clock, lease=20) for _user in range(3)]
        everyone = [*users]
        under_way: list[tuple[datetime, int, Slot | datetime]] = []

        def advance(until: datetime) -> None:
            while under_way and min(under_way, key=lambda event: event[:2])[0] <= until:
                event = min(under_way, key=lambda event: event[:2])
                under_way.remove(event)
                clock.time = max(clock.time, event[0])
                if isinstance(event[2], Slot):
                    event[2].answered()
                else:
                    assert server.count(event[2]), "refused"
            clock.time = max(clock.time, until)

        for order, (what, user, before, after) in enumerate(steps):
            if what == "restart":
                users[user].close()
                users[user] = Limiter(path, "k", [limit], 1.0, clock, lease=20)
                everyone.append(users[user])
                continue
            while True:
                try:
                    slot = users[user].acquire(clock.now())
                    break
                except TransientError:
                    advance(clock.time + timedelta(milliseconds=250))
            counted = clock.time + timedelta(seconds=before)
            under_way.append((counted, 2 * order, counted))
            if what == "send":
                under_way.append((counted + timedelta(seconds=after), 2 * order + 1, slot))
        for limiter in everyone:  # a late answer opens the file of a limiter that was closed
            limiter.close()


def test_threads_share_one_limiter_and_waste_little(tmp_path: Path) -> None:
    """A sliding window of 0.5 s and 20 requests with latency, for 2.5 s: no refusal, little waste."""
    limit = QuotaLimit("window", 20, 0.5)
    budget = Limiter(tmp_path / "quota.db", "k", [limit], 1.0, SystemClock())
    lock, counted, refused = threading.Lock(), list[float](), list[float]()
    chance = random.Random(7)
    end = time.monotonic() + 2.5

    def work() -> None:
        while time.monotonic() < end:
            with budget.acquire(None):
                time.sleep(chance.random() * 0.01)
                with lock:
                    now = time.monotonic()
                    counted.append(now)
                    if sum(other > now - 0.5 for other in counted) > 20:
                        refused.append(now)
                time.sleep(chance.random() * 0.01)

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(work) for _worker in range(4)]:
            future.result()
    budget.close()
    assert refused == []
    assert len(counted) >= 70
