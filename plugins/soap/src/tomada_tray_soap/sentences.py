"""The sentences of this package, in the user's language."""

from tomada.spi import translator

_ = translator("tomada_tray_soap")


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "mark now, translate when shown"
    """Mark a sentence for translation without translating it yet."""
    return sentence
