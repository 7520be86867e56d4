"""What the code has, the pages describe."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT
from tests.docs.test_links import anchors
from tomada.app.erp_settings import ErpSettings
from tomada.cli.failures import ExitCode
from tomada.flows.holds.reasons import HOLDS
from tomada.flows.holds.settle import check_answer
from tomada.host.registry import Registry
from tomada.host.settings import describe
from tomada.ports.records import HoldRecord

EXIT_CODE_PAGES = [DOCS / "how-to" / page for page in ("run-from-cron.md", "trouble-shooting.md")]
SETTLE_HOLDS = DOCS / "how-to/settle-holds.md"
FLOWS = ROOT / "core/tomada/flows"
GUESSES = DOCS / "explanation/guesses.md"


def sections() -> dict[str, str]:
    """The sections of the guide to holds, by the code of the hold."""
    parts = re.split(r"^### ", SETTLE_HOLDS.read_text("utf-8"), flags=re.MULTILINE)
    return {part.partition("\n")[0]: part for part in parts[1:]}


def test_d3_every_hold_has_a_section() -> None:
    assert set(sections()) == set(HOLDS)
    assert set(HOLDS) <= anchors(SETTLE_HOLDS)


@pytest.mark.parametrize("code", HOLDS)
def test_d3_each_answer_that_the_guide_gives_is_taken(code: str) -> None:
    answers = re.findall(
        r"^\$ tomada holds settle 12 --as (\S+)( --remember)?$", sections()[code], re.MULTILINE
    )
    at = datetime(2026, 11, 1, tzinfo=UTC)
    hold = HoldRecord(12, 1, 1, "1001", code, "D3", "shipping", "Motoboy", {}, at, 1)

    assert answers
    for value, remember in answers:
        assert check_answer(hold, value, remember=bool(remember))


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


def test_every_count_of_a_run_is_explained() -> None:
    flows = "".join(path.read_text("utf-8") for path in FLOWS.rglob("*.py"))
    counted = set(re.findall(r'counts\["(\w+)"\]', flows))
    explained = set(re.findall(r"`(\w+)`", (DOCS / "reference/json.md").read_text("utf-8")))

    assert "created" in counted
    assert counted <= explained


def test_every_setting_that_rests_on_a_guess_is_on_the_page_of_guesses() -> None:
    models = [ErpSettings, *(plugin.info.settings for plugin in Registry().plugins())]
    guessed = [field.name for model in models for field in describe(model) if "guess" in field.description]
    text = GUESSES.read_text("utf-8")

    assert [name for name in guessed if f"`{name}`" not in text] == []
    assert "quota_scope" in guessed


def test_every_decision_stands_in_the_list() -> None:
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (DOCS / "adr/README.md").read_text("utf-8"))

    assert sorted(listed) == sorted(path.name for path in (DOCS / "adr").glob("0*.md"))
