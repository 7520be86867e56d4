"""Commands that extensions add.

An extension is an object in the entry-point group ``tomada.extensions``. Its ``commands`` maps the name of
a command to (``module:attribute``, short help), so that its own module stays tiny: the command's module is
imported only when the command runs. Its context object has ``home`` and ``verbosity`` (``Frame``), and it
returns its exit code. A command of the core cannot be replaced; of two extensions with the same command the
first by name has it.
"""

from collections.abc import Mapping
from dataclasses import replace
from traceback import format_exception_only

from tomada.cli.commands import COMMANDS, Entry
from tomada.host.discovery import PluginStatus, Status, load_extensions
from tomada.i18n import _


def extensions() -> tuple[dict[str, Entry], list[PluginStatus]]:
    """Return the commands of all extensions that work, and the status of every extension."""
    loaded, statuses = load_extensions()
    commands: dict[str, Entry] = {}
    for name, found in loaded:
        try:
            offered = _offered(found)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever an extension does, it breaks only itself
            reason = " ".join(format_exception_only(error)[-1].split())
            statuses = [_failed(status, reason) if status.id == name else status for status in statuses]
            continue
        if offered is None:
            reason = _("the extension needs commands: name → (module:attribute, short help)")
            statuses = [_failed(status, reason) if status.id == name else status for status in statuses]
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


def _failed(status: PluginStatus, reason: str) -> PluginStatus:
    """Return the status of an extension that was loaded and is no use; one that is off or shadowed stays that."""
    return replace(status, status=Status.FAILED, reason=reason) if status.status is Status.ACTIVE else status
