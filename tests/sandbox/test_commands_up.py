"""``tomada sandbox up``: what it prints and leaves, and that the commands which it prints connect Tomada to it."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.commands_support import Up, brought_up, start
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.server import SandboxServer

SECONDS = 60


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = brought_up(tmp_path_factory.mktemp("up") / "home", "--stores", "2")
    yield running
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(SECONDS) == 0
    running.process.communicate()
    assert not (running.home / "sandbox.json").exists()


def test_it_says_where_it_is_and_leaves_the_same_in_the_data_folder(up: Up) -> None:
    assert up.told["schema_version"] == 1
    assert up.url.startswith("http://127.0.0.1:")
    left = json.loads((up.home / "sandbox.json").read_text())
    assert left == {key: value for key, value in up.told.items() if key != "schema_version"}
    assert [store["name"] for store in up.told["stores"]] == ["loja-1", "loja-2"]
    with SandboxClient(up.url) as client:
        assert client.state_of("tiny", "conta")["token"] == up.told["account"]["token"]
        assert client.state_of("tray", "loja-1")["quota"]["limit"] == 180


def test_the_printed_commands_connect_everything_without_a_question(up: Up, tmp_path: Path) -> None:
    own = {name: text for name, text in os.environ.items() if not name.startswith("TOMADA_")}
    environment = {
        **own,
        **up.told["environment"],
        "TOMADA_KEY_FILE": str(tmp_path / "key"),
        "LC_ALL": "C.UTF-8",
    }
    for line in up.told["commands"]:
        words = shlex.split(line)
        assert words[0] == "tomada"
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
    with SandboxClient(up.url) as client:
        assert client.state_of("tray", "loja-1")["tokens"]
        assert client.state_of("tray", "loja-2")["tokens"]


def test_a_second_one_for_the_same_folder_is_refused(up: Up) -> None:
    second = start(up.home)
    _out, err = second.communicate(timeout=SECONDS)
    assert second.returncode == 2
    assert up.url in err
    assert (up.home / "sandbox.json").exists()


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with SandboxServer() as other:
        port = other.url.rpartition(":")[2]
        refused = start(tmp_path / "home", "--port", port)
        _out, err = refused.communicate(timeout=SECONDS)
    assert refused.returncode == 2
    assert f"Port {port} cannot be used" in err
    assert not (tmp_path / "home" / "sandbox.json").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = start(tmp_path / "file" / "home")
    _out, err = refused.communicate(timeout=SECONDS)
    assert refused.returncode == 2
    assert "cannot be made" in err


def test_people_read_how_to_connect_and_that_an_earlier_database_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "tomada.db").write_text("")
    process = start(tmp_path, "--stores", "1")
    assert process.stdout
    lines = []
    while "knows an earlier sandbox" not in (line := process.stdout.readline()):
        assert line, process.communicate()[1]
        lines.append(line)
    process.terminate()
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    text = "".join(lines)
    assert f"  export TOMADA_HOME={tmp_path}\n" in text
    assert "  tomada init --yes\n" in text
    assert "  tomada store add loja-1 --erp conta --platform tray-rest " in text
