"""Quotas of the remotes (Q1): counted by the virtual clock, refused in Tiny's own way."""

import threading
from datetime import UTC, datetime, timedelta

from tests.sandbox.tiny_support import TinyCaller
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.quota import Quota

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def _admitted(quota: Quota, *seconds: float) -> list[bool]:
    answers = []
    for second in seconds:
        refusal = quota.admit("x", START + timedelta(seconds=second))
        answers.append(refusal is None)
        if refusal is None:
            quota.leave()
    return answers


def test_q1_the_window_slides_and_refused_requests_do_not_count() -> None:
    quota = Quota(limit=2, window=10)
    assert _admitted(quota, 0, 6, 8, 9.9, 10, 11, 16) == [True, True, False, False, True, False, True]
    assert (quota.totals().requests, quota.totals().refused) == (7, 3)


def test_q1_the_day_begins_at_midnight_in_brasilia() -> None:
    quota = Quota(daily=1)
    hours = 3600.0
    assert _admitted(quota, 0, hours * 14.9, hours * 15, hours * 20) == [True, False, True, False]


def test_q1_requests_at_a_time() -> None:
    quota = Quota(concurrency=1)
    assert quota.admit("x", START) is None
    assert quota.admit("x", START) == "concurrency"
    quota.leave()
    assert quota.admit("x", START) is None


def test_q1_tiny_blocks_with_code_6_until_the_window_drops(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, limit=3) as tiny:
        answers = [tiny.call("info.php") for _ in range(4)]
        assert [answer.get("codigo_erro") for answer in answers] == [None, None, None, 6]
        assert answers[3]["erros"][0]["erro"].startswith("API Bloqueada")
        control.advance(60)
        answer = tiny.http.post("info.php")
        assert answer.headers["x-limit-api"] == "3"
        assert answer.json()["retorno"]["codigo_erro"] == 1
        control.quota("tiny", name, limit=None)
        assert all(tiny.call("info.php")["status"] == "OK" for _ in range(10))
        assert tiny.state["quota"]["total"] == {"requests": 15, "refused": 1}


def test_q1_tiny_blocks_with_code_11_for_calls_at_a_time(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name) as tiny:
        control.quota("tiny", name, concurrency=1, latency=0.3)
        codes: list[object] = []
        threads = [
            threading.Thread(target=lambda: codes.append(tiny.call("info.php").get("codigo_erro")))
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(codes, key=str) == [11, 11, None]
