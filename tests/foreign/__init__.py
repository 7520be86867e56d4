"""The suite of the exchange of files against servers that others wrote; ``python -m tests.foreign`` runs it."""
