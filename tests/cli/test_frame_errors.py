"""Every way to fail has a sentence, an exit code and no traceback."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import click
import pytest

from tests.cli.running import SCRIPT, apart, here, started
from tomada.cli import group
from tomada.cli.commands import Entry
from tomada.errors import (
    AuthenticationError,
    ConfigurationError,
    InternalError,
    PluginBug,
    RejectedByRemote,
    TransientError,
)

Failing = Callable[[BaseException], None]
SECRET = "s3cret-of-somebody"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Make ``tomada fail`` a command that raises what it is given."""

    def install(error: BaseException) -> None:
        @click.command
        @click.option("--json", is_flag=True)
        def fail(json: bool) -> None:
            raise error

        monkeypatch.setitem(group.COMMANDS, "fail", Entry("unused:fail", "Fail."))
        monkeypatch.setattr(group, "_load", lambda target: fail)

    return install


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RejectedByRemote("c", "Refused."), 1),
        (ConfigurationError("c", "Wrong."), 2),
        (AuthenticationError("c", "No."), 3),
        (TransientError("c", "Later."), 4),
        (InternalError("c", "Bug."), 5),
        (PluginBug("tomada-x", "1", "orders_fetch", "KeyError"), 5),
        (ZeroDivisionError(SECRET), 5),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_kind_of_error_has_its_exit_code(
    failing: Failing, capsys: pytest.CaptureFixture[str], error: BaseException, code: int
) -> None:
    failing(error)
    assert here(capsys, "fail")[0] == code


def test_sentence_and_hint_go_to_stderr(failing: Failing, capsys: pytest.CaptureFixture[str]) -> None:
    failing(AuthenticationError("tiny.token", "The token is wrong.", "Copy it again."))
    assert here(capsys, "fail") == (3, "", "Error: The token is wrong.\nCopy it again.\n")


def test_json_puts_the_error_on_stdout(failing: Failing, capsys: pytest.CaptureFixture[str]) -> None:
    failing(AuthenticationError("tiny.token", "The token is wrong.", "Copy it again."))
    code, out, err = here(capsys, "fail", "--json")
    assert (code, err) == (3, "")
    assert json.loads(out) == {
        "schema_version": 1,
        "error": {"code": "tiny.token", "message": "The token is wrong.", "hint": "Copy it again."},
    }


def test_x1_an_unexpected_error_quotes_no_value(failing: Failing, capsys: pytest.CaptureFixture[str]) -> None:
    failing(ValueError(SECRET))
    code, out, err = here(capsys, "fail")
    assert code == 5
    assert "ValueError at test_frame_errors.py" in err
    assert SECRET not in out + err
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [["fail", "-vv"], ["-v", "fail", "--verbose"]])
def test_a_traceback_is_shown_with_vv_only(
    failing: Failing, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    failing(ConfigurationError("c", "Wrong."))
    assert "Traceback" not in here(capsys, "fail", "-v")[2]
    assert "Traceback" in here(capsys, *words)[2]


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["--nonsense"],
        ["capabilities", "--nonsense"],
        ["capabilities", "too", "much"],
        ["capabilities", "--platform", "a", "--store", "b"],
        ["plugins", "nonsense"],
        ["--home"],
        ["--lang"],
        [],
        ["plugins"],
    ],
)
def test_bad_words_are_usage_errors(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    code, out, err = here(capsys, *words)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_bad_words_with_json_are_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = here(capsys, "capabilites", "--json")
    assert code == 2
    error = json.loads(out)["error"]
    assert error["code"] == "cli.usage"
    assert error["message"] == "There is no command capabilites. Did you mean capabilities?"
    assert error["hint"] == "See: tomada --help"


def test_what_a_command_returns_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = click.Command("held", callback=lambda: 1)
    monkeypatch.setitem(group.COMMANDS, "held", Entry("unused:held", ""))
    monkeypatch.setattr(group, "_load", lambda target: command)
    assert here(capsys, "held")[0] == 1


def test_a_question_at_the_end_of_input_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    command = click.Command("ask", callback=lambda: click.prompt("Name"))
    monkeypatch.setitem(group.COMMANDS, "ask", Entry("unused:ask", ""))
    monkeypatch.setattr(group, "_load", lambda target: command)
    code, _out, err = here(capsys, "ask")
    assert code == 2
    assert "without an answer" in err


def test_a_pipe_that_closes_is_quiet() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "capabilities", "--json"], stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_ctrl_c_ends_with_a_sentence() -> None:
    waiting = (
        "import click, sys, time\nfrom tomada.cli import group, main\n"
        "def wait():\n    print('ready', flush=True)\n    time.sleep(60)\n"
        "group.CommandTable.get_command = lambda *_: click.Command('wait', callback=wait)\nmain()"
    )
    process = started(waiting, "wait")
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.startswith("Error: Interrupted.\n")


def test_a_terminal_without_the_letters_does_not_end_a_command() -> None:
    done = apart("capabilities", "--lang", "pt", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Envio de produtos" in done.stdout
