"""A running ``tomada sandbox up`` and the other commands, each in a process of its own as a user has them."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tomada.cli import run


@dataclass
class Up:
    """A sandbox that was brought up; ``told`` is what it printed as JSON."""

    process: subprocess.Popen[str]
    told: dict[str, Any]
    home: Path

    @property
    def url(self) -> str:
        return str(self.told["url"])


def start(home: Path, *options: str) -> "subprocess.Popen[str]":
    own = {name: text for name, text in os.environ.items() if not name.startswith("TOMADA_")}
    return subprocess.Popen(
        [sys.executable, "-m", "tomada", "sandbox", "up", "--home", str(home), *options],
        env={**own, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def brought_up(home: Path, *options: str) -> Up:
    process = start(home, "--json", *options)
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.communicate()[1])
    return Up(process, json.loads(line), home)


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command in this process and return its exit code, stdout and stderr."""
    capsys.readouterr()
    code = run(words)
    shown = capsys.readouterr()
    return code, shown.out, shown.err
