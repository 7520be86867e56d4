"""The command line: one module a group of commands; each parses, calls ``tomada.app`` and renders."""

from tomada.cli.entry import main, run

__all__ = ["main", "run"]
