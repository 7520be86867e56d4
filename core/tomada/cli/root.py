"""``tomada`` itself: the options that hold for every command."""

from pathlib import Path

import click

from tomada import __version__
from tomada.cli.frame import Frame, log_to_stderr
from tomada.cli.group import CommandTable
from tomada.i18n import N_


@click.command(
    cls=CommandTable,
    help=N_("Keeps an ERP and its stores in step."),
    epilog=N_("These options may stand anywhere. Each command has its own --help."),
)
@click.option("--lang", metavar="en|pt", help=N_("Language; without it, that of the environment."))
@click.option(
    "-v", "--verbose", count=True, help=N_("Show the log on stderr; -vv: more of it, and tracebacks.")
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="TOMADA_HOME",
    metavar="DIR",
    help=N_("Data folder; also by TOMADA_HOME."),
)
@click.option("--no-color", is_flag=True, help=N_("No colours; also by NO_COLOR."))
@click.version_option(__version__, message="tomada %(version)s", help=N_("Show the version and exit."))
@click.pass_context
def root(ctx: click.Context, lang: str | None, verbose: int, home: Path | None, no_color: bool) -> None:  # noqa: ARG001 - click's parameters; the language is chosen before anything is parsed
    """Keep the options for the command that follows."""
    if no_color:
        ctx.color = False
    log_to_stderr(verbose)
    ctx.obj = Frame(home, verbose)
