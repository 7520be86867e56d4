"""The help of every command: whole in both languages, and nothing is cut off."""

import re
from collections.abc import Iterator

import click
import pytest

from tests.cli.running import here
from tomada.cli.commands import COMMANDS
from tomada.cli.language import PLACEHOLDERS, localised, placeholders
from tomada.cli.root import root
from tomada.i18n import use


def commands(
    command: click.Command = root, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield the core's commands by their words, groups included."""
    yield words, command
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for name in COMMANDS if command is root else command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found
            yield from commands(found, (*words, name))


ISSUED = {
    ("init",), ("capabilities",), ("plan",), ("sync",), ("doctor",), ("plugins", "list"), ("db", "upgrade"),
    *(("erp", name) for name in ("add", "list", "test", "show", "set", "remove")),
    *(("store", name) for name in ("add", "list", "test", "show", "set", "authorize", "activate", "pause")),
    *(("store", name) for name in ("resume", "remove", "profile")),
    *(("channels", name) for name in ("list", "set")),
    *(("map", name) for name in ("list", "set", "remove", "suggest", "import", "export")),
    *(("links", name) for name in ("list", "set", "remove", "match", "import", "export")),
    ("products", "send"), ("products", "import"), ("prices", "send"), ("prices", "explain"),
    ("categories", "list"), ("categories", "create"),
    ("orders", "set-status"), ("orders", "mark-delivered"), ("stock", "send"), ("stock", "explain"),
    ("stock", "reservations"),
    *(("holds", name) for name in ("list", "show", "retry", "assign", "snooze", "settle")),
    *(("orders", name) for name in ("list", "show", "trace", "import", "retry")),
    *(("runs", name) for name in ("list", "show")),
}  # fmt: skip


def test_every_command_is_there_and_has_json() -> None:
    found = dict(commands())
    leaves = {words for words, command in found.items() if not isinstance(command, click.Group)}
    assert leaves == ISSUED
    for words in leaves:
        assert any(parameter.name == "as_json" for parameter in found[words].params), words


@pytest.mark.parametrize("language", ["en", "pt"])
def test_no_sentence_is_cut_off(capsys: pytest.CaptureFixture[str], language: str) -> None:
    for words, _command in commands():
        code, out, err = here(capsys, *words, "--help", "--lang", language)
        assert (code, err) == (0, ""), words
        assert not re.search(r"[a-zà-ú]\.\.\.", out), words


def test_portuguese_has_no_word_of_ours_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    kept = {"ERP", "ID", "KEY", "JSON"}  # also Portuguese, or names
    english = {word for word in PLACEHOLDERS if word not in kept}
    for words, _command in commands():
        out = here(capsys, *words, "--help", "--lang", "pt")[1]
        assert out.startswith("Uso: tomada"), words
        assert "[OPÇÕES]" in out, words
        assert not english & set(re.findall(r"[A-Z_]{2,}", re.sub(r"TOMADA_\w+|NO_COLOR", "", out))), words


def test_help_of_one_language_leaves_the_other_as_it_is() -> None:
    use("pt")
    assert placeholders("tomada store add NAME [OPTIONS]") == "tomada store add NOME [OPÇÕES]"
    use("en")
    command = click.Command("x", help="List the stores.")
    assert localised(command, str.upper).help == "LIST THE STORES."
    assert command.help == "List the stores."


def test_a_short_help_is_the_first_sentence() -> None:
    command = click.Command("x", help="One, long enough to be cut off by click, I should say. Two.")
    assert localised(command, str).get_short_help_str(45) == (
        "One, long enough to be cut off by click, I should say."
    )
    assert localised(click.Command("x", short_help="Short."), str).get_short_help_str() == "Short."
    assert localised(click.Command("x"), str).get_short_help_str() == ""
