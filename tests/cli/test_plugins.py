"""``tomada plugins list``: what is installed, and why something of it does not work."""

import json
from pathlib import Path

import pytest

from tests.cli.running import apart, here, with_extension
from tomada.cli.plugins import STATUSES
from tomada.host.discovery import PluginStatus, Status
from tomada.host.registry import Registry


def test_list_in_both_languages() -> None:
    lines = apart("plugins", "list").stdout.splitlines()
    assert lines[0].split() == ["Plugin", "Kind", "Distribution", "Version", "State", "Reason"]
    assert [line.split()[:3] for line in lines[1:]] == [
        ["tray-ftp", "platform", "tomada-tray-ftp"],
        ["tray-rest", "platform", "tomada-tray-rest"],
        ["tray-soap", "platform", "tomada-tray-soap"],
        ["sandbox", "extension", "tomada-sandbox"],
    ]
    assert all(line.endswith("works") for line in lines[1:])
    assert "funciona" in apart("plugins", "list", "--lang", "pt").stdout


def test_json() -> None:
    found = json.loads(apart("plugins", "list", "--json").stdout)
    assert found["schema_version"] == 1
    assert {(one["id"], one["kind"], one["status"], one["reason"]) for one in found["plugins"]} == {
        ("tray-ftp", "platform", "active", None),
        ("tray-rest", "platform", "active", None),
        ("tray-soap", "platform", "active", None),
        ("sandbox", "extension", "active", None),
    }


def test_a_broken_one_has_its_reason_and_with_vv_its_traceback(tmp_path: Path) -> None:
    environment = with_extension(tmp_path, "raise LookupError('no luck')")
    done = apart("plugins", "list", **environment)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("extra")]
    assert (done.returncode, done.stderr) == (0, "")
    assert "failed" in line
    assert "LookupError: no luck" in line
    done = apart("plugins", "list", "-vv", **environment)
    assert "extra (tomada-extra 1.2)\nTraceback" in done.stderr
    assert "Traceback" not in done.stdout


def test_each_state_in_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = [
        PluginStatus("old", "tomada-old", "1", Status.INCOMPATIBLE, "made for SPI 9"),
        PluginStatus("bad", "tomada-bad", "2", Status.FAILED, "KeyError", "Traceback of it"),
    ]
    monkeypatch.setattr(Registry, "statuses", lambda _self: found)
    code, out, err = here(capsys, "plugins", "list", "-vv")
    assert code == 0
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert lines["old"].endswith("of another version  made for SPI 9")
    assert lines["bad"].endswith("failed              KeyError")
    assert "bad (tomada-bad 2)\nTraceback of it" in err
    found.clear()
    plugins = json.loads(here(capsys, "plugins", "list", "--json")[1])["plugins"]
    assert {one["kind"] for one in plugins} == {"extension"}


def test_one_that_is_switched_off() -> None:
    done = apart("plugins", "list", "--lang", "pt", TOMADA_DISABLE_PLUGINS="tray-rest")
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("tray-rest")]
    assert "desligado" in line


def test_every_state_has_a_word() -> None:
    assert set(STATUSES) == set(Status)
