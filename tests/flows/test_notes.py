"""What a note's purpose says of it: the NF-e's numbers, or words for them (T4)."""

import pytest

from tomada.flows.order_news.notes import Fate, bills_sale, fate


@pytest.mark.parametrize(
    ("purpose", "sale"),
    [
        ("", True),
        ("1", True),
        ("NF-e normal", True),
        ("2", False),
        ("3", False),
        ("4", False),
        ("5", False),
        ("NF-e complementar", False),
        ("Nota de Crédito", False),
        ("Devolução de mercadoria", False),
        ("Bonificação", None),
    ],
)
def test_t4_only_a_normal_note_bills_a_sale(purpose: str, sale: bool | None) -> None:
    assert bills_sale(purpose) is sale


def test_t4_no_note_is_void() -> None:
    assert fate(None) is Fate.VOID
