"""The hook by which a file of a store is looked at before anything of it is taken in."""

from collections.abc import Iterator
from pathlib import Path

from tomada.spi.context import Context
from tomada.spi.markers import hookspec
from tomada.spi.samples import SampleEvent


class SampleHooks:
    """For platforms whose remotes write their data in a form of their own, such as files."""

    @hookspec()
    def sample_read(self, ctx: Context, path: Path) -> Iterator[SampleEvent]:
        """Yield the settings that a file on this machine shows, then its rows and problems in the file's order.

        The rows are read as they would be with these settings. There is no session: nothing is asked of the remote,
        and nothing is kept.
        """
        raise NotImplementedError
