"""What a user sets of a store: the settings of its platform by their own names, and the core's options.

Secrets go to the vault and never among the settings; the limits of the platform's quota are settings too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import TypeVar

from tomada.app.values import Value, value_of
from tomada.bootstrap import quota_limits
from tomada.errors import ConfigurationError
from tomada.host.registry import Plugin
from tomada.host.settings import SettingField, build, describe, flat, secret_names
from tomada.i18n import N_, _
from tomada.ports.options import StoreOptions

Kind = TypeVar("Kind")

LIMITS = "quota.limits"
_ALMOST = 0.75


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen for one store: options of the core, settings of the platform, and its secrets apart."""

    options: StoreOptions
    settings: dict[str, object]
    secrets: dict[str, str] = field(repr=False)


NOTHING = Chosen(StoreOptions(), {}, {})


class StoreSettings:
    """All settings that a store of one platform has."""

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin
        self._model = plugin.info.settings

    @cached_property
    def own(self) -> list[SettingField]:
        """The platform's settings."""
        return describe(self._model)

    @cached_property
    def core(self) -> list[SettingField]:
        """The core's options, with one setting for each limit of the platform."""
        fields = []
        for one in describe(StoreOptions):
            fields += self._limits(one) if one.name == LIMITS else [one]
        return fields

    @cached_property
    def names(self) -> list[str]:
        """The names of all of them."""
        return [one.name for one in [*self.own, *self.core]]

    def missing(self, chosen: Chosen, texts: Mapping[str, str]) -> list[SettingField]:
        """Return the settings that must be given and are not."""
        given = flat(chosen.settings).keys() | chosen.secrets.keys() | texts.keys()
        return [one for one in self.own if one.required and one.name not in given]

    def parted(self, texts: Mapping[str, str], *, answers: bool) -> tuple[dict[str, str], dict[str, str]]:
        """Part texts into (settings, answers to questions of the platform).

        Raises ``ConfigurationError`` for a name that is no setting, when it can be no answer or is almost one.
        """
        known = {name: text for name, text in texts.items() if name in self.names}
        others = {name: text for name, text in texts.items() if name not in known}
        for name in others:
            if not answers or get_close_matches(name, self.names, 1, _ALMOST):
                raise self.unknown(name)
        return known, others

    def unknown(self, name: str) -> ConfigurationError:
        """Make the error of a name that is no setting."""
        near = get_close_matches(name, self.names, 1)
        return ConfigurationError(
            "settings.unknown",
            _("There is no setting {name}.").format(name=name),
            _("Did you mean {near}?").format(near=near[0])
            if near
            else _("There are: {names}").format(names=", ".join(self.names)),
        )

    def changed(self, chosen: Chosen, texts: Mapping[str, str]) -> Chosen:
        """Return the choice with these changes, validated; an empty text puts the default back.

        Raises ``ConfigurationError`` with a sentence for each wrong one; no value is quoted (X1).
        """
        own = {one.name for one in self.own}
        given = {name: text for name, text in texts.items() if name in own}
        options = {name: text for name, text in texts.items() if name not in own}
        settings, secrets = self._own_changed(chosen, given)
        return Chosen(self._options_changed(chosen.options, options), settings, secrets)

    def shown(self, chosen: Chosen) -> list[Value]:
        """Return every setting with its value; of a secret only whether there is one."""
        own = flat(chosen.settings)
        core = flat(chosen.options.model_dump(mode="json"))
        return [
            *(value_of(one, own, chosen.secrets, self._plugin.package) for one in self.own),
            *(value_of(one, core, {}, "tomada") for one in self.core),
        ]

    def _own_changed(
        self, chosen: Chosen, texts: Mapping[str, str]
    ) -> tuple[dict[str, object], dict[str, str]]:
        hidden = secret_names(self._model)
        settings = _merged(flat(chosen.settings), {n: t for n, t in texts.items() if n not in hidden})
        secrets = _merged(chosen.secrets, {n: t.strip() for n, t in texts.items() if n in hidden})
        values = {**settings, **{name: secrets[name] for name in hidden & secrets.keys()}}
        valid = flat(build(self._model, values, _way_out()).model_dump(mode="json"))
        return {name: valid[name] for name in settings if name in valid}, secrets

    def _options_changed(self, options: StoreOptions, texts: Mapping[str, str]) -> StoreOptions:
        values = _merged(flat(options.model_dump(mode="json", exclude={"channels"})), texts)
        changed = build(StoreOptions, values, _way_out()).model_copy(update={"channels": options.channels})
        quota_limits(self._plugin.info.limits, changed.quota.limits)
        return changed

    def _limits(self, pattern: SettingField) -> list[SettingField]:
        return [
            replace(
                pattern,
                name=f"{LIMITS}.{one.name}",
                type=_("text"),
                default=f"{one.requests}/{one.seconds:g}",
                description=N_("Requests per seconds that the store allows, or off (Q1)."),
            )
            for one in self._plugin.info.limits
        ]


def _merged(values: Mapping[str, Kind], texts: Mapping[str, Kind]) -> dict[str, Kind]:
    empty = {name for name, text in texts.items() if not str(text).strip()}
    return {name: value for name, value in {**values, **texts}.items() if name not in empty}


def _way_out() -> str:
    return _("Give it as {field}=…; a secret as --set-file {field}=PATH.")
