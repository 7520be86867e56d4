"""``key=value`` arguments whose values are JSON where they can be read so, else text."""

import json
from collections.abc import Iterable

from tomada.errors import UsageError
from tomada_sandbox.sentences import _


def pairs(texts: Iterable[str]) -> dict[str, object]:
    """Read the arguments; raises ``UsageError`` for one without a key or without ``=``."""
    found: dict[str, object] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(
                "sandbox.pair",
                _("This is not key=value: {text}").format(text=ascii(text)),
                _('Values are JSON or text: order=1001 payment=boleto items=\'[{"sku": "CAN-AZUL"}]\''),
            )
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found
