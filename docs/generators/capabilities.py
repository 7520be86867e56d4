"""The matrix, and what each capability asks of a plugin and of the core."""

from generators.markdown import NOTICE, table
from tomada.host.built import BUILT
from tomada.host.matrix import markdown, matrix
from tomada.host.registry import Registry
from tomada.spi.catalogue import CATALOGUE, Behaviour, Field, Requirement

INTRODUCTION = """# Capabilities

What a platform can do for a user. The ids are public: the command line, its JSON and this documentation
use them. Nobody lists by hand what a platform has: it is derived from the hooks that the plugin
implements, from the marked fields of what they yield, and from what the plugin takes back with
`@lacks`. It counts when the core's part is built as well. `tomada capabilities` shows the same table
for the plugins that are installed.

## The platforms of this repository

"""


def matrix_block() -> str:
    """Return the matrix as a Markdown table."""
    return markdown(matrix(Registry(), BUILT))


def page() -> str:
    """Return ``reference/capabilities.md``."""
    rows = [
        (
            f"`{one.id}`",
            one.label,
            one.label_pt,
            ", ".join(map(_requirement, one.requires)),
            ", ".join(f"{part}{'' if part in BUILT else ' (not built yet)'}" for part in one.core),
        )
        for one in CATALOGUE
    ]
    heads = ["id", "name", "the ERP's name", "the plugin's part", "the core's part"]
    return NOTICE + INTRODUCTION + matrix_block() + "\n## What each one needs\n\n" + table(heads, rows)


def _requirement(part: Requirement) -> str:
    if isinstance(part, Field):
        return f"a field marked `{part.capability}`"
    if isinstance(part, Behaviour):
        return f"the behaviour `{part.capability}` of its hook"
    return f"hook `{part.name}`"
