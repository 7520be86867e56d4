"""Every exception of httpx has a meaning, and an unsafe request is never called harmless by mistake."""

import inspect

import httpx
import pytest

from tomada.errors import (
    ConfigurationError,
    EffectUnknown,
    RemoteContractChanged,
    TomadaError,
    TransientError,
)
from tomada.transport.trouble import translate

NOT_FROM_A_REQUEST = {
    httpx.HTTPStatusError,  # raise_for_status, called by whoever has the answer
    httpx.CookieConflict,  # reading a cookie by name
    httpx.StreamError,  # misuse of a stream, a bug of the caller
    httpx.StreamConsumed,
    httpx.StreamClosed,
    httpx.ResponseNotRead,
    httpx.RequestNotRead,
    httpx.HTTPError,  # abstract
}

HARMLESS: dict[type[Exception], type[TomadaError]] = {
    httpx.ConnectError: TransientError,
    httpx.ConnectTimeout: TransientError,
    httpx.PoolTimeout: TransientError,
    httpx.ProxyError: TransientError,
    httpx.UnsupportedProtocol: ConfigurationError,
    httpx.InvalidURL: ConfigurationError,
    httpx.TooManyRedirects: RemoteContractChanged,
}


def every_exception() -> list[type[Exception]]:
    return [
        thing
        for name in httpx.__all__
        if inspect.isclass(thing := getattr(httpx, name)) and issubclass(thing, Exception)
    ]


def test_the_lists_of_this_test_are_complete() -> None:
    request_errors = {
        kind for kind in every_exception() if issubclass(kind, (httpx.RequestError, httpx.InvalidURL))
    }
    assert request_errors | NOT_FROM_A_REQUEST == set(every_exception())
    assert request_errors >= HARMLESS.keys()


@pytest.mark.parametrize("kind", [kind for kind in every_exception() if kind not in NOT_FROM_A_REQUEST])
@pytest.mark.parametrize("safe", [True, False])
def test_every_exception_of_a_request_is_translated(kind: type[Exception], safe: bool) -> None:
    error = kind("with a secret")
    assert isinstance(error, (httpx.RequestError, httpx.InvalidURL))
    translated = translate(error, "POST https://e.example/x", safe=safe)
    expected = HARMLESS.get(kind, TransientError if safe else EffectUnknown)
    assert type(translated) is expected
    assert "secret" not in translated.message
    assert "POST https://e.example/x" in translated.message
