"""Every setting: the core's own, and those of each platform."""

from pydantic import BaseModel

from generators.markdown import NOTICE, table
from tomada.app.erp_settings import ErpSettings
from tomada.host.registry import Registry
from tomada.host.settings import SettingField, describe
from tomada.ports.options import ChannelOptions, StoreOptions

INTRODUCTION = """# Settings

`tomada store show STORE` and `tomada erp show NAME` print them with their present values; `tomada store
set STORE key=value` and `tomada erp set NAME key=value` change them. Secrets are kept encrypted and
never shown. A description that says *guess* rests on no document of the remote: change it where you
know better. The ids in brackets (O4, M1 …) name the rules that a setting belongs to.

"""


def page() -> str:
    """Return ``reference/settings.md``."""
    parts = [NOTICE, INTRODUCTION]
    parts += [
        "## Of every store\n\n",
        _settings(StoreOptions),
        "\n## Of a sales channel of a store\n\n",
        "`tomada channels set STORE CHANNEL key=value` changes them, `tomada channels list STORE` shows them.\n\n",
        _settings(ChannelOptions),
        "\n## Of an ERP account\n\n",
        _settings(ErpSettings),
    ]
    for plugin in Registry().plugins():
        title = " ".join(filter(None, [plugin.info.title, plugin.info.modality]))
        parts += [f"\n## Of a store on `{plugin.id}` ({title})\n\n", _settings(plugin.info.settings)]
        limits = [
            (f"`quota.limits.{one.name}`", f"{one.requests} requests in {one.seconds:g} s")
            for one in plugin.info.limits
        ]
        if limits:
            parts += ["\nIts limits, each a setting:\n\n", table(["limit", "default"], limits)]
    return "".join(parts)


def _settings(model: type[BaseModel]) -> str:
    heads = ["setting", "type", "default", "guess", "meaning"]
    return table(heads, [_row(one) for one in describe(model)])


def _row(field: SettingField) -> tuple[str, str, str, str, str]:
    kind = f"{field.type}: {', '.join(field.choices)}" if field.choices else field.type
    default = "required" if field.required else f"`{field.default}`" if field.default else "–"
    return f"`{field.name}`", kind, default, "yes" if "guess" in field.description else "", field.description
