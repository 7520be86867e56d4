"""Where the running sandbox is: ``--url``, TOMADA_SANDBOX, or the file that ``sandbox up`` left."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import click
import httpx
import platformdirs

from tomada.errors import UnusableError, UsageError
from tomada_sandbox.client import SandboxClient, SandboxError
from tomada_sandbox.sentences import N_, _

ENVIRONMENT = "TOMADA_SANDBOX"
READY = "sandbox.json"
CLOCK = "sandbox.clock"

Command = TypeVar("Command", bound=Callable[..., object])


class Frame(Protocol):
    """How the command was called, as far as commands of this package need it."""

    @property
    def home(self) -> Path | None:
        """The data folder that was named, if any."""


def folder_of(frame: Frame) -> Path:
    """Return the data folder of a sandbox: the one that was named, else one beside the user's own data.

    It is never the user's own: a sandbox's clock and its stores do not belong among real ones.
    """
    return (frame.home or Path(platformdirs.user_data_dir("tomada"), "sandbox")).expanduser().absolute()


def url_option(command: Command) -> Command:
    """Add ``--url`` to a command."""
    help_ = N_("Address of the sandbox; else TOMADA_SANDBOX, else the one that runs for this data folder.")
    return click.option("--url", envvar=ENVIRONMENT, metavar="URL", help=help_)(command)


def running_at(folder: Path) -> str:
    """Return the address that a running sandbox left in a data folder; empty when there is none."""
    try:
        return str(json.loads((folder / READY).read_text("utf-8"))["url"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


@contextmanager
def connected(frame: Frame, url: str | None) -> Iterator[SandboxClient]:
    """Yield a client of the sandbox; its refusals and its silence become errors with a sentence.

    Raises ``UsageError`` when no sandbox is known or it refuses, ``UnusableError`` when it does not answer.
    """
    address = url or running_at(folder_of(frame))
    if not address:
        raise UsageError(
            "sandbox.unknown",
            _("No sandbox is known here."),
            _("Start one with `tomada sandbox up`, or name it with --url or {variable}.").format(
                variable=ENVIRONMENT
            ),
        )
    try:
        with SandboxClient(address) as client:
            yield client
    except SandboxError as error:
        raise UsageError(
            "sandbox.refused", _("The sandbox refused: {reason}.").format(reason=error)
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnusableError(
            "sandbox.silent",
            _("No sandbox answers at {url}.").format(url=address),
            _("Start one with `tomada sandbox up`."),
        ) from error
