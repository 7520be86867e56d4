"""``erp add`` and ``store add`` at a terminal: what is missing is asked for, secrets unseen."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from tests.cli.connecting import OFF, Remotes
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]
Typed = Callable[..., None]


class Terminal(io.StringIO):
    """A person's lines."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type lines; those with ``secret`` are read without an echo."""

    def type_lines(*lines: str, secret: tuple[str, ...] = ()) -> None:
        hidden = iter(secret)
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr(click.termui, "hidden_prompt_func", lambda _prompt: next(hidden))

    return type_lines


def test_everything_is_asked_for(home: Path, remotes: Remotes, typed: Typed, capsys: Capture) -> None:
    typed("y")
    assert here(capsys, "init")[0] == 0
    typed("y", secret=(remotes.token,))
    code, out, err = here(capsys, "erp", "add", "conta", "--set", f"base_url={remotes.api}")
    assert code == 0
    assert remotes.token not in out + err
    address = remotes.open_store("loja")
    keys = remotes.stores["loja"]
    typed("tray-rest", address, keys["consumer_key"], "2026-01-31", "y", secret=(keys["consumer_secret"],))
    answer = ["--set", f"authorization={remotes.code('loja')}"]
    code, out, err = here(capsys, "store", "add", "loja", *OFF, *answer)
    assert code == 0, err
    assert "orders.receive" in err  # the platforms side by side
    assert keys["consumer_secret"] not in out + err
    (found,) = json.loads(here(capsys, "store", "list", "--json")[1])["stores"]
    assert (found["state"], found["since"][:7]) == ("active", "2026-01")


def test_a_no_makes_nothing(home: Path, remotes: Remotes, typed: Typed, capsys: Capture) -> None:
    typed("n")
    assert here(capsys, "init")[0] == 2
    assert not home.exists()
    assert here(capsys, "init", "--yes")[0] == 0
    typed("n", secret=(remotes.token,))
    assert here(capsys, "erp", "add", "conta", "--set", f"base_url={remotes.api}")[0] == 2
    assert json.loads(here(capsys, "erp", "list", "--json")[1])["erps"] == []


def test_in_portuguese_a_yes_is_sim_and_now_is_agora(
    home: Path, remotes: Remotes, typed: Typed, capsys: Capture
) -> None:
    typed("talvez", "s")
    code, _, err = here(capsys, "init", "--lang", "pt")
    assert code == 0
    assert "[s/N]" in err
    assert "Responda sim ou não." in err
    typed("Sim", secret=(remotes.token,))
    assert here(capsys, "erp", "add", "conta", "--set", f"base_url={remotes.api}", "--lang", "pt")[0] == 0
    address = remotes.open_store("loja")
    keys = remotes.stores["loja"]
    typed(address, keys["consumer_key"], "agora", "não", secret=(keys["consumer_secret"],))
    answer = ["--set", f"authorization={remotes.code('loja')}"]
    code, _, err = here(
        capsys, "store", "add", "loja", "--platform", "tray-rest", *OFF, *answer, "--lang", "pt"
    )
    assert code == 2
    assert "[agora]" in err
    assert "A loja não foi ativada." in err
    typed("", "sim")
    assert here(capsys, "store", "activate", "loja", "--since", "2026-01-31", "--lang", "pt")[0] == 2
    typed("sim")
    assert here(capsys, "store", "activate", "loja", "--since", "2026-01-31", "--lang", "pt")[0] == 0


def test_one_of_several_accounts_is_chosen(
    home: Path, remotes: Remotes, typed: Typed, capsys: Capture
) -> None:
    assert here(capsys, "init", "--yes")[0] == 0
    words = remotes.erp_words()
    for name in ("one", "two"):
        assert here(capsys, "erp", "add", name, *words[3:], "--yes")[0] == 0
    address = remotes.open_store("loja")
    typed("two", "stop")
    here(capsys, "store", "add", "loja", "--platform", "tray-rest", "--set", f"api_address={address}")
    (found,) = json.loads(here(capsys, "store", "list", "--json")[1])["stores"]
    assert (found["name"], found["erp"]) == ("loja", "two")
