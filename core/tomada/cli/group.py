"""The root of the commands: shows names without importing them, and imports one when it is asked for."""

from functools import cached_property, reduce
from importlib import import_module

import click

from tomada.cli.commands import COMMANDS, Entry
from tomada.cli.language import localised
from tomada.errors import UnusableError
from tomada.i18n import _, translator


class CommandTable(click.Group):
    """A group whose commands stand in a table: the core's, then those of extensions."""

    @cached_property
    def added(self) -> dict[str, Entry]:
        """The commands of extensions; looked up only when the core has no such command, and for the help."""
        from tomada.cli.extensions import extensions

        return extensions()[0]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the core's commands in the table's order, then those of extensions by name."""
        return [*COMMANDS, *sorted(self.added)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command and return it in the user's language."""
        entry = COMMANDS.get(cmd_name)
        if entry:
            return localised(_load(entry.target), _)
        entry = self.added.get(cmd_name)
        if entry:
            return localised(_load_foreign(cmd_name, entry.target), translator(_package(entry.target)))
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        name = args[0]
        if name.startswith("-") or self.get_command(ctx, name):
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        near = get_close_matches(name, self.list_commands(ctx), 1)
        sentence = _("There is no command {name}.").format(name=name)
        if near:
            sentence += " " + _("Did you mean {near}?").format(near=near[0])
        raise click.UsageError(sentence, ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table; no command is imported."""
        rows = [(name, _(entry.help)) for name, entry in COMMANDS.items()]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)
        if self.added:
            with formatter.section(_("Commands of extensions")):
                formatter.write_dl(
                    [
                        (name, translator(_package(entry.target))(entry.help))
                        for name, entry in sorted(self.added.items())
                    ]
                )


def _load(target: str) -> click.Command:
    module, _colon, attribute = target.partition(":")
    found = reduce(getattr, attribute.split("."), import_module(module))
    if not isinstance(found, click.Command):
        raise TypeError(f"{target} is not a command")
    return found


def _load_foreign(name: str, target: str) -> click.Command:
    try:
        return _load(target)
    except (Exception, SystemExit) as error:
        raise UnusableError(
            "extension.failed",
            _("The command {name} of an extension cannot be loaded: {kind}.").format(
                name=name, kind=type(error).__name__
            ),
            _("Run it with -vv to see why, and tell the extension's author."),
        ) from error


def _package(target: str) -> str:
    return target.partition(".")[0].partition(":")[0]
