"""A code that is said by its name: taken where it leaves no doubt, else refused with what there is (D1)."""

import pytest

from tomada.app.codes import code_meant
from tomada.errors import UsageError

SHOWN = {"1": "ENVIADO", "2": "MKT-MM ENVIADO", "3": "Em trânsito", "4": "EM TRANSITO ", "5": "A ENVIAR"}


@pytest.mark.parametrize(
    ("said", "meant"), [("5", "5"), ("a enviar", "5"), ("enviado", "1"), ("MKT-MM Enviado", "2"), ("*", "*")]
)
def test_d1_a_name_of_one_code_alone_is_that_code(said: str, meant: str) -> None:
    assert code_meant("loja", "status", said, SHOWN) == meant


def test_d1_a_name_of_several_codes_is_refused_with_their_codes() -> None:
    with pytest.raises(UsageError) as caught:
        code_meant("loja", "status", "em transito", SHOWN)
    assert caught.value.code == "mapping.code"
    assert caught.value.hint == "There are: 3 (Em trânsito), 4 (EM TRANSITO )"


def test_d1_a_channel_or_a_way_of_shipping_may_still_come() -> None:
    assert code_meant("loja", "channel", "Feira", {"1": "Loja"}) == "Feira"


def test_d1_a_status_is_not_taken_on_trust_before_the_store_has_shown_its_own() -> None:
    with pytest.raises(UsageError) as caught:
        code_meant("loja", "status", "A ENVIAR", {})
    assert caught.value.code == "mapping.unseen"
    assert "tomada plan loja" in caught.value.hint
