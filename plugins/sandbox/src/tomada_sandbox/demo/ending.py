"""How a demo ends: its checks of itself, in words or in JSON, and the exit code."""

import click

from tomada.errors import InternalError
from tomada_sandbox.demo.checks import Checks
from tomada_sandbox.sentences import _


def report(checks: Checks, seconds: float) -> dict[str, object]:
    """Return the checks and the time for the result in JSON."""
    return {
        "checks": {"passed": checks.passed, "wrong": checks.wrong},
        "seconds": round(seconds, 1),
    }


def conclude(checks: Checks, seconds: float, *, as_json: bool) -> int:
    """Say how the demo's checks of itself ended, and return the exit code."""
    if checks.wrong:
        for line in checks.wrong:
            click.echo(line, err=True)
        if as_json:
            return int(InternalError.exit_code)
        raise InternalError("demo.wrong", _("The demo found something else than what must be there."))
    if not as_json:
        told = _("{count} checks of both sides hold. {seconds} s.")
        click.echo(told.format(count=checks.passed, seconds=round(seconds)))
    return 0
