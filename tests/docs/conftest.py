"""The tests of the documentation speak English, and leave the process's language as it was."""

from tests.cli.conftest import english, home, remotes, sandbox_url

__all__ = ["english", "home", "remotes", "sandbox_url"]
