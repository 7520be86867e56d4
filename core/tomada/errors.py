"""What can go wrong, grouped by what to do about it.

    TomadaError
    ├── ConfigurationError       change a setting, a command or a file               exit 2
    │   └── UsageError           the command was asked for something that is not there
    ├── UnusableError            a plugin or a connection cannot be used             exit 3
    │   ├── AuthenticationError  authorise again, or correct the credential
    │   ├── FeatureMissing       the account lacks an extension; go another way, or install it
    │   └── RemoteContractChanged  the remote answers in a form that we do not know
    ├── TransientError           nothing is lost, run it again later                 exit 4
    │   ├── QuotaExceeded        the remote refused because of its quota
    │   └── EffectUnknown        a write got no answer: it may have taken place
    ├── RejectedByRemote         the remote understood one item and refused it       exit 1
    ├── GuardRail                a plan would do more than a limit allows: look, then confirm  exit 1
    └── InternalError            a bug of ours                                       exit 5
        └── PluginBug            a bug of a plugin, named with its version

Each error carries a stable ``code`` for machines, a sentence for the user and a hint with the way out.
None of them may carry a secret or personal data: they are printed and logged.
"""

from typing import ClassVar


class TomadaError(Exception):
    """Base of every error that Tomada raises on purpose.

    ``code`` is stable and dotted (``tiny.token_invalid``); ``message`` is one sentence for the user; ``hint``
    says how to go on and may be empty.
    """

    exit_code: ClassVar[int] = 5

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class ConfigurationError(TomadaError):
    """A setting, a file or an argument is wrong; repeating changes nothing until it is corrected."""

    exit_code = 2


class UsageError(ConfigurationError):
    """The command names something that does not exist, or does not apply now."""


class UnusableError(TomadaError):
    """A plugin or a connection cannot be used; others go on."""

    exit_code = 3


class AuthenticationError(UnusableError):
    """The remote does not accept our credential."""


class FeatureMissing(UnusableError):
    """The account does not have what this call needs (an extension, a plan); its other calls work."""


class RemoteContractChanged(UnusableError):
    """The remote answered in a form that the driver or plugin does not know."""


class TransientError(TomadaError):
    """The network or the remote failed for now; safe to repeat.

    ``retry_after`` is the number of seconds that the remote asked us to wait, if it said so.
    """

    exit_code = 4

    def __init__(self, code: str, message: str, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(code, message, hint)
        self.retry_after = retry_after


class QuotaExceeded(TransientError):
    """The remote refused a request because of its quota; the request had no effect."""


class EffectUnknown(TransientError):
    """A write was sent and its answer never came: it may have taken place, or may still do so."""


class RejectedByRemote(TomadaError):
    """The remote understood one item and refused it; ``field`` is its name at the remote, if it said so."""

    exit_code = 1

    def __init__(self, code: str, message: str, hint: str = "", field: str = "") -> None:
        super().__init__(code, message, hint)
        self.field = field


class GuardRail(TomadaError):
    """A plan would do more than a limit allows (G1); nothing of it was sent. A person looks at it and confirms."""

    exit_code = 1


class InternalError(TomadaError):
    """A bug of ours."""


class PluginBug(InternalError):
    """A plugin raised something that is not one of these errors, or broke the contract of a hook."""

    def __init__(self, plugin: str, version: str, hook: str, problem: str) -> None:
        super().__init__(
            "plugin.bug",
            f"{plugin} {version}: {hook}: {problem}",
            "Report this to the author of the plugin; the other stores are not affected.",
        )
        self.plugin = plugin
        self.version = version
        self.hook = hook
