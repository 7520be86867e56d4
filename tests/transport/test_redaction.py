"""X1: what is logged and shown holds no secret and no personal data."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tomada.errors import TransientError
from tomada.transport.redaction import MASK, kind_and_place, redact, redact_url, traceback_without_values


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("GET /auth?code=9f8e7d&page=2", "9f8e7d"),
        ("POST refresh_token=abc/def==&x=1", "abc/def=="),
        ("/x?consumer_secret=s3cr3t", "s3cr3t"),
        ('{"access_token": "APP_ID-77-STORE", "n": 1}', "APP_ID-77-STORE"),
        ("{'token': 'aa bb'}", "aa"),
        ("Authorization: Bearer eyJhbGci.x.y", "eyJhbGci.x.y"),
        ("api_key: 12345678", "12345678"),
        ("x?redirect=https%3A%2F%2Fe%2F%3Fcode%3Dq1w2e3", "q1w2e3"),
        ("CPF 529.982.247-25 twice", "529.982.247-25"),
        ("cpf=52998224725", "52998224725"),
        ("CNPJ 11.222.333/0001-81.", "11.222.333/0001-81"),
        ("cnpj 11222333000181", "11222333000181"),
        ("CNPJ 12.ABC.345/01DE-35", "12.ABC.345/01DE-35"),
        ("12ABC34501DE35 is one too", "12ABC34501DE35"),
        ("mail to maria.silva+x@example.com.br now", "maria.silva"),
        ("?email=maria%40example.com", "maria"),
    ],
)
def test_secrets_and_personal_data_are_masked(text: str, hidden: str) -> None:
    shown = redact(text)
    assert hidden not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "text", ["order 1234567890 has 3 items", "status code 503", "R$ 1.234,56", "2026-03-02 12:00:00"]
)
def test_other_texts_stay(text: str) -> None:
    assert redact(text) == text


@settings(derandomize=True)
@given(st.text(min_size=4, max_size=30), st.text(max_size=40), st.text(max_size=40))
def test_a_known_secret_never_survives(secret: str, before: str, after: str) -> None:
    if secret in MASK * 3:
        return
    assert secret not in redact(f"{before}{secret}{after}", [secret]).replace(MASK, "\0")


def test_a_known_secret_is_found_in_its_encoded_forms() -> None:
    secret = "p&s/ç w=1"
    for form in ("p&s/ç w=1", "p%26s%2F%C3%A7%20w%3D1", "p%26s%2F%C3%A7+w%3D1", "p%26s/%C3%A7%20w%3D1"):
        assert redact(f"<{form}>", [secret]) == f"<{MASK}>"


def test_a_longer_secret_is_masked_before_one_that_it_contains() -> None:
    assert redact("abcdefgh", ["abcd", "abcdefgh"]) == MASK


def test_values_too_short_to_be_secrets_are_left() -> None:
    assert redact("a1b2", ["", "1"]) == "a1b2"


def test_a_url_shows_numbers_and_dates_and_nothing_else() -> None:
    url = (
        "https://user:pw@loja.example:8443/web_api/orders/77"
        "?page=2&modified=2026-03-01&customer=Maria+Silva&access_token=1234&code=99&sort=&cpf=52998224725#frag"
    )
    assert redact_url(url) == (
        "https://loja.example:8443/web_api/orders/77"
        f"?page=2&modified=2026-03-01&customer={MASK}&access_token={MASK}&code={MASK}&sort=&cpf={MASK}"
    )


def test_a_port_that_is_none_is_shown_as_it_is() -> None:
    assert redact_url("http://loja.example:99999/x") == "http://loja.example:99999/x"


def test_x1_a_traceback_shows_the_way_and_no_message_but_ours() -> None:
    def fail() -> None:
        try:
            raise ValueError("Maria da Silva")
        except ValueError:
            try:
                raise KeyError("Rua das Acácias")
            except KeyError as error:
                raise TransientError("x", "The store is down, token=abcdef.") from error

    with pytest.raises(TransientError) as caught:
        fail()
    told = traceback_without_values(caught.value)
    assert "builtins.ValueError" in told
    assert "builtins.KeyError" in told
    assert told.startswith("Traceback")
    assert f"tomada.errors.TransientError: The store is down, token={MASK}" in told.splitlines()[-1]
    assert not re.search(r"Error: '?(Maria|Rua)", told)
    assert kind_and_place(caught.value)[0] == "TransientError"
    assert kind_and_place(caught.value)[1].startswith("test_redaction.py:")
    assert kind_and_place(ValueError("never raised")) == ("ValueError", "?")


def test_x1_a_traceback_ends_where_the_chain_was_cut_or_bites_its_tail() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert traceback_without_values(first).count("Traceback") == 2
    third = OSError("c")
    third.__context__, third.__suppress_context__ = first, True
    assert traceback_without_values(third).count("Traceback") == 1


def test_a_secret_in_the_path_is_masked() -> None:
    assert (
        redact_url("https://e.example/hook/t0p-s3cret/x", ["t0p-s3cret"])
        == f"https://e.example/hook/{MASK}/x"
    )
