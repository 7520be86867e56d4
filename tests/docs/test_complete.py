"""What the code has, the pages describe."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS
from tests.docs.test_links import anchors
from tomada.app.erp_settings import ErpSettings
from tomada.cli.failures import ExitCode
from tomada.flows.reasons import HOLDS
from tomada.host.registry import Registry
from tomada.host.settings import describe

EXIT_CODE_PAGES = [DOCS / "how-to" / page for page in ("run-from-cron.md", "trouble-shooting.md")]
GUESSES = DOCS / "explanation/guesses.md"


def test_d3_every_hold_has_a_section_with_its_command() -> None:
    page = DOCS / "how-to/settle-holds.md"
    sections = re.split(r"^### ", page.read_text("utf-8"), flags=re.MULTILINE)
    described = {section.partition("\n")[0]: section for section in sections[1:]}

    assert set(HOLDS) == set(described)
    assert set(HOLDS) <= anchors(page)
    assert [
        code
        for code, text in described.items()
        if "$ tomada holds settle" not in text and code != "cancel_posted"
    ] == []


def test_d3_every_hold_is_explained_in_portuguese() -> None:
    text = (DOCS / "how-to/resolver-pendencias.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", text, re.MULTILINE))

    assert set(rows) == set(HOLDS)
    missing = {
        code: [answer for answer in HOLDS[code].answers if f"`{answer}`" not in answers]
        for code, answers in rows.items()
    }
    assert {code: answers for code, answers in missing.items() if answers} == {}


@pytest.mark.parametrize("page", EXIT_CODE_PAGES, ids=lambda page: page.name)
def test_every_exit_code_is_explained(page: Path) -> None:
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", page.read_text("utf-8"), re.MULTILINE)}

    assert {int(code) for code in ExitCode} - explained <= {0}
    assert explained <= {int(code) for code in ExitCode}


def test_every_setting_that_rests_on_a_guess_is_on_the_page_of_guesses() -> None:
    models = [ErpSettings, *(plugin.info.settings for plugin in Registry().plugins())]
    guessed = [field.name for model in models for field in describe(model) if "guess" in field.description]
    text = GUESSES.read_text("utf-8")

    assert [name for name in guessed if f"`{name}`" not in text] == []
    assert "quota_scope" in guessed


def test_every_decision_stands_in_the_list() -> None:
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (DOCS / "adr/README.md").read_text("utf-8"))

    assert sorted(listed) == sorted(path.name for path in (DOCS / "adr").glob("0*.md"))
