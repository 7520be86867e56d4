"""Tokens rotate at every refresh: one process at a time, no answer lost for good (tray-rest.md 1.3)."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.rest.fakes import FakeClock, FakeContext, FakeTray, FakeVault, text_answer, unauthorised
from tomada.errors import AuthenticationError, ConfigurationError, EffectUnknown
from tomada_tray_rest.plugin import TrayRest
from tomada_tray_rest.tokens import Tokens


@pytest.fixture
def tray() -> FakeTray:
    return FakeTray(FakeClock())


def read_store(ctx: FakeContext) -> str:
    answer = ctx.session.get("/info")
    assert answer is not None
    return str(answer.body["name"])


def auth_requests(tray: FakeTray) -> list[str]:
    return [path for path, _ in tray.requests if path.endswith("/auth")]


def lose(
    tray: FakeTray, method: str, taken_effect: bool = True
) -> Callable[[httpx.Request], httpx.Response | None]:
    """Lose the answer of one request to ``/auth``, after or before its effect."""
    done: list[str] = []

    def interfere(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/auth") and request.method == method and not done:
            done.append(method)
            if taken_effect:
                tray.rotate()
            raise httpx.ReadError("connection reset")
        return None

    return interfere


def test_a_living_token_is_used_as_it_is(tray: FakeTray) -> None:
    ctx = FakeContext(tray)
    assert read_store(ctx) == "Loja A"
    assert tray.requests == [("GET /info", {"access_token": "access-0"})]


def test_it_is_refreshed_ten_minutes_before_its_end(tray: FakeTray) -> None:
    ctx = FakeContext(tray)
    tray.clock.sleep(3 * 3600 - 601)
    read_store(ctx)
    assert auth_requests(tray) == []
    tray.clock.sleep(1)
    read_store(ctx)
    assert auth_requests(tray) == ["GET /auth"]
    kept = ctx.vault.read()
    assert (kept["access_token"], kept["refresh_token"]) == ("access-1", "refresh-1")
    assert kept["consumer_secret"] == "secret"
    assert kept["code"] == tray.code
    assert datetime.fromisoformat(kept["access_ends"]) == tray.ends.replace(microsecond=0)


def test_all_three_parameters_are_sent(tray: FakeTray) -> None:
    ctx = FakeContext(tray)
    tray.clock.sleep(3 * 3600)
    read_store(ctx)
    (_, params) = next(request for request in tray.requests if request[0] == "GET /auth")
    assert params == {"refresh_token": "refresh-0", "consumer_key": "key", "consumer_secret": "secret"}


@pytest.mark.parametrize("error_code", [1000, 1099])
def test_a_refused_token_is_refreshed_once(tray: FakeTray, error_code: int) -> None:
    answers = iter([unauthorised(error_code)])
    tray.interfere = lambda request: next(answers, None) if request.url.path.endswith("/info") else None
    assert read_store(FakeContext(tray)) == "Loja A"
    assert auth_requests(tray) == ["GET /auth"]


def test_a_token_that_stays_refused_ends_the_call(tray: FakeTray) -> None:
    tray.interfere = lambda request: unauthorised(1000) if request.url.path.endswith("/info") else None
    with pytest.raises(AuthenticationError) as caught:
        read_store(FakeContext(tray))
    assert "tomada store authorize loja-a" in caught.value.hint
    assert auth_requests(tray) == ["GET /auth"]


@pytest.mark.parametrize(
    ("error_code", "code"),
    [(1001, "tray.store_blocked"), (1002, "tray.store_inactive"), (1003, "tray.store_cancelled")],
)
@pytest.mark.parametrize("path", ["/info", "/auth"])
def test_a_closed_store_is_never_refreshed(tray: FakeTray, error_code: int, code: str, path: str) -> None:
    tray.interfere = lambda request: unauthorised(error_code) if request.url.path.endswith(path) else None
    ctx = FakeContext(tray)
    if path == "/auth":
        tray.clock.sleep(3 * 3600)
    with pytest.raises(AuthenticationError) as caught:
        read_store(ctx)
    assert caught.value.code == code
    assert "POST /auth" not in auth_requests(tray)


def test_two_processes_refresh_once(tray: FakeTray) -> None:
    vault = FakeVault(FakeContext(tray).vault.read())
    tray.clock.sleep(3 * 3600)
    contexts = [FakeContext(tray, vault) for _ in range(4)]
    ready = threading.Barrier(len(contexts))
    read: list[str] = []

    def run(ctx: FakeContext) -> None:
        ready.wait()
        read.append(read_store(ctx))

    threads = [threading.Thread(target=run, args=(ctx,)) for ctx in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert read == ["Loja A"] * 4
    assert auth_requests(tray) == ["GET /auth"]


def test_another_process_was_faster_after_a_refusal(tray: FakeTray) -> None:
    vault = FakeVault(FakeContext(tray).vault.read())
    slow = FakeContext(tray, vault)
    read_store(slow)
    fast = FakeContext(tray, vault)
    tray.access = "revoked"
    read_store(fast)
    read_store(slow)
    assert auth_requests(tray) == ["GET /auth"]


@pytest.mark.parametrize("taken_effect", [True, False])
def test_a_lost_answer_is_made_good_by_the_code(tray: FakeTray, taken_effect: bool) -> None:
    tray.interfere = lose(tray, "GET", taken_effect)
    ctx = FakeContext(tray)
    tray.clock.sleep(3 * 3600)
    assert read_store(ctx) == "Loja A"
    assert auth_requests(tray) == ["GET /auth", "POST /auth"]


@pytest.mark.parametrize("answer", [text_answer('{"access_to'), text_answer("", 502), text_answer("[]")])
def test_an_unreadable_answer_is_a_lost_one(tray: FakeTray, answer: httpx.Response) -> None:
    answers = iter([answer])

    def broken(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/auth") and request.method == "GET":
            tray.rotate()
            return next(answers)
        return None

    tray.interfere = broken
    ctx = FakeContext(tray)
    tray.clock.sleep(3 * 3600)
    assert read_store(ctx) == "Loja A"
    assert auth_requests(tray) == ["GET /auth", "POST /auth"]


def test_a_crash_before_the_commit_is_made_good_by_the_code(tray: FakeTray) -> None:
    """The store has rotated; our vault still holds the dead pair."""
    ctx = FakeContext(tray)
    tray.rotate()
    assert read_store(ctx) == "Loja A"
    assert auth_requests(tray) == ["GET /auth", "POST /auth"]


def test_a_store_whose_code_is_used_up_must_be_authorised_again(tray: FakeTray) -> None:
    tray.code_reusable = False
    ctx = FakeContext(tray)
    tray.rotate()
    with pytest.raises(AuthenticationError) as caught:
        read_store(ctx)
    assert caught.value.code == "tray.authorise_again"
    assert "loja-a" in caught.value.message


def test_a_lost_answer_without_effect_at_a_store_whose_code_is_used_up(tray: FakeTray) -> None:
    """The old pair still lives, so the store is not declared dead: the next run goes on with it."""
    tray.code_reusable = False
    tray.interfere = lose(tray, "GET", taken_effect=False)
    vault = FakeContext(tray).vault
    tray.clock.sleep(3 * 3600)
    with pytest.raises(EffectUnknown):
        read_store(FakeContext(tray, vault))
    assert read_store(FakeContext(tray, vault)) == "Loja A"


def test_a_lost_answer_with_effect_at_a_store_whose_code_is_used_up(tray: FakeTray) -> None:
    tray.code_reusable = False
    tray.interfere = lose(tray, "GET")
    vault = FakeContext(tray).vault
    tray.clock.sleep(3 * 3600)
    with pytest.raises(EffectUnknown):
        read_store(FakeContext(tray, vault))
    with pytest.raises(AuthenticationError):
        read_store(FakeContext(tray, vault))


def test_a_refresh_is_never_repeated_blindly(tray: FakeTray) -> None:
    """Neither by the transport nor by us: the same refresh token goes out once."""
    tray.interfere = lose(tray, "GET")
    ctx = FakeContext(tray)
    tray.clock.sleep(3 * 3600)
    read_store(ctx)
    sent = [params["refresh_token"] for path, params in tray.requests if path == "GET /auth"]
    assert sent == ["refresh-0"]


def test_after_thirty_days_the_code_is_posted_at_once(tray: FakeTray) -> None:
    ctx = FakeContext(tray)
    tray.clock.sleep(31 * 86_400)
    assert read_store(ctx) == "Loja A"
    assert auth_requests(tray) == ["POST /auth"]


def test_without_a_code_a_dead_refresh_token_is_the_end(tray: FakeTray) -> None:
    secrets = {key: value for key, value in FakeContext(tray).vault.read().items() if key != "code"}
    tray.rotate()
    with pytest.raises(AuthenticationError):
        read_store(FakeContext(tray, FakeVault(secrets)))
    assert auth_requests(tray) == ["GET /auth"]


def test_a_store_that_was_never_authorised(tray: FakeTray) -> None:
    with pytest.raises(AuthenticationError) as caught:
        read_store(FakeContext(tray, FakeVault({})))
    assert caught.value.code == "tray.not_authorised"
    assert tray.requests == []


def test_a_store_without_settings(tray: FakeTray) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_store(FakeContext(tray, api_address="", consumer_secret=""))
    assert "api_address, consumer_secret" in caught.value.message


def test_x1_no_error_shows_a_token(tray: FakeTray) -> None:
    tray.interfere = lambda request: unauthorised(1000)
    with pytest.raises(AuthenticationError) as caught:
        read_store(FakeContext(tray))
    shown = repr(caught.value) + caught.value.message + caught.value.hint
    assert not any(secret in shown for secret in ("access-0", "refresh-0", "secret", tray.code))


def test_dates_are_of_brasilia_and_a_damaged_one_is_no_end() -> None:
    zone = FakeContext(FakeTray(FakeClock())).settings.zone
    body = {
        "access_token": "a",
        "refresh_token": "r",
        "date_expiration_access_token": "2026-03-10 12:00:00",
        "date_expiration_refresh_token": "soon",
    }
    tokens = Tokens.answered(body, zone)
    assert tokens is not None
    assert tokens.access_ends == datetime(2026, 3, 10, 15, tzinfo=UTC)
    assert tokens.refresh_ends is None
    assert tokens.fresh(datetime(2026, 3, 10, 14, 49, tzinfo=UTC), timedelta(minutes=10))
    assert Tokens.answered({"access_token": ["x"], "refresh_token": "r"}, zone) is None
    assert Tokens.answered({"access_token": "a"}, zone) is None


def test_another_status_of_auth_is_an_error_of_its_own(tray: FakeTray) -> None:
    def moved(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/auth"):
            return httpx.Response(
                301, headers={"location": "https://new.example/web_api/auth?refresh_token=x"}
            )
        return None

    tray.interfere = moved
    ctx = FakeContext(tray)
    tray.clock.sleep(3 * 3600)
    with pytest.raises(ConfigurationError) as caught:
        read_store(ctx)
    assert "https://new.example/web_api/auth)" in caught.value.message
    assert "refresh_token" not in caught.value.message


def test_the_session_is_closed_with_the_run(tray: FakeTray) -> None:
    ctx = FakeContext(tray)
    with TrayRest().session_open(ctx) as session:
        assert session.get("/info") is not None
    with pytest.raises(RuntimeError):
        session.get("/info")
