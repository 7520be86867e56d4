"""Commands of extensions: shown by name, imported when they run, harmless when they are broken."""

import json
from pathlib import Path

import pytest

from tests.cli.running import apart, with_extension

GOOD = """
class Extension:
    commands = {
        "extra": ("tomada_extra_command:command", "Does a little more."),
        "broken": ("tomada_extra_missing:command", "Cannot be loaded."),
        "sync": ("tomada_extra_command:command", "Tries to take a command of the core."),
    }

extension = Extension()
"""

COMMAND = """
import click

@click.command
@click.pass_obj
def command(frame):
    click.echo(f"home={frame.home} verbosity={frame.verbosity}")
    return 1
"""


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    environment = with_extension(tmp_path, GOOD)
    (tmp_path / "tomada_extra_command.py").write_text(COMMAND)
    return environment


def test_a_command_is_shown_and_runs(installed: dict[str, str], tmp_path: Path) -> None:
    shown = apart("--help", **installed).stdout
    assert "extra" in shown
    assert "Does a little more." in shown
    assert "Tries to take" not in shown
    done = apart("extra", "--home", str(tmp_path), "-v", **installed)
    assert (done.returncode, done.stdout) == (1, f"home={tmp_path} verbosity=1\n")


def test_a_command_that_cannot_be_loaded_is_unusable(installed: dict[str, str]) -> None:
    done = apart("broken", "--json", **installed)
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["code"] == "extension.failed"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise RuntimeError('no luck')", "RuntimeError: no luck"),
        ("import sys; sys.exit('bye')", "SystemExit: bye"),
        ("extension = object()", "needs commands"),
        ("class extension: commands = {'x': 'module:attribute'}", "needs commands"),
        ("class extension: commands = {'x': ('no_attribute', 'Help.')}", "needs commands"),
    ],
)
def test_a_broken_extension_is_listed_with_its_reason(tmp_path: Path, source: str, reason: str) -> None:
    installed = with_extension(tmp_path, source, name="broken")
    assert apart("--help", **installed).returncode == 0
    done = apart("plugins", "list", "--json", **installed)
    assert done.returncode == 0
    entries = {entry["id"]: entry for entry in json.loads(done.stdout)["plugins"]}
    assert entries["broken"]["status"] == "failed"
    assert reason in entries["broken"]["reason"]
    assert entries["broken"]["kind"] == "extension"


def test_plugins_list_shows_tracebacks_with_vv(tmp_path: Path) -> None:
    installed = with_extension(tmp_path, "raise RuntimeError('no luck')", name="broken")
    assert "Traceback" not in apart("plugins", "list", **installed).stderr
    assert "Traceback" in apart("plugins", "list", "-vv", **installed).stderr


def test_a_disabled_extension_says_so(installed: dict[str, str]) -> None:
    off = {**installed, "TOMADA_DISABLE_PLUGINS": "tomada-extra"}
    assert apart("extra", **off).returncode == 2
    entries = json.loads(apart("plugins", "list", "--json", **off).stdout)["plugins"]
    assert {"id": "extra", "status": "disabled"}.items() <= next(
        entry for entry in entries if entry["id"] == "extra"
    ).items()
