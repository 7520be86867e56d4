"""Hooks about the platform itself and the connection to one store."""

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager

from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.platform import PlatformInfo
from tomada.spi.setup import CheckResult, SetupStep


class ConnectionHooks:
    """``platform_info`` is required of every plugin; the others are optional."""

    @hookspec()
    def platform_info(self) -> PlatformInfo:
        """Return what the platform is: id, title, settings, limits. No input or output, no heavy import."""
        raise NotImplementedError

    @hookspec()
    def session_open(self, ctx: Context) -> AbstractContextManager[object]:
        """Open what the other hooks find in ``ctx.session`` (an HTTP, SOAP or FTP client), and close it again.

        Called once for each run of a flow, before its first hook. Raise ``AuthenticationError`` for a credential
        that is refused and ``ConfigurationError`` for a setting that cannot work.
        """
        raise NotImplementedError

    @hookspec()
    def connection_setup(self, ctx: Context) -> Generator[SetupStep, str, None]:
        """Lead the user to a working credential: yield ``Ask`` (and receive the answer), ``Say``, at last ``Done``.

        Example::

            @hookimpl
            def connection_setup(self, ctx):
                token = yield Ask("token", "Paste the token of your shop", secret=True)
                ctx.vault.update(lambda secrets: {**secrets, "token": token})
                yield Done("Connected.")
        """
        raise NotImplementedError

    @hookspec()
    def connection_check(self, ctx: Context) -> Iterator[CheckResult]:
        """Yield one result per step, in the order tried; a failed step may end the list. Writes nothing."""
        raise NotImplementedError
