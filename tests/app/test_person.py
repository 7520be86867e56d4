"""Who acts, for the audit (X4)."""

import pytest

from tomada.app.person import actor


def test_x4_a_person_is_named_by_the_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    assert actor() == "person:ana"


@pytest.mark.parametrize("error", [KeyError("uid"), OSError("no name")])
def test_x4_a_login_without_a_name_is_still_a_person(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def nameless() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", nameless)
    assert actor() == "person"
