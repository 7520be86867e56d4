"""Portuguese is complete: every sentence of the code is translated, and the compiled files are current."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))

import messages

from tomada.spi.catalogue import CATALOGUE


def test_no_sentence_is_missing_or_out_of_date() -> None:
    assert list(messages.problems(write=False)) == []


def hidden_sentences(source: str) -> list[str]:
    """Sentences inside f-strings: what reads the code before Python 3.12 does not find them."""
    return [
        call.args[0].value
        for text in ast.walk(ast.parse(source))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in messages.KEYWORDS
        and isinstance(call.args[0], ast.Constant)
    ]


def test_no_sentence_hides_inside_an_f_string() -> None:
    assert hidden_sentences("f\"{told} {_('Save it?')}\"") == ["Save it?"]
    assert hidden_sentences("f'{_(KINDS[kind])}: {number}'") == []
    for folder in messages.PACKAGES.values():
        for path in folder.rglob("*.py"):
            assert hidden_sentences(path.read_text("utf-8")) == [], path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with two sentences, one of which is translated."""
    folder = tmp_path / "sample"
    po = folder / "locale/pt_BR/LC_MESSAGES/sample.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid "Hello {name}."\nmsgstr "Olá, {name}."\n', "utf-8")
    (folder / "code.py").write_text("print(_('Hello {name}.'), N_('Bye.'))")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PACKAGES", {"sample": folder, "tomada": messages.PACKAGES["tomada"]})
    monkeypatch.setattr(messages, "_problems_of_click", lambda write: iter(()))
    original = messages.extracted
    monkeypatch.setattr(messages, "extracted", lambda at: original(at) if at == folder else {})
    return folder


def translate(package: Path, sentence: str, translation: str) -> None:
    po = package / "locale/pt_BR/LC_MESSAGES/sample.po"
    text = po.read_text("utf-8")
    po.write_text(text + f'\nmsgid "{sentence}"\nmsgstr "{translation}"\n', "utf-8")


def test_a_missing_sentence_fails(package: Path) -> None:
    assert "sample: not translated: 'Bye.'" in list(messages.problems(write=True))
    assert "sample: not translated: 'Bye.'" in list(messages.problems(write=False))


def test_a_complete_catalogue_passes_once_it_is_compiled(package: Path) -> None:
    translate(package, "Bye.", "Tchau.")
    assert [problem for problem in messages.problems(write=False) if "not up to date" in problem]
    assert list(messages.problems(write=True)) == []
    assert list(messages.problems(write=False)) == []


def test_other_placeholders_fail(package: Path) -> None:
    (package / "code.py").write_text("_('{count} of {total}')")
    translate(package, "{count} of {total}", "{count} de {todos}")
    assert [problem for problem in messages.problems(write=True) if "other placeholders" in problem]


def test_an_obsolete_sentence_fails_until_it_is_removed(package: Path) -> None:
    translate(package, "Bye.", "Tchau.")
    translate(package, "Long gone.", "Já se foi.")
    list(messages.problems(write=True))
    translate(package, "Long gone.", "Já se foi.")
    assert [problem for problem in messages.problems(write=False) if "not up to date" in problem]


def test_a_fuzzy_sentence_counts_as_missing(package: Path) -> None:
    po = package / "locale/pt_BR/LC_MESSAGES/sample.po"
    po.write_text('#, fuzzy\nmsgid "Bye."\nmsgstr "Oi."\n', "utf-8")
    assert "sample: not translated: 'Bye.'" in list(messages.problems(write=True))


def test_every_capability_has_the_erps_own_name() -> None:
    assert all(capability.label_pt and capability.label_pt != capability.label for capability in CATALOGUE)
