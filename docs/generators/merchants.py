"""What the matrix says on the pages for merchants: the modalities of each capability, and their list in Portuguese."""

import re
from collections.abc import Sequence

from generators.markdown import table
from tomada.host.built import BUILT
from tomada.host.matrix import CapabilityEntry, matrix
from tomada.host.registry import Registry

_LINE = re.compile(r"^\*\*Modalidades:\*\*.*$", re.MULTILINE)
CLAIMED = "claimed"


def with_modalities(page: str, capability: str) -> str:
    """Return a merchants' page with the line that says by which modalities the capability works."""
    entry = next(one for one in _entries() if one["id"] == capability)
    text, found = _LINE.subn(lambda _line: modalities_line(entry), page, count=1)
    assert found == 1, f"the page of {capability} has no line of modalities"
    return text


def modalities_line(entry: CapabilityEntry) -> str:
    """Return that line, such as ``**Modalidades:** REST e SOAP; não por FTP. Identificador: `stock.send`.``."""
    named = _modalities()
    has = [named[platform] for platform, state in entry["platforms"].items() if state["state"] == CLAIMED]
    lacks = [name for name in named.values() if name not in has]
    absent = f"; não por {_listed(lacks, 'nem')}" if lacks else ""
    return f"**Modalidades:** {_listed(has, 'e') or 'nenhuma'}{absent}. Identificador: `{entry['id']}`."


def block() -> str:
    """Return the list of the pages, with the modalities of each."""
    named = _modalities()
    rows = [
        (
            f"[{one['label_pt']}]({one['id']}.md)",
            *("●" if one["platforms"][platform]["state"] == CLAIMED else "–" for platform in named),
        )
        for one in _entries()
    ]
    return table(["recurso", *named.values()], rows)


def _entries() -> list[CapabilityEntry]:
    return matrix(Registry(), BUILT)["capabilities"]


def _modalities() -> dict[str, str]:
    """Platform → its modality, which is how merchants tell them apart."""
    return {plugin.id: plugin.info.modality or plugin.info.title for plugin in Registry().plugins()}


def _listed(names: Sequence[str], last: str) -> str:
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
