"""The options of Tomada itself: anywhere on the line, and known to every command."""

import json
from pathlib import Path

import click
import pytest

from tests.cli.running import apart, here
from tomada.cli import group
from tomada.cli.commands import Entry
from tomada.cli.everywhere import language_in, moved_to_front
from tomada.cli.frame import Frame, pass_frame


def test_options_may_stand_anywhere_but_behind_two_dashes() -> None:
    words = ["map", "--home", "x", "set", "-vv", "--lang=pt", "a", "--", "-v", "--lang", "en"]
    front = ["--home", "x", "-vv", "--lang=pt"]
    assert moved_to_front(words) == [*front, "map", "set", "a", "--", "-v", "--lang", "en"]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (["a", "--lang", "pt"], "pt"),
        (["--lang=en", "a"], "en"),
        (["--lang", "en", "a", "--lang=pt"], "pt"),
        (["a", "--", "--lang", "pt"], None),
        (["--lang"], None),
        (["--home", "--lang"], None),
    ],
)
def test_the_language_is_known_before_parsing(words: list[str], language: str | None) -> None:
    assert language_in(words) == language


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """What ``tomada look`` saw."""
    seen: list[Frame] = []
    command = click.Command("look", callback=pass_frame(lambda frame: seen.append(frame)))
    monkeypatch.setitem(group.COMMANDS, "look", Entry("unused:look", ""))
    monkeypatch.setattr(group, "_load", lambda target: command)
    return seen


def test_the_data_folder_comes_by_option_or_environment(
    frames: list[Frame], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here(capsys, "look")
    monkeypatch.setenv("TOMADA_HOME", str(tmp_path / "env"))
    here(capsys, "look", "-v")
    here(capsys, "look", "--home", str(tmp_path / "option"), "-vv")
    assert frames == [Frame(None, 0), Frame(tmp_path / "env", 1), Frame(tmp_path / "option", 2)]


def test_help_and_errors_are_in_portuguese(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = here(capsys, "--lang", "pt", "--help")
    assert "Uso: tomada" in out
    assert "Opções:" in out
    assert "Mostra os plugins instalados." in out
    _code, _out, err = here(capsys, "plugins", "--nonsense", "--lang", "pt")
    assert err == "Erro: Não existe a opção '--nonsense'.\nVeja: tomada plugins --help\n"
    assert "Show the installed plugins." in here(capsys, "plugins", "--help")[1]


def test_the_environment_chooses_the_language() -> None:
    shown = apart("--help", LC_ALL="pt_BR.UTF-8")
    assert "Comandos:" in shown.stdout
    assert "Commands:" in apart("--help", LANGUAGE="pt_BR").stdout


def test_version_is_one_line() -> None:
    from tomada import __version__

    assert apart("--version").stdout == f"tomada {__version__}\n"


def test_json_ascii_only_where_the_terminal_is() -> None:
    plain = apart("capabilities", "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0").stdout
    assert plain.isascii()
    assert json.loads(plain) == json.loads(apart("capabilities", "--json").stdout)
