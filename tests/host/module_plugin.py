"""A plugin that is a module: its functions are the hooks."""

from tests.host.samples import SampleSettings
from tomada.spi import PlatformInfo, hookimpl

spi = "0.1"


@hookimpl
def platform_info() -> PlatformInfo:
    """Say what the platform is."""
    return PlatformInfo(id="sample", title="Module", id_space="sample", settings=SampleSettings)
