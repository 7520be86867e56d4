"""What every command knows of how it was called."""

import logging
import sys
from pathlib import Path
from typing import NamedTuple

import click

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class Frame(NamedTuple):
    """The options of Tomada itself; ``home`` is None when neither ``--home`` nor TOMADA_HOME names one."""

    home: Path | None
    verbosity: int


pass_frame = click.make_pass_decorator(Frame)


def log_to_stderr(verbosity: int) -> None:
    """Send the log to stderr. Other libraries say warnings only: their lines may quote tokens (X1)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers = [*(one for one in root.handlers if type(one) is not logging.StreamHandler), handler]
    logging.getLogger("tomada").setLevel(_LEVELS[min(verbosity, 2)])
