"""The browser's way back: one address on loopback, for one answer, and nothing of it in a log (X1)."""

import os
from pathlib import Path

import httpx
import pytest

from tomada.cli.callback import callback


@pytest.fixture
def browser() -> httpx.Client:
    return httpx.Client(trust_env=False)


def test_what_the_browser_came_back_with_is_the_whole_address(
    browser: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    with browser, callback() as back:
        assert back.address.startswith("http://127.0.0.1:")
        page = browser.get(f"{back.address}?code=s3cret&api_address=https://x")
        assert page.status_code == 200
        assert "close this window" in page.text
        assert back.wait(60) == f"{back.address}?code=s3cret&api_address=https://x"
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("path", ["favicon.ico", "", "other?code=x", f"?code={'x' * 9000}"])
def test_other_requests_are_no_answer(browser: httpx.Client, path: str) -> None:
    with browser, callback() as back:
        assert browser.get(back.address + path).status_code == 404
        assert back.wait(0) is None


def test_a_pasted_line_is_an_answer_and_the_end_of_the_input_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as typed:
        monkeypatch.setattr("sys.stdin", typed)
        os.write(writer, b"\n  http://127.0.0.1/?code=x \n")
        os.close(writer)
        with callback() as back:
            assert back.wait(60) == "http://127.0.0.1/?code=x"
            assert back.wait(0.3) is None
