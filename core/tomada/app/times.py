"""Days and times as a person writes them."""

from datetime import datetime

from tomada.errors import UsageError
from tomada.i18n import _


def parse_time(text: str, now: datetime) -> datetime:
    """Read an ISO date or time, of the local zone unless it names an offset, as whole seconds in the zone of ``now``.

    Raises ``UsageError`` for another text.
    """
    try:
        return datetime.fromisoformat(text.strip()).astimezone(now.tzinfo).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise UsageError(
            "since.form",
            _("This is no date or time: {text}").format(text=ascii(text)),
            _("Write it as 2026-01-31, 2026-01-31T18:00 or 2026-01-31T18:00-03:00."),
        ) from None
