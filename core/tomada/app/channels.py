"""How the orders of each sales channel of a store are treated (O9)."""

from collections.abc import Mapping
from dataclasses import dataclass

from tomada.app.codes import code_meant
from tomada.app.mappings import mapped_codes
from tomada.app.opening import store_named
from tomada.app.stores import changed
from tomada.bootstrap import Installation
from tomada.host.settings import build, flat, known
from tomada.i18n import _
from tomada.ports.options import ChannelOptions
from tomada.ports.records import StoreRecord

KIND = "channel"


@dataclass(frozen=True, slots=True)
class ListedChannel:
    """A sales channel: ``value`` is its name in the ERP, ``ignore``, or empty while nobody knows."""

    code: str
    label: str
    value: str
    options: ChannelOptions


def channels(installation: Installation, store_name: str) -> list[ListedChannel]:
    """Return the channels that a store has shown, or that something is set for, by their codes."""
    store = store_named(installation, store_name)
    found = {one.code: one for one in mapped_codes(installation, store_name, KIND) if "*" not in one.code}
    return [
        ListedChannel(
            code,
            found[code].label if code in found else "",
            found[code].value if code in found else "",
            store.options.channels.get(code, ChannelOptions()),
        )
        for code in sorted(found.keys() | store.options.channels.keys())
    ]


def set_channel(
    installation: Installation, store_name: str, channel: str, texts: Mapping[str, str]
) -> ListedChannel:
    """Change how a channel's orders are treated from now on; an empty text puts the default back.

    Raises ``ConfigurationError`` for a name or a value that cannot be, ``UsageError`` for a channel's name that two
    have.
    """
    store = store_named(installation, store_name)
    with installation.database.read() as tx:
        shown = {one.code: one.label for one in tx.mappings.codes(store.id, KIND)}
    code = code_meant(store.name, KIND, channel, shown)
    for name in texts:
        known(ChannelOptions, name)
    before = store.options.channels.get(code, ChannelOptions())
    values = {**flat(before.model_dump(mode="json")), **texts}
    chosen = build(
        ChannelOptions,
        {name: value for name, value in values.items() if str(value).strip()},
        _("Give it as {field}=…"),
    )

    def apply(kept: StoreRecord) -> None:
        others = {one: options for one, options in kept.options.channels.items() if one != code}
        if chosen != ChannelOptions():
            others[code] = chosen
        kept.options = kept.options.model_copy(update={"channels": others})

    names = ",".join(f"channels.{code}.{name}" for name in sorted(texts))
    changed(installation, store, apply, "store.changed", settings=names)
    return next(
        (one for one in channels(installation, store_name) if one.code == code),
        ListedChannel(code, "", "", chosen),
    )
