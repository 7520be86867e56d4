"""With only the core installed every command that needs no platform works, and the others say what to install.

A folder stands for such an installation: it links to the core, to its distribution's record and to the
libraries, and to nothing of the plugins. Python starts without its own site-packages.
"""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

import tomada
from tests.cli.connecting import Remotes

Run = Callable[..., list[tuple[int, str, str]]]

SCRIPT = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
sys.path.append(sys.argv[1])
from tomada.cli import run
done = []
for words in json.load(sys.stdin):
    sys_stdin, sys.stdin = sys.stdin, io.StringIO()
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = run(words)
    done.append((code, out.getvalue(), err.getvalue()))
    sys.stdin = sys_stdin
print(json.dumps(done))
"""


@pytest.fixture(scope="module")
def only_the_core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "tomada").symlink_to(Path(tomada.__file__).parent)
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(("tomada", "__editable__")) or path.match("tomada-*.dist-info"):
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture
def run(only_the_core: Path, home: Path) -> Run:
    """Run commands one after the other, in one process that knows the core alone."""

    def started(*commands: list[str]) -> list[tuple[int, str, str]]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", SCRIPT, str(only_the_core)],
            capture_output=True,
            text=True,
            input=json.dumps(commands),
            env={**os.environ, "LANG": "C.UTF-8"},
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return [(code, out, err) for code, out, err in json.loads(done.stdout)]

    return started


def test_there_is_no_plugin(run: Run) -> None:
    as_json, listed, helped, demo = run(
        ["plugins", "list", "--json"], ["plugins", "list"], ["--help"], ["demo"]
    )
    assert (as_json[0], json.loads(as_json[1])["plugins"]) == (0, [])
    assert "pip install tomada-tray-rest" in listed[1]
    assert "extensions" not in helped[1]
    assert demo[0] == 2
    assert "There is no command demo." in demo[2]


def test_the_matrix_is_whole_and_names_a_platform_to_install(run: Run) -> None:
    as_json, shown, markdown = run(
        ["capabilities", "--json"], ["capabilities"], ["capabilities", "--markdown"]
    )
    found = json.loads(as_json[1])
    assert (found["platforms"], len(found["capabilities"])) == ([], 19)
    assert {len(one["platforms"]) for one in found["capabilities"]} == {0}
    assert "pip install tomada-tray-rest" in shown[1]
    assert (as_json[0], shown[0], markdown[0]) == (0, 0, 0)


def test_all_that_needs_no_platform_works_and_a_store_says_how_to_get_one(run: Run, remotes: Remotes) -> None:
    working = [
        ["init"],
        remotes.erp_words(),
        ["erp", "list"],
        ["erp", "test", "conta"],
        ["erp", "show", "conta"],
        ["erp", "set", "conta", "settle_time=5"],
        ["store", "list"],
        ["holds", "list"],
        ["orders", "list"],
        ["runs", "list"],
        ["doctor"],
        ["db", "upgrade"],
    ]
    lacking = [
        (["sync", "--all"], 2, "No store is active."),
        (["store", "add", "loja"], 3, "pip install tomada-tray-rest"),
        (["store", "add", "loja", "--platform", "tray-rest"], 3, "pip install tomada-tray-rest"),
    ]
    removing = ["erp", "remove", "conta", "--yes"]
    found = run(*working, *(words for words, _code, _told in lacking), removing)
    for words, (code, out, err) in zip(
        [*working, removing], [*found[: len(working)], found[-1]], strict=True
    ):
        assert (code, bool(out)) == (0, True), (words, err)
    for (words, wanted, told), (code, _out, err) in zip(lacking, found[len(working) : -1], strict=True):
        assert code == wanted, words
        assert told in err
