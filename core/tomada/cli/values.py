"""Settings as commands print them."""

from collections.abc import Iterable

from tomada.app.values import Value
from tomada.cli.output import table
from tomada.i18n import _


def print_values(values: Iterable[Value]) -> None:
    """Print settings with their values and meanings; ``*`` marks what differs from the default."""
    rows = [("*" if one.chosen else "", one.name, one.value, one.description) for one in values]
    table(["*", _("Setting"), _("Value"), _("Meaning")], rows)
