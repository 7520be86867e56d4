"""The help of every command."""

from collections.abc import Iterator

import click

from generators.markdown import NOTICE, code
from tomada.cli.failures import ExitCode
from tomada.cli.root import root

WIDTH = 88

INTRODUCTION = """# Command line

Results go to stdout, progress and logs to stderr. `--json` prints one object with `schema_version`. An
error is one sentence and, where there is one, the way out; with `--json` it is `{"schema_version": 1,
"error": {"code", "message", "hint"}}`. A traceback appears with `-vv` only.

| exit code | meaning |
| --- | --- |
"""

MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.ATTENTION: "something was newly held or rejected in this run",
    ExitCode.USAGE: "the command or the configuration is wrong",
    ExitCode.UNUSABLE: "a plugin or a connection cannot be used",
    ExitCode.TRANSIENT: "stopped by a passing failure, or something still waits: run it again",
    ExitCode.INTERNAL: "a bug of Tomada or of a plugin",
    ExitCode.INTERRUPTED: "interrupted with ctrl-C; nothing is lost",
    ExitCode.BROKEN_PIPE: "the reader of the output went away",
}


def page() -> str:
    """Return ``reference/cli.md``."""
    codes = "".join(f"| {code:d} | {meaning} |\n" for code, meaning in MEANINGS.items())
    return NOTICE + INTRODUCTION + codes + "\n" + "\n".join(_helps(root, "tomada", None, 2))


def _helps(command: click.Command, name: str, parent: click.Context | None, level: int) -> Iterator[str]:
    ctx = click.Context(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH, color=False
    )
    yield f"{'#' * level} `{ctx.command_path}`\n\n{code(command.get_help(ctx))}"
    if isinstance(command, click.Group):
        for inner in command.list_commands(ctx):
            found = command.get_command(ctx, inner)
            assert found
            if not found.hidden:
                yield from _helps(found, inner, ctx, min(level + 1, 4))
