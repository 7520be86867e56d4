"""The tests of the documentation speak English, and leave the process's language as it was."""

from tests.cli.conftest import english

__all__ = ["english"]
