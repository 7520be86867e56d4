"""Commands and settings that the pages name are there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from tests.docs.pages import DOCS, Command, commands, name, pages, prose
from tomada.app.erp_settings import ErpSettings
from tomada.cli.everywhere import moved_to_front
from tomada.cli.root import root
from tomada.host.registry import Registry
from tomada.host.settings import describe
from tomada.ports.options import StoreOptions
from tomada.spi.catalogue import CATALOGUE

ERRORS = DOCS / "reference/errors.md"
_INLINE = re.compile(r"`(tomada [^`\n]+)`")
_SETTING = re.compile(r"`((?:orders|money|customers|quota)\.[a-z_]+)(?:[.=][^`]*)?`")
NO_COMMAND = "no command"
_ANYTHING = "1"
"""Stands for a value that a page leaves open (``NAME``, ``…``); a number fits wherever a text does."""

_INCOMPLETE = ("Missing", "Invalid value", NO_COMMAND)
"""What a command in a sentence may be: it names a group, or leaves open what the command needs."""


def problem_of(text: str) -> str:
    """Say what is wrong with a command line; empty when the command exists and takes these words."""
    typed = moved_to_front(shlex.split(text)[1:])
    words = [_ANYTHING if re.fullmatch(r"[A-Z]+|…", word) else word for word in typed]
    command: click.Command = root
    context = click.Context(root, info_name="tomada")
    try:
        while isinstance(command, click.Group):
            rest = command.make_parser(context).parse_args(list(words))[1]
            if not rest:
                return NO_COMMAND
            found = command.get_command(context, rest[0])
            if found is None:
                return f"there is no command {rest[0]}"
            command, words = found, rest[1:]
            context = click.Context(command, info_name=rest[0], parent=context)
        command.parse_args(context, words)
    except click.exceptions.Exit:  # --help
        return ""
    except click.UsageError as error:
        return error.format_message()
    return ""


def console_commands(page: Path) -> Iterator[Command]:
    for command in commands(page):
        if command.text.startswith("tomada "):
            yield command


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_command_of_a_console_block_exists_with_its_options(page: Path) -> None:
    wrong = [
        f"line {one.line}: {one.text}: {problem}"
        for one in console_commands(page)
        if (problem := problem_of(one.text.split(" | ")[0]))
    ]

    assert wrong == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_command_in_a_sentence_exists(page: Path) -> None:
    wrong = {text: problem_of(re.split(r" [\[…(]|=…", text)[0]) for text in _INLINE.findall(prose(page))}

    assert {
        text: problem for text, problem in wrong.items() if problem and not problem.startswith(_INCOMPLETE)
    } == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tomada sync shop", ""),
        ("tomada --lang pt holds settle 12 --as VALUE", ""),
        ("tomada holds settle 12", "Missing option '--as'."),
        ("tomada holds forget 12", "there is no command forget"),
        ("tomada sync shop --quick", "No such option '--quick'."),
    ],
)
def test_a_command_that_is_not_there_is_found(text: str, problem: str) -> None:
    assert problem_of(text) == problem


def test_every_setting_that_is_named_exists() -> None:
    models = [StoreOptions, ErpSettings, *_platforms()]
    known = {field.name for model in models for field in describe(model)}
    others = {one.id for one in CATALOGUE} | set(
        re.findall(r"`([a-z]+\.[a-z_]+)`", ERRORS.read_text("utf-8"))
    )
    named = {setting: name(page) for page in pages() for setting in _SETTING.findall(prose(page))}
    unknown = {setting: page for setting, page in named.items() if setting not in known | others}

    assert {setting: page for setting, page in unknown.items() if not setting.endswith((".py", ".db"))} == {}
    assert "orders.enter" in named


def test_every_setting_that_a_command_gives_exists() -> None:
    erp = {field.name for field in describe(ErpSettings)}
    store = {field.name for model in (StoreOptions, *_platforms()) for field in describe(model)}
    known = {"erp": erp, "store": store | {"authorization"}}  # what the setup asks for besides the settings
    wrong, checked = [], 0
    for page in set(pages()) - {DOCS / "tutorials/add-a-platform.md"}:  # has settings of its own
        texts = [one.text for one in console_commands(page)] + _INLINE.findall(prose(page))
        for text in texts:
            words = text.split()
            if words[1] in known:
                keys = [found[1] for word in words if (found := re.match(r"([a-z_]+(?:\.[a-z_]+)*)=", word))]
                checked += len(keys)
                wrong += [
                    f"{name(page)}: {text}: {key}" for key in keys if not _is_known(key, known[words[1]])
                ]

    assert wrong == []
    assert checked > 10


def _is_known(key: str, known: set[str]) -> bool:
    return key in known or key in ("key", "token") or key.removeprefix("quota.limits.") != key


def _platforms() -> list[type[BaseModel]]:
    return [plugin.info.settings for plugin in Registry().plugins()]
