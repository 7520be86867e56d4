"""What the spectator reads: chapters, what happens at the remotes, commands and what they print."""

import shlex
from collections.abc import Sequence

import click

_LONGEST = 28
_INDENT = "    "


class Narrator:
    """Prints as the story goes on; beside a result in JSON everything goes to stderr."""

    def __init__(self, *, aside: bool) -> None:
        self._aside = aside

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self.tell("")
        self._print(f"── {title}", bold=True)

    def tell(self, sentence: str) -> None:
        """Say something."""
        self._print(sentence)

    def command(self, words: Sequence[str]) -> None:
        """Show a command of the user; long made-up credentials are shortened."""
        self.tell("")
        self._print("$ " + shlex.join(["tomada", *map(_short, words)]), fg="cyan")

    def output(self, text: str, last: int | None) -> None:
        """Show what a command printed, or only its last lines."""
        lines = text.splitlines()
        for line in lines[-last:] if last else lines:
            self._print(f"{_INDENT}{line}".rstrip())

    def _print(self, text: str, *, bold: bool = False, fg: str | None = None) -> None:
        click.secho(text, err=self._aside, bold=bold or None, fg=fg)


def _short(word: str) -> str:
    key, equals, value = word.partition("=")
    if not equals or len(value) <= _LONGEST or "://" in value:
        return word
    return f"{key}={value[:8]}…"
