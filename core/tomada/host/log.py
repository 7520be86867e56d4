"""The log that plugins write to: one event, fields as ``key=value``, secrets masked."""

import logging
from collections.abc import Callable, Iterable

from tomada.transport.redaction import redact


class FieldLog:
    """``tomada.spi.Logger`` over the standard library's logging (``tomada.plugin.<platform>``)."""

    def __init__(self, platform: str, store: str, secrets: Callable[[], Iterable[str]]) -> None:
        self._logger = logging.getLogger(f"tomada.plugin.{platform}")
        self._store = store
        self._secrets = secrets

    def debug(self, event: str, **fields: object) -> None:
        """Log what only a developer wants to know."""
        self._write(logging.DEBUG, event, fields)

    def info(self, event: str, **fields: object) -> None:
        """Log a step of normal work."""
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Log what an operator should look at some day."""
        self._write(logging.WARNING, event, fields)

    def _write(self, level: int, event: str, fields: dict[str, object]) -> None:
        if self._logger.isEnabledFor(level):
            parts = [event, f"store={self._store}", *(f"{name}={value}" for name, value in fields.items())]
            text = " ".join(" ".join(parts).splitlines())  # a remote's text must not forge a second line
            self._logger.log(level, "%s", redact(text, self._secrets()))
