"""The platforms that are installed: which of them work, and why the others do not."""

from collections.abc import Iterable
from dataclasses import dataclass
from inspect import ismodule

from pydantic import BaseModel

from tomada.errors import PluginBug, UnusableError
from tomada.host.checks import UnfitPluginError, declared_spi
from tomada.host.discovery import PLATFORMS, Candidate, PluginStatus, Status, find, in_order, load_each
from tomada.host.dispatch import Dispatcher
from tomada.i18n import _
from tomada.spi import SPI_VERSION, PlatformInfo


@dataclass(frozen=True, slots=True)
class Plugin:
    """A platform that works. ``package`` is the import package that its translations are in."""

    id: str
    distribution: str
    version: str
    package: str
    info: PlatformInfo
    hooks: Dispatcher


class Registry:
    """All platforms of this installation; one that is broken is kept as a status and never called."""

    def __init__(self, candidates: Iterable[Candidate] | None = None) -> None:
        """Load and check all candidates (default: everything installed); nothing of a plugin is raised."""
        loaded, self._statuses = load_each(find(PLATFORMS) if candidates is None else candidates)
        self._plugins: dict[str, Plugin] = {}
        for candidate, found in loaded:
            self._statuses.append(self._admit(candidate, found))

    def _admit(self, candidate: Candidate, found: object) -> PluginStatus:
        try:
            spi = declared_spi(found)
            if spi is None:
                raise UnfitPluginError(
                    _("the plugin declares no spi version (a plain text attribute named spi)")
                )
            if spi != SPI_VERSION:
                return candidate.becomes(Status.INCOMPATIBLE, _incompatible(spi))
            self._plugins[candidate.name] = _plugin(candidate, found)
        except UnfitPluginError as error:
            return candidate.becomes(Status.FAILED, str(error))
        except PluginBug as error:
            return candidate.fails(error.__cause__ or error)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a plugin does, it breaks only itself
            return candidate.fails(error)
        return candidate.becomes(Status.ACTIVE)

    def statuses(self) -> list[PluginStatus]:
        """Return every installed platform, working or not, sorted by (id, distribution)."""
        return in_order(self._statuses)

    def plugins(self) -> list[Plugin]:
        """Return the platforms that work, sorted by id."""
        return [self._plugins[name] for name in sorted(self._plugins)]

    def get(self, platform: str) -> Plugin:
        """Return a platform. Raises ``UnusableError`` that says why it cannot be used."""
        if platform in self._plugins:
            return self._plugins[platform]
        for status in self.statuses():
            if status.id == platform:
                sentence = _("Platform {id} ({plugin} {version}) cannot be used: {reason}").format(
                    id=platform, plugin=status.distribution, version=status.version, reason=status.reason
                )
                raise UnusableError(f"plugin.{status.status}", sentence, _("See: tomada plugins list -vv"))
        raise UnusableError(
            "plugin.not_installed",
            _("Platform {id} is not installed.").format(id=platform),
            _("See what is installed: tomada plugins list"),
        )


def _plugin(candidate: Candidate, found: object) -> Plugin:
    hooks = Dispatcher(found, candidate.distribution, candidate.version)
    if "platform_info" not in hooks.hooks:
        raise UnfitPluginError(_("the hook platform_info is missing"))
    info = hooks.call("platform_info")
    if not isinstance(info, PlatformInfo):
        raise UnfitPluginError(_("platform_info must return a PlatformInfo"))
    if info.id != candidate.name:
        raise UnfitPluginError(
            _("platform_info says {id}, the entry point says {name}").format(id=info.id, name=candidate.name)
        )
    if not (isinstance(info.settings, type) and issubclass(info.settings, BaseModel)):
        raise UnfitPluginError(_("the settings of platform_info must be a pydantic model"))
    module = found.__name__ if ismodule(found) else type(found).__module__
    package = module.partition(".")[0]
    return Plugin(candidate.name, candidate.distribution, candidate.version, package, info, hooks)


def _incompatible(spi: str) -> str:
    sentence = _("Made for plugin interface {theirs}; this Tomada has {ours}. Install a matching version.")
    return sentence.format(theirs=spi, ours=SPI_VERSION)
