"""Authorising a store: link, callback, code, tokens (tray-rest.md 1.2)."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest

from tests.rest.fakes import FakeClock, FakeContext, FakeTray, FakeVault, text_answer
from tomada.errors import AuthenticationError, ConfigurationError, EffectUnknown, TomadaError
from tomada.spi import Ask, Done, Say
from tomada_tray_rest.plugin import TrayRest
from tomada_tray_rest.setup import read_return

CALLBACK = "http://127.0.0.1:4711/"


@pytest.fixture
def tray() -> FakeTray:
    return FakeTray(FakeClock())


def blank(tray: FakeTray, **settings: Any) -> FakeContext:
    empty = {"api_address": "", "consumer_key": "", "consumer_secret": ""}
    return FakeContext(tray, FakeVault({"other": "kept"}), **{**empty, **settings})


def back(ask: Ask, code: str, api_address: str = "https://loja.example/web_api/") -> str:
    """Return the address that the shop sends the browser back to."""
    link = ask.text.replace("{callback}", CALLBACK).split()[-1]
    callback = parse_qs(urlsplit(link).query)["callback"][0]
    return f"{callback}&code={code}&api_address={api_address}&store=391&store_host=x&adm_user=y"


def converse(ctx: FakeContext, **answers: str) -> tuple[list[str], Done]:
    """Answer by key, the authorisation by the shop; return the keys that were asked, and the end."""
    steps = TrayRest().connection_setup(ctx)
    asked: list[str] = []
    step = next(steps)
    while not isinstance(step, Done):
        if isinstance(step, Say):
            step = next(steps)
            continue
        asked.append(step.key)
        answer = answers.get(step.key) or back(step, ctx.tray.code)
        step = steps.send(answer)
    return asked, step


def test_the_whole_way(tray: FakeTray) -> None:
    ctx = blank(tray)
    asked, done = converse(ctx, api_address="loja.example", consumer_key=" key ", consumer_secret="secret\n")
    assert asked == ["api_address", "consumer_key", "consumer_secret", "authorization"]
    assert done.settings == {
        "api_address": "https://loja.example/web_api",
        "consumer_key": "key",
        "consumer_secret": "secret",
    }
    assert "391" in done.text
    kept = ctx.vault.read()
    assert kept["access_token"] == tray.access
    assert (kept["code"], kept["store_id"], kept["other"]) == (tray.code, "391", "kept")
    assert tray.requests[0][0] == "POST /auth"


def test_only_what_is_missing_is_asked(tray: FakeTray) -> None:
    asked, _ = converse(FakeContext(tray))
    assert asked == ["authorization"]


def test_a_bare_code_is_for_the_address_that_was_given(tray: FakeTray) -> None:
    ctx = FakeContext(tray)
    _, done = converse(ctx, authorization=f" {tray.code} ")
    assert done.settings["api_address"] == "https://loja.example/web_api"
    assert ctx.vault.read()["code"] == tray.code


def test_the_link_names_key_and_callback(tray: FakeTray) -> None:
    steps = TrayRest().connection_setup(FakeContext(tray, consumer_key="k&y"))
    next(steps)
    ask = next(steps)
    assert isinstance(ask, Ask)
    assert ask.callback
    link = urlsplit(ask.text.replace("{callback}", CALLBACK).split()[-1])
    query = parse_qs(link.query)
    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://loja.example/auth.php"
    assert query["response_type"] == ["code"]
    assert query["consumer_key"] == ["k&y"]
    assert query["callback"][0].startswith(f"{CALLBACK}?tomada=")
    steps.close()


@pytest.mark.parametrize(
    ("registered", "before"),
    [
        ("https://app.example/tray", "https://app.example/tray?tomada="),
        ("https://app.example/?shop=7&x=a%20b", "https://app.example/?shop=7&x=a%20b&tomada="),
    ],
)
def test_the_callback_that_is_registered_at_tray_takes_the_place_of_the_local_one(
    tray: FakeTray, registered: str, before: str
) -> None:
    """Whether Tray takes any other is a guess, hence a setting; what the browser ended at is pasted."""
    links = []

    def pasted(ask: Ask) -> str:
        links.append(ask.text.split()[-1])
        return back(ask, tray.code)

    steps = TrayRest().connection_setup(FakeContext(tray, callback_address=registered))
    next(steps)
    ask = next(steps)
    assert isinstance(ask, Ask)
    done = steps.send(pasted(ask))
    assert isinstance(done, Done)
    assert parse_qs(urlsplit(links[0]).query)["callback"][0].startswith(before)
    assert "127.0.0.1" not in links[0]


def test_x1_an_answer_to_another_question_is_refused(tray: FakeTray) -> None:
    steps = TrayRest().connection_setup(FakeContext(tray))
    next(steps)
    next(steps)
    with pytest.raises(ConfigurationError) as caught:
        steps.send(f"{CALLBACK}?tomada=forged&code={tray.code}&api_address=https://evil.example/web_api")
    assert caught.value.code == "tray.other_authorisation"
    assert tray.requests == []


def test_x1_the_secret_is_never_sent_in_the_open(tray: FakeTray) -> None:
    steps = TrayRest().connection_setup(FakeContext(tray))
    next(steps)
    ask = next(steps)
    assert isinstance(ask, Ask)
    with pytest.raises(ConfigurationError) as caught:
        steps.send(back(ask, tray.code, "http://loja.example/web_api"))
    assert caught.value.code == "tray.bad_address"
    assert tray.requests == []


@pytest.mark.parametrize("answer", ["", "yes", "www.example.com/?code=1"])
def test_what_is_no_answer(answer: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_return(answer, "guard")
    assert caught.value.code == "tray.no_code"


def test_the_merchant_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_return(f"{CALLBACK}?tomada=guard&error=denied", "guard")
    assert caught.value.code == "tray.no_code"


def test_a_shop_that_appends_a_second_question_mark() -> None:
    found = read_return(
        f"{CALLBACK}?tomada=guard?code=abcdefgh&api_address={unquote('https://a.example/web_api/')}", "guard"
    )
    assert (found.code, found.api_address) == ("abcdefgh", "https://a.example/web_api/")


def test_a_refused_code(tray: FakeTray) -> None:
    with pytest.raises(AuthenticationError) as caught:
        converse(FakeContext(tray), authorization="another-code")
    assert caught.value.code == "tray.code_refused"


def test_a_lost_answer_is_uncertain(tray: FakeTray) -> None:
    tray.interfere = lambda request: text_answer("", 500)
    with pytest.raises(EffectUnknown):
        converse(FakeContext(tray), authorization=tray.code)


def test_an_answer_without_a_store_id_takes_the_callbacks(tray: FakeTray) -> None:
    def anonymous(request: httpx.Request) -> httpx.Response | None:
        tray.rotate()
        return httpx.Response(201, json={**tray.tokens(), "store_id": ""})

    tray.interfere = anonymous
    ctx = FakeContext(tray)
    converse(ctx)
    assert ctx.vault.read()["store_id"] == "391"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"api_address": "ftp://loja.example"}, "tray.bad_address"),
        ({"api_address": "http://loja.example"}, "tray.bad_address"),
        ({"api_address": "https://u:p@loja.example"}, "tray.bad_address"),
        ({"api_address": "https://[bad"}, "tray.bad_address"),
        ({"api_address": " "}, "tray.not_configured"),
        ({"consumer_key": " "}, "tray.not_configured"),
        ({"consumer_secret": " "}, "tray.not_configured"),
    ],
)
def test_answers_that_cannot_work(tray: FakeTray, answers: dict[str, str], code: str) -> None:
    good = {"api_address": "loja.example", "consumer_key": "key", "consumer_secret": "secret"}
    with pytest.raises(TomadaError) as caught:
        converse(blank(tray), **{**good, **answers})
    assert caught.value.code == code
