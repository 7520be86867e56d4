"""The conversation of ``connection_setup`` and the steps of ``connection_check``."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the user for a text and receive it: ``answer = yield Ask(...)``.

    ``key`` names the answer, so that ``--set key=value`` can give it beforehand. With ``callback`` the plugin
    waits for a browser to return: the core listens on loopback, fills ``{callback}`` in ``text`` with its
    address, and answers with the full address that the browser came back to; the user may paste it instead.
    """

    key: str
    text: str
    secret: bool = False
    callback: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """Show the user one sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The connection is set up; ``text`` says so. Secrets are in the vault, ``settings`` is merged into the store's."""

    text: str
    settings: dict[str, str] = field(default_factory=dict)


SetupStep = Ask | Say | Done


class StepState(StrEnum):
    """How a step of a check went."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One named step of ``connection_check``: how it went, what was seen and the way out.

    ``lacks`` takes capabilities back for this store: capability id → reason.
    """

    name: str
    state: StepState
    message: str
    hint: str = ""
    lacks: dict[str, str] = field(default_factory=dict)
