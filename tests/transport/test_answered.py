"""An error status may be an answer of the remote's own, which a request can say (ADR 0017)."""

import httpx
import pytest

from tests.soap.fakes import StillClock
from tomada.errors import TransientError
from tomada.transport.client import open_client


def asked(body: bytes, **extensions: object) -> tuple[httpx.Response, int]:
    """Send a safe request to a remote that always answers 500 with this body; return the answer and the attempts."""
    attempts = 0

    def handle(_request: httpx.Request) -> httpx.Response:
        nonlocal attempts
        attempts += 1
        return httpx.Response(500, content=body)

    client = open_client(
        clock=StillClock(),
        limiter=None,
        refusal=None,
        deadline=None,
        boundary=lambda _name: None,
        secrets=tuple,
        transport=httpx.MockTransport(handle),
    )
    with client:
        answer = client.post("http://127.0.0.1:1/", extensions={"safe": True, **extensions})
    return answer, attempts


def test_an_answer_with_an_error_status_comes_back_at_once() -> None:
    answer, attempts = asked(b"<Fault/>", answered=lambda body: b"Fault" in body)
    assert (answer.status_code, answer.content, attempts) == (500, b"<Fault/>", 1)


@pytest.mark.parametrize("extensions", [{}, {"answered": lambda _body: False}], ids=["unsaid", "denied"])
def test_any_other_error_status_is_a_failure_that_passes(extensions: dict[str, object]) -> None:
    with pytest.raises(TransientError):
        asked(b"<html/>", **extensions)
