"""Ranked suggestions for a code that nobody has mapped, and why each (D1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomada.flows.mapping.mappings import check_value
from tomada.flows.mapping.suggestions import (
    MOST,
    NamedValue,
    Origin,
    Suggestion,
    Why,
    certain,
    suggest,
)
from tomada.flows.mapping.words import words_of

KINDS_WITH_WORDS = ("status", "shipping", "channel", "payment")


def known(kind: str) -> list[NamedValue]:
    return [NamedValue(word, value, Origin.KNOWN) for word, value in words_of(kind)]


def shown(found: list[Suggestion]) -> list[tuple[str, Why]]:
    return [(one.value, one.why) for one in found]


@pytest.mark.parametrize(
    ("kind", "name", "value", "why"),
    [
        ("shipping", "Jadlog", "J", Why.EXACT),
        ("status", "EM SEPARAÇÃO", "preparando_envio", Why.NORMALISED),
        ("payment", "credit_card", "credito", Why.NORMALISED),
        ("payment", "Debit-Card", "debito", Why.NORMALISED),
        ("channel", "MAGALU", "Magazine Luiza", Why.NORMALISED),
        ("shipping", "Motoboy Expresso", "X", Why.FUZZY),
        ("shipping", "Frete Rápido - Transportadora Azul", "T", Why.FUZZY),
        ("status", "Pedido em separaçao", "preparando_envio", Why.FUZZY),
    ],
)
def test_d1_first_suggestion_and_why(kind: str, name: str, value: str, why: Why) -> None:
    assert shown(suggest(kind, [name], "", known(kind)))[0] == (value, why)


def test_d1_the_surer_reason_comes_first() -> None:
    named = [
        NamedValue("Motoboys", "fuzzy", Origin.CHOSEN),
        NamedValue("motoboy", "normalised", Origin.KNOWN),
        NamedValue("Motoboy", "exact", Origin.KNOWN),
        NamedValue("Balloon", "far", Origin.KNOWN),
    ]
    found = suggest("shipping", ["Motoboy"], "", named)
    assert shown(found) == [("exact", Why.EXACT), ("normalised", Why.NORMALISED), ("fuzzy", Why.FUZZY)]
    assert suggest("status", ["A"], "open", [])[0].why is Why.TYPE
    assert shown(suggest("status", ["Pago!"], "open", [NamedValue("boleto", "x", Origin.KNOWN)])) == [
        ("aberto", Why.TYPE)
    ]


def test_d1_what_people_chose_comes_before_what_is_known_by_heart() -> None:
    named = [NamedValue("Expressa", "X", Origin.KNOWN), NamedValue("Expressa", "T", Origin.CHOSEN)]
    assert shown(suggest("shipping", ["Expressa"], "", named)) == [("T", Why.EXACT), ("X", Why.EXACT)]


def test_d1_two_values_with_the_code_s_own_name_are_a_doubt() -> None:
    two = [NamedValue("Expressa", "X", Origin.KNOWN), NamedValue("expressa", "T", Origin.CHOSEN)]
    assert certain(suggest("shipping", ["Expressa"], "", two)) is None
    one = certain(suggest("shipping", ["Expressa"], "", two[:1]))
    assert one
    assert one.value == "X"
    assert certain(suggest("shipping", ["Expressa hoje"], "", two[:1])) is None
    assert certain(suggest("channel", ["Feira"], "", [])) is None


def test_a_channel_may_keep_its_own_name_but_a_shipping_method_has_none_in_the_erp() -> None:
    assert shown(suggest("channel", ["FEIRA"], "", known("channel"))) == [("FEIRA", Why.TYPE)]
    assert suggest("shipping", ["Drone"], "", known("shipping")) == []


@pytest.mark.parametrize("kind", KINDS_WITH_WORDS)
def test_d1_every_word_that_is_known_suggests_its_value_and_the_value_works(kind: str) -> None:
    for word, value in words_of(kind):
        assert check_value(kind, value) == value
        [first, *_rest] = suggest(kind, [word], "", known(kind))
        assert (first.value, first.why) == (value, Why.EXACT)


@given(st.sampled_from(KINDS_WITH_WORDS), st.text(max_size=40), st.sampled_from(["", "open", "closed", "x"]))
def test_d1_suggestions_are_few_distinct_ranked_and_values_that_work(
    kind: str, name: str, type_: str
) -> None:
    found = suggest(kind, [name], type_, known(kind))
    ranks = [list(Why).index(one.why) for one in found]
    assert len(found) <= MOST
    assert ranks == sorted(ranks)
    assert len({one.value for one in found}) == len(found)
    assert all(check_value(kind, one.value) for one in found)
