"""What a list row with a time of change tells of an order that is known (O5): nothing, its status, or to read it.

For remotes whose lists show part of an order and the time of its last change. A row's version has three parts:
that time, a digest of what an ERP order is made of, and a digest of what changes in an order's life without
touching that (payment, parcel, notes: much of it written by ourselves). The status stands in none of them, as the
core keeps it apart. So a later row explains itself:

* the first digest differs: the order is another one now; read it.
* status or second digest differ: that is why the time moved; nothing to read.
* only the time differs: something changed that the list does not show, an address for instance; read it.
"""

import hashlib
import json
from dataclasses import dataclass
from enum import Enum

from tomada.domain.order import OrderStatus
from tomada.spi.reading import Known


@dataclass(frozen=True, slots=True)
class RowVersion:
    """The version of a row; its text is what the core keeps."""

    modified: str
    content: str
    life: str

    @classmethod
    def of(cls, modified: object, content: object, life: object) -> "RowVersion":
        """Return the version of a row; what is digested may be anything that JSON can hold."""
        return cls(str(modified), _digest(content), _digest(life))

    @classmethod
    def parse(cls, kept: str) -> "RowVersion | None":
        """Return the version that a text stands for, or None for a text that is none."""
        parts = kept.split("|")
        return cls(*parts) if len(parts) == 3 else None

    def __str__(self) -> str:
        return f"{self.modified}|{self.content}|{self.life}"


def _digest(told: object) -> str:
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]


class Need(Enum):
    """What a row calls for."""

    NOTHING = "nothing"
    STATUS = "status"
    DETAIL = "detail"


def need_of(version: RowVersion, status: OrderStatus | None, known: Known | None) -> Need:
    """Decide what a row calls for; ``status`` is None when it has no readable one."""
    kept = RowVersion.parse(known.version) if known else None
    if known is None or kept is None or status is None:
        return Need.DETAIL
    same_status = known.status == status.code
    was_rejected = not known.status  # a rejected order has a version and no status
    if kept == version and (same_status or was_rejected):
        return Need.NOTHING
    if was_rejected or kept.content != version.content:
        return Need.DETAIL
    if same_status and kept.life == version.life:
        return Need.DETAIL
    return Need.STATUS
