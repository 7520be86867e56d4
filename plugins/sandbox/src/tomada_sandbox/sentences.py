"""The sentences of this package, in the user's language."""

from tomada.i18n import N_, current, translator

_ = translator("tomada_sandbox")

__all__ = ["N_", "_", "current"]
