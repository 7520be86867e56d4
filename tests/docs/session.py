"""Types the commands of a page, and compares what they print with what the page shows."""

import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from unittest.mock import patch

from tests.docs.pages import ROOT, Command, blocks, commands
from tomada.cli import run
from tomada_sandbox.client import SandboxClient

ELIDED = "…"
"""In a command: the rest of it is what the sandbox told. As a line of output: lines are left out."""

BY_HAND = ("source", "export", "rm", "pip", "python shop.py serve", "tomada sandbox up")
"""How those commands begin that a test does not type: the test does it in its own way."""

SLOW_TYPING = 3
"""Seconds between two commands of a person, who is slower than a test: no version is too young to be trusted."""

SHOP = "http://127.0.0.1:8765"
PIP = [
    sys.executable,
    "-m",
    "pip",
    "--disable-pip-version-check",
    "--isolated",
    "install",
    "--quiet",
    "--no-index",
]
PROGRAMS = {
    "pytest": ["-m", "pytest", "-p", "no:cacheprovider"],
    "python": [],
}

_VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(\+\d\d:\d\d)?"), "TIME"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "ADDRESS"),
    (re.compile(r"\b\d+ requests may be sent"), "N requests may be sent"),
    (re.compile(r"\d+ s ahead of real time"), "N s ahead of real time"),
    (re.compile(r'"offset": \d+\.\d+'), '"offset": N'),
    (re.compile(r"The store \d+ is connected"), "The store N is connected"),
    (re.compile(r"in \d+\.\d+s"), "in N s"),
    (re.compile(r"[ \t]+"), " "),
    (re.compile(r"(t(?:iny|ray)/\S+(?: \d+){3}) \d+"), r"\1 REQUESTS"),
)


@dataclass
class Session:
    """A terminal with its environment.

    ``told`` are commands of the sandbox that complete those with ``…``; ``replaced`` is changed in every command
    and changed back in what is printed, ``shown`` only there. ``site`` is a folder with one more distribution.
    ``tomada`` runs in this process, which is quicker; everything else in one of its own.
    """

    environment: dict[str, str]
    folder: Path
    told: list[str] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    site: Path | None = None
    before: Callable[[], object] = lambda: None

    def type(self, text: str) -> str:
        """Run a command and return what it printed, its errors included, as a page would show it."""
        self.before()
        words = shlex.split(self._completed(text))
        printed = self._run_here(words[1:]) if words[0] == "tomada" else self._run_apart(words)
        for page, real in [*self.shown.items(), *self.replaced.items()]:
            printed = printed.replace(real, page)
        return printed

    def _run_here(self, words: list[str]) -> str:
        printed = io.StringIO()
        with (
            patch.dict(os.environ, self.environment, clear=True),
            patch.object(sys, "path", [*filter(None, [self.site and str(self.site)]), *sys.path]),
            redirect_stdout(printed),
            redirect_stderr(printed),
        ):
            run(words)
        return printed.getvalue()

    def _run_apart(self, words: list[str]) -> str:
        done = subprocess.run(
            [sys.executable, *PROGRAMS[words[0]], *words[1:]],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout

    def _completed(self, text: str) -> str:
        for page, real in self.replaced.items():
            text = text.replace(page, real)
        if ELIDED not in text:
            return text
        start = text.partition(" --")[0]
        return next(told for told in self.told if told.startswith(start))


def typed(page: Path) -> list[Command]:
    """The commands of a page that a test types."""
    return [command for command in commands(page) if not command.text.startswith(BY_HAND)]


def differences(session: Session, page: Path) -> list[str]:
    """Type the commands of a page; return what each printed otherwise than the page shows."""
    found = [difference(command, session.type(command.text)) for command in typed(page)]
    return [told for told in found if told]


def difference(command: Command, printed: str) -> str:
    """Say how the output differs from what the page shows; empty when it does not."""
    shown, got = _lines(command.output), _lines(printed)
    if _fits(shown, got):
        return ""
    lines = unified_diff(shown, got, "the page", "the command", lineterm="", n=9)
    return "\n".join([f"line {command.line}: {command.text}", *lines])


def _fits(shown: list[str], got: list[str]) -> bool:
    if ELIDED not in shown:
        return shown == got
    cut = shown.index(ELIDED)
    rest = shown[cut + 1 :]
    return shown[:cut] == got[:cut] and any(_fits(rest, got[start:]) for start in range(cut, len(got) + 1))


def _lines(text: str) -> list[str]:
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return [line.strip() for line in text.strip().splitlines()]


@contextmanager
def beside_the_sandbox(folder: Path, home: str) -> Iterator[Session]:
    """A terminal beside a sandbox that has just been started; ``home`` is the data folder as the page has it."""
    environment = clean_environment(folder)
    with serving(["-m", "tomada", "sandbox", "up", "--json"], environment, folder) as line:
        told = json.loads(line)
        with SandboxClient(told["url"]) as client:
            yield Session(
                environment | told["environment"],
                folder,
                told["commands"],
                shown=_shown(folder, home),
                before=lambda: client.advance(SLOW_TYPING),
            )


@contextmanager
def with_a_platform(folder: Path, page: Path, home: str) -> Iterator[Session]:
    """A terminal beside a sandbox, in the project whose files stand on the page, which is built and installed."""
    project, site = folder / "project", folder / "site"
    for block in blocks(page):
        if block.title:
            (project / block.title).parent.mkdir(parents=True, exist_ok=True)
            (project / block.title).write_text(block.text, "utf-8")
    subprocess.run([*PIP, "--no-deps", "--no-build-isolation", "--target", site, project], check=True)
    sources = [ROOT / "core", ROOT / "plugins/rest/src", ROOT / "plugins/sandbox/src"]
    paths = os.pathsep.join(map(str, [site, *sources]))
    environment = clean_environment(folder) | {"PYTHONPATH": paths}
    with (
        serving(["shop.py", "serve", "0"], environment, project) as opened,
        serving(["-m", "tomada", "sandbox", "up", "--stores", "1", "--json"], environment, folder) as line,
        forgetting_modules(site),
    ):
        address, told = opened.split()[-1], json.loads(line)
        acts = {f"shop.py {act}": f"shop.py {act} shop={address}" for act in ("place", "deliver")}
        yield Session(
            environment | told["environment"],
            project,
            told["commands"],
            {SHOP: address, **acts},
            _shown(folder, home),
            site,
        )


@contextmanager
def forgetting_modules(site: Path) -> Iterator[None]:
    """Forget at the end the modules that were imported from this folder, which will not be there any more."""
    try:
        yield
    finally:
        gone = [
            name
            for name, found in sys.modules.items()
            if str(getattr(found, "__file__", "")).startswith(str(site))
        ]
        for name in gone:
            del sys.modules[name]


def _shown(folder: Path, home: str) -> dict[str, str]:
    return {f"{home}.key": str(folder / "key"), home: str(folder / "home")}


def clean_environment(folder: Path) -> dict[str, str]:
    """The environment of a user who has nothing of Tomada yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOMADA_", "LC_"))}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "LANGUAGE": "en",
        "COLUMNS": "80",
        "LOGNAME": "ana",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "TOMADA_HOME": str(folder / "home"),
        "TOMADA_KEY_FILE": str(folder / "key"),
    }


@contextmanager
def serving(words: list[str], environment: dict[str, str], folder: Path) -> Iterator[str]:
    """Run a server as a process of its own; yields the first line that it prints, when it printed it."""
    command = [sys.executable, *words]
    with subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process.stdout.readline()
        finally:
            process.terminate()
            process.wait(20)
