"""The merchants' pages, one for each capability: what they name is there, and nothing that they owe is left out."""

import importlib
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import click
import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tests.docs.pages import DOCS, commands, name, prose
from tests.docs.test_commands import problem_of
from tomada.app.erp_settings import ErpSettings
from tomada.cli.root import root
from tomada.flows.holds.reasons import HOLDS, RESTS
from tomada.flows.holds.settle import check_answer
from tomada.host.registry import Registry
from tomada.host.settings import SettingField, describe
from tomada.ports.options import StoreOptions
from tomada.ports.records import HoldRecord
from tomada.spi.catalogue import CATALOGUE, Capability

FOLDER = DOCS / "recursos"
INDEX = FOLDER / "README.md"
PAGES = {one.id: FOLDER / f"{one.id}.md" for one in CATALOGUE}
PARTS = ["O que faz", "Configurações", "Comandos", "Quando algo para"]
RECEIVING = PAGES["orders.receive"]

HOLD = "12"
"""The number of every hold on these pages."""

SHORT = 40
"""Defaults that are longer are not spelt out."""

SPOKEN = {"yes": "sim", "no": "não", "": "vazio"}

_DOTTED = re.compile(r"`([a-z_]+(?:\.[a-z_]+)+)(?:=[^`]*)?`")
_ROW = re.compile(r"^\| `([a-z_.]+)` \| (.+?) \| .+ \|$", re.MULTILINE)
_HOLD = re.compile(r"^### `(\w+)`$", re.MULTILINE)


@pytest.fixture
def merchants(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The generator of what the matrix says on these pages."""
    monkeypatch.syspath_prepend(DOCS)
    return importlib.import_module("generators.merchants")


def section(page: Path, title: str) -> str:
    """What stands under one of a page's own headings."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def holds(page: Path) -> dict[str, str]:
    """The holds that a page explains, each with its text."""
    found = _HOLD.split(section(page, "Quando algo para"))[1:]
    return {code: text.partition("\n### ")[0] for code, text in zip(found[::2], found[1::2], strict=True)}


def known_settings() -> dict[str, set[str]]:
    """Setting → its defaults, as platforms may give one name different ones."""
    known: dict[str, set[str]] = {}
    models = [StoreOptions, ErpSettings, *(plugin.info.settings for plugin in Registry().plugins())]
    for field in (field for model in models for field in describe(model)):
        known.setdefault(field.name, set()).add(spoken_default(field))
    return known


def spoken_default(field: SettingField) -> str:
    """A setting's default as these pages write it."""
    text = (field.default or "").removesuffix(".0")
    return SPOKEN.get(text, "de fábrica" if len(text) > SHORT else text)


def settings_table(page: Path) -> dict[str, str]:
    """Setting → default, as the page's table has them."""
    rows = _ROW.findall(section(page, "Configurações"))
    return {setting: default.strip("`") for setting, default in rows}


def test_every_capability_has_a_page_and_every_page_a_capability() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == {path.name for path in [*PAGES.values(), INDEX]}


@pytest.mark.parametrize("capability", CATALOGUE, ids=lambda one: one.id)
def test_a_page_has_the_erp_s_name_of_the_capability_and_all_parts(capability: Capability) -> None:
    text = PAGES[capability.id].read_text("utf-8")

    assert text.startswith(f"# {capability.label_pt}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert [part for part in PARTS if not section(PAGES[capability.id], part).strip()] == []


@pytest.mark.parametrize("capability", PAGES)
def test_the_modalities_of_a_page_are_those_of_the_matrix(capability: str, merchants: ModuleType) -> None:
    text = PAGES[capability].read_text("utf-8")

    assert merchants.with_modalities(text, capability) == text, "run: make docs"


def test_a_line_of_modalities_that_is_stale_is_found(merchants: ModuleType) -> None:
    text = PAGES["stock.send"].read_text("utf-8")
    stale = text.replace("REST e SOAP; não por FTP", "FTP, REST e SOAP")

    assert stale != text
    assert merchants.with_modalities(stale, "stock.send") == text


def test_the_list_of_the_pages_is_that_of_the_matrix(merchants: ModuleType) -> None:
    assert merchants.block() in INDEX.read_text("utf-8"), "run: make docs"


@pytest.mark.parametrize("page", PAGES.values(), ids=name)
def test_the_settings_of_a_page_exist_with_their_defaults(page: Path) -> None:
    known, listed = known_settings(), settings_table(page)

    assert listed
    assert {
        setting: default
        for setting, default in listed.items()
        if default not in known.get(setting, {"no such setting"})
    } == {}


@pytest.mark.parametrize("page", [*PAGES.values(), INDEX], ids=name)
def test_nothing_with_a_dot_is_named_that_is_neither_setting_nor_capability(page: Path) -> None:
    named = set(_DOTTED.findall(prose(page)))

    assert named - set(known_settings()) - set(PAGES) == set()


@pytest.mark.parametrize("page", PAGES.values(), ids=name)
def test_d3_a_page_explains_holds_that_exist_with_answers_that_are_taken(page: Path) -> None:
    for code, text in holds(page).items():
        answers = re.findall(r"^\$ tomada --lang pt holds settle 12 --as (.+)$", text, re.MULTILINE)
        assert code in HOLDS
        assert answers
        for answer in answers:
            value, *more = shlex.split(answer)
            assert check_answer(hold(code, page), value, remember=more == ["--remember"])


def hold(code: str, page: Path) -> HoldRecord:
    """A hold as the page has it; of a mapping, one of the page's kind."""
    kind = page.stem.partition(".")[2] if code == "unmapped" else "product"
    return HoldRecord(12, 1, 1, "1001", code, "D3", kind, "Motoboy", {}, datetime(2026, 11, 1, tzinfo=UTC), 1)


def test_d3_every_hold_stands_on_a_page() -> None:
    explained = {code for page in PAGES.values() for code in holds(page)}

    assert set(HOLDS) - explained == set()


def test_every_reason_for_which_an_order_rests_stands_on_the_page_of_receiving() -> None:
    assert set(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", RECEIVING.read_text("utf-8"), re.MULTILINE)) == set(
        RESTS
    )


@pytest.mark.parametrize("page", PAGES.values(), ids=name)
def test_a_page_shows_commands_in_portuguese(page: Path) -> None:
    texts = [one.text for one in commands(page)]

    assert section(page, "Comandos").count("\n$ ") > 0
    assert [text for text in texts if not text.startswith("tomada --lang pt ")] == []
    assert [problem for text in texts if (problem := problem_of(text))] == []


def test_every_command_ends_well_beside_the_sandbox(
    merchant: Remotes, capsys: pytest.CaptureFixture[str]
) -> None:
    failed, typed = [], 0
    for page in [INDEX, *PAGES.values()]:
        for words in (shlex.split(one.text)[1:] for one in commands(page)):
            if HOLD in words:  # what becomes of an answer is tested with the hold itself
                continue
            typed += 1
            code, out, err = here(capsys, *words, *(["--yes"] if takes_yes(words) else []))
            if code:
                failed.append((name(page), words, code, out, err))

    assert failed == []
    assert typed > len(PAGES)


def takes_yes(words: list[str]) -> bool:
    """Tell whether the command asks before it does something, and was not answered yet."""
    command: click.Command = root
    context = click.Context(root)
    for word in words:
        if isinstance(command, click.Group):
            command = command.get_command(context, word) or command
    return "--yes" not in words and any("--yes" in option.opts for option in command.params)


@pytest.fixture
def merchant(home: Path, remotes: Remotes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Remotes:
    """The account and the store of the pages, with one order in the ERP."""
    erp, store = remotes.erp_words(), remotes.store_words("minha-loja", tmp_path / "secret")
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    answers = ["--set", f"authorization={remotes.code('minha-loja')}", "--since", since, "--yes"]
    for words in (["init"], [*erp[:2], "empresa", *erp[3:]], [*store, *answers]):
        code, _out, err = here(capsys, *words)
        assert code == 0, err
    assert remotes.place("minha-loja") == "1001"
    assert here(capsys, "sync", "minha-loja", "orders")[0] == 0
    return remotes
