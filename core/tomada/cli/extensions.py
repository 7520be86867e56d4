"""Commands that extensions add.

An extension is an object in the entry-point group ``tomada.extensions``. Its ``commands`` maps the name of
a command to (``module:attribute``, short help), so that its own module stays tiny: the command's module is
imported only when the command runs. Its context object has ``home`` and ``verbosity`` (``Frame``), and it
returns its exit code. A command of the core cannot be replaced; of two extensions with the same command the
first by name has it.
"""

from collections.abc import Mapping
from dataclasses import replace

from tomada.cli.commands import COMMANDS, Entry
from tomada.host.discovery import PluginStatus, Status, load_extensions
from tomada.i18n import _


def extensions() -> tuple[dict[str, Entry], list[PluginStatus]]:
    """Return the commands of all extensions that work, and the status of every extension."""
    loaded, statuses = load_extensions()
    commands: dict[str, Entry] = {}
    for name, found in loaded:
        offered = _offered(found)
        if offered is None:
            statuses = [_without_commands(status) if status.id == name else status for status in statuses]
            continue
        for command, entry in offered.items():
            if command not in COMMANDS:
                commands.setdefault(command, entry)
    return commands, statuses


def _offered(extension: object) -> dict[str, Entry] | None:
    commands = getattr(extension, "commands", None)
    if not isinstance(commands, Mapping):
        return None
    entries: dict[str, Entry] = {}
    for name, entry in commands.items():
        match name, entry:
            case str(), (str() as target, str() as help_text) if ":" in target:
                entries[name] = Entry(target, help_text)
            case _:
                return None
    return entries


def _without_commands(status: PluginStatus) -> PluginStatus:
    if status.status is not Status.ACTIVE:
        return status
    reason = _("the extension needs commands: name → (module:attribute, short help)")
    return replace(status, status=Status.FAILED, reason=reason)
