"""What the ERP says of our orders, as far as their stores are to hear of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class ErpNewsRecord:
    """The state of one order in the ERP as it was read last; identity: order_id.

    ``status`` is the ERP's status code, ``seen_at`` when it was read. ``carrier`` and ``shipped_on`` (a day in São
    Paulo as ISO text) are read once there is a parcel; ``invoice_id`` is empty while there is no invoice.
    ``tracking_due`` and ``invoice_due``: the flow of that name has to look at the order; the invoice not before
    ``invoice_look_at`` (None: at once).
    """

    order_id: int
    status: str
    seen_at: datetime
    tracking_code: str = ""
    tracking_url: str = ""
    carrier: str = ""
    shipped_on: str = ""
    invoice_id: str = ""
    tracking_due: bool = True
    invoice_due: bool = True
    invoice_look_at: datetime | None = None
