"""``tomada capabilities``: the matrix as a table, as JSON and as Markdown."""

import json

import pytest

from tests.cli.running import apart, here
from tomada.spi.catalogue import CATALOGUE


def test_json_lists_all_capabilities_in_the_catalogue_s_order(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = here(capsys, "capabilities", "--json")
    found = json.loads(out)
    assert (code, err, found["schema_version"]) == (0, "", 1)
    assert list(found) == ["schema_version", "platforms", "capabilities"]
    assert [one["id"] for one in found["capabilities"]] == [one.id for one in CATALOGUE]
    assert [one["label_pt"] for one in found["capabilities"]] == [one.label_pt for one in CATALOGUE]
    assert len(found["capabilities"]) == 19


def test_the_rest_platform_claims_what_it_offers(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(here(capsys, "capabilities", "--platform", "tray-rest", "--json")[1])
    assert [platform["id"] for platform in found["platforms"]] == ["tray-rest"]
    assert set(found["platforms"][0]) == {"id", "plugin", "version", "status"}
    claimed = {
        one["id"] for one in found["capabilities"] if one["platforms"]["tray-rest"]["state"] == "claimed"
    }
    assert claimed == {one["id"] for one in found["capabilities"]}, (
        "all 18 of REST, and the mapping of statuses"
    )
    assert len(claimed) == 19


@pytest.mark.parametrize(("words", "label"), [([], "label"), (["--lang", "pt"], "label_pt")])
def test_the_table_speaks_the_language(
    capsys: pytest.CaptureFixture[str], words: list[str], label: str
) -> None:
    shown = here(capsys, "capabilities", *words)[1]
    assert all(getattr(capability, label) in shown for capability in CATALOGUE)
    assert "tray-rest" in shown.splitlines()[0]


def test_markdown_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    lines = here(capsys, "capabilities", "--markdown")[1].splitlines()
    assert lines[0].startswith("| Capability | id |")
    assert lines[1].startswith("| --- | --- |")
    assert sum(line.startswith("| ") for line in lines) == 2 + len(CATALOGUE)


def test_one_form_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = here(capsys, "capabilities", "--json", "--markdown")
    assert code == 2
    assert json.loads(out)["error"]["message"] == "Give --json or --markdown, not both."


def test_an_unknown_platform_is_unusable(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = here(capsys, "capabilities", "--platform", "nonsense")
    assert (code, out) == (3, "")
    assert "Platform nonsense is not installed." in err


def test_without_any_platform_it_works_and_says_so() -> None:
    done = apart("capabilities", TOMADA_DISABLE_PLUGINS="tray-rest")
    assert done.returncode == 0
    assert "Switched off by TOMADA_DISABLE_PLUGINS." in done.stdout
