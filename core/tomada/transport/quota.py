"""A share of a remote's quota, kept by all processes together and over restarts (Q1).

A log of requests whose slot is free again one window after the *answer*. The remote counts somewhere between
our sending and its answer, so the slot's next request cannot meet the last one in the remote's window,
whatever the latency. The slot of a killed process is free one window after its lease.
"""

import math
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tomada.errors import ConfigurationError, QuotaExceeded, TomadaError, TransientError
from tomada.i18n import _
from tomada.spi.context import Clock
from tomada.spi.platform import QuotaLimit
from tomada.transport.quota_file import QuotaFile

_SECOND = 1_000_000
_LONGEST_NAP = 5.0
_CONCURRENCY_NAP = 0.01
_PLAIN_WINDOW = 60.0


class Slot:
    """The permission for one request. Leaving ``with`` says that it was answered, or never will be."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release = release
        self._open = True

    def answered(self) -> None:
        """Say that the exchange is over. Only the first call counts."""
        if self._open:
            self._open = False
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.answered()


@dataclass(frozen=True, slots=True)
class _Wait:
    """Why no slot is free: for how many seconds at least, and after how many it is worth looking again."""

    seconds: float
    look_again: float
    exact: bool = True
    until_midnight: bool = False


class Limiter:
    """Hands out slots for requests so that ``share`` of each limit is kept by all users of file and key.

    ``key`` is what the remote counts by (a credential); only its hash is stored. ``lease`` (seconds) is how
    long the slot of a killed process stays under way: longer than a request can take. Threads may share a
    limiter, processes share the file; close it before a fork.
    """

    def __init__(
        self,
        path: Path,
        key: str,
        limits: Sequence[QuotaLimit],
        share: float,
        clock: Clock,
        lease: float = 120.0,
    ) -> None:
        if not 0 < share <= 1:
            raise ConfigurationError(
                "quota.share",
                _("The share of a quota is above 0 and at most 1: {share}.").format(share=share),
            )
        self._file = QuotaFile(path, blake2b(key.encode(), digest_size=16).hexdigest())
        self._windows = [limit for limit in limits if limit.resets_at_midnight is None]
        self._days = [(limit, _zone(limit)) for limit in limits if limit.resets_at_midnight is not None]
        self._limits = tuple(limits)
        self._share = share
        self._clock = clock
        self._lease = round(lease * _SECOND)
        self._longest = max((limit.seconds for limit in self._windows), default=_PLAIN_WINDOW)
        self._ended: list[tuple[int, int, int]] = []
        self._learned: dict[str, tuple[int, int | None]] = {}
        self._lock = threading.Lock()

    def acquire(self, deadline: datetime | None) -> Slot:
        """Wait for a slot.

        Raises ``TransientError`` (``quota.deadline``) when none can be free before ``deadline``, and
        ``QuotaExceeded`` (``quota.day``) when a daily limit is used up.
        """
        while True:
            with self._lock, self._file.transaction():
                now = self._begin()
                wait = self._wait(now)
                if wait is None:
                    return self._take(now)
            if wait.until_midnight:
                raise QuotaExceeded(
                    "quota.day",
                    _("Tomada's share of today's requests is used up."),
                    _("It goes on in {minutes} minutes.").format(minutes=math.ceil(wait.seconds / 60)),
                    retry_after=wait.seconds,
                )
            self._check(deadline, wait)
            self._clock.sleep(min(wait.look_again, _LONGEST_NAP))

    def block(self, seconds: float) -> float:
        """Let nobody send for ``seconds`` (0: one window), after a refusal; return the seconds."""
        length = seconds if seconds > 0 else self._longest
        with self._lock, self._file.transaction():
            now = self._begin()
            self._file.block(now, max(self._file.blocked_until(now), now + round(length * _SECOND)))
        return length

    def learn(self, limit_name: str, requests: int, concurrency: int | None = None) -> None:
        """Adapt a limit to what the remote reports, for everybody and for good; below 1 is ignored."""
        if requests < 1 or self._learned.get(limit_name) == (requests, concurrency):
            return
        with self._lock, self._file.transaction():
            self._begin()
            self._file.learn(limit_name, requests, concurrency)
            self._learned[limit_name] = (requests, concurrency)

    def remaining(self) -> int | None:
        """Return how many requests may be sent now before one has to wait; None when there is no limit."""
        with self._lock, self._file.transaction():
            now = self._begin()
            if self._file.blocked_until(now):
                return 0
            left = [
                self._allowed(limit) - self._file.used(_since(now, limit.seconds)) for limit in self._windows
            ]
            left += [
                self._allowed(limit) - self._file.used_on(limit.name, _day(now, zone))
                for limit, zone in self._days
            ]
        return max(0, min(left)) if left else None

    def per_minute(self) -> float | None:
        """Return how many requests a minute may be sent on and on, by what is known; None without a limit."""
        with self._lock, self._file.transaction():
            self._begin()
            rates = [self._allowed(limit) * 60 / limit.seconds for limit in self._limits]
        return min(rates, default=None)

    def waiting_until(self) -> datetime | None:
        """Return when the next request may be sent (aware UTC), None when it may be sent now."""
        with self._lock, self._file.transaction():
            now = self._begin()
            wait = self._wait(now)
        return _moment(now) + timedelta(seconds=wait.seconds) if wait else None

    def close(self) -> None:
        """Write down which slots are free, and close the file."""
        with self._lock:
            try:
                if self._ended:
                    with self._file.transaction():
                        self._begin()
            finally:
                self._file.close()

    def _begin(self) -> int:
        """Write down the answers since the last transaction, and return the present."""
        now = self._now()
        if self._ended:
            self._file.end((number, ended) for number, _taken, ended in self._ended)
            # The remote counted a request over midnight on one of the two days; we do on both.
            for _number, taken, ended in self._ended:
                for limit, zone in self._days:
                    if _day(taken, zone) < _day(ended, zone) == _day(now, zone):
                        self._file.count_on(limit.name, _day(now, zone))
            self._ended.clear()
        self._learned = self._file.learned()
        return now

    def _take(self, now: int) -> Slot:
        under_way = self._file.under_way(now) + 1
        number = self._file.take(now + self._lease)
        for limit, zone in self._days:
            self._file.count_on(limit.name, _day(now, zone))
        places = [places for limit in self._limits if (places := self._places(limit)) is not None]
        eager = bool(places) and under_way * 2 >= min(places)
        return Slot(partial(self._release, number, now, eager=eager))

    def _release(self, number: int, taken: int, *, eager: bool) -> None:
        with self._lock:
            self._ended.append((number, taken, self._now()))
            # Written with the next request, which saves a commit, unless others may wait for the place.
            # The request is done: trouble with our file must not look like trouble with the request.
            if eager:
                with suppress(TomadaError), self._file.transaction():
                    self._begin()

    def _wait(self, now: int) -> _Wait | None:
        waits = [wait for limit, zone in self._days if (wait := self._wait_for_day(limit, zone, now))]
        if until := self._file.blocked_until(now):
            seconds = (until - now) / _SECOND
            waits.append(_Wait(seconds, seconds))
        for limit in self._limits:
            places = self._places(limit)
            if places is not None and self._file.under_way(now) >= places:
                lease = (self._file.ended_after(now, 0) - now) / _SECOND
                waits.append(_Wait(lease, _CONCURRENCY_NAP, exact=False))
        kept = self._file.forget(_since(now, self._longest))
        full = [limit for limit in self._windows if kept >= self._allowed(limit)]
        waits += [wait for limit in full if (wait := self._wait_for_window(limit, now))]
        if waits and self._file.mend(now, now + self._lease):
            return self._wait(now)
        return max(waits, key=lambda wait: wait.seconds, default=None)

    def _wait_for_day(self, limit: QuotaLimit, zone: ZoneInfo, now: int) -> _Wait | None:
        if self._file.used_on(limit.name, _day(now, zone)) < self._allowed(limit):
            return None
        seconds = _until_midnight(now, zone)
        return _Wait(seconds, seconds, until_midnight=True)

    def _wait_for_window(self, limit: QuotaLimit, now: int) -> _Wait | None:
        since = _since(now, limit.seconds)
        over = self._file.used(since) - self._allowed(limit)
        if over < 0:
            return None
        seconds = (self._file.ended_after(since, over) - since) / _SECOND
        if not self._file.under_way(now):
            return _Wait(seconds, seconds)
        # An answer that another process has had but not written down may free a slot earlier.
        return _Wait(seconds, min(seconds, max(0.005, limit.seconds / 100)), exact=False)

    def _check(self, deadline: datetime | None, wait: _Wait) -> None:
        if deadline is None:
            return
        left = (deadline - self._clock.now()).total_seconds()
        if left <= 0 or (wait.exact and wait.seconds > left):
            raise TransientError(
                "quota.deadline",
                _("The quota leaves no request before the end of this run."),
                _("Run it again in {seconds} s.").format(seconds=math.ceil(wait.seconds)),
                retry_after=wait.seconds,
            )

    def _allowed(self, limit: QuotaLimit) -> int:
        requests, _concurrency = self._learned.get(limit.name, (limit.requests, None))
        return self._part(requests)

    def _places(self, limit: QuotaLimit) -> int | None:
        _requests, learned = self._learned.get(limit.name, (0, None))
        places = limit.concurrency if learned is None else learned
        return None if places is None else self._part(places)

    def _part(self, number: int) -> int:
        return max(1, math.floor(round(number * self._share, 6)))

    def _now(self) -> int:
        return (self._clock.now() - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _since(now: int, window: float) -> int:
    """Return when a free slot ended at the latest: over a window ago, as clocks run at unlike rates."""
    return now - round((window * 1.001 + 0.001) * _SECOND)


def _zone(limit: QuotaLimit) -> ZoneInfo:
    try:
        return ZoneInfo(limit.resets_at_midnight or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(
            "quota.zone", _("There is no time zone {name}.").format(name=limit.resets_at_midnight)
        ) from error


def _moment(time: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)


def _day(time: int, zone: ZoneInfo) -> str:
    return _moment(time).astimezone(zone).date().isoformat()


def _until_midnight(now: int, zone: ZoneInfo) -> float:
    local = _moment(now).astimezone(zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return (midnight.astimezone(UTC) - _moment(now)).total_seconds()
