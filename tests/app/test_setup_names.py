"""Names of accounts and stores, and the mark of a store in the ERP (O1)."""

import pytest

from tomada.app.names import MARK_LENGTH, checked_name, mark_for
from tomada.errors import UsageError


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("Loja", "loja"),
        ("Café São João – Centro", "cafe-sao-joao-centro"),
        ("loja_2.com.br", "loja-2-com-br"),
        ("日本", "store"),
        ("x" * 80, "x" * MARK_LENGTH),
    ],
)
def test_o1_a_mark_is_plain_and_short(name: str, mark: str) -> None:
    assert mark_for(name, ()) == mark


def test_o1_no_two_stores_have_one_mark() -> None:
    taken: set[str] = set()
    for _ in range(12):
        mark = mark_for("x" * 80, taken)
        assert mark not in taken
        assert len(mark) <= MARK_LENGTH
        taken.add(mark)


def test_a_name_is_tidied() -> None:
    assert checked_name("  Minha   Loja ") == "Minha Loja"


@pytest.mark.parametrize("name", ["", " ", "-rf", "a/b", "a\x00b", "x" * 81, ".hidden"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(UsageError):
        checked_name(name)
