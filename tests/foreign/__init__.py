"""The suites of two plugins against servers that others wrote; ``python -m tests.foreign`` runs them."""
