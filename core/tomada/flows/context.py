"""What one run of a flow works with."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tomada.ports.gateways import Erp, PlatformGateway
from tomada.ports.records import AuditRecord, ErpRecord, StoreRecord
from tomada.ports.runner import Listener, ProgressNote
from tomada.ports.storage import Database
from tomada.spi import Clock


@dataclass(slots=True)
class FlowContext:
    """One store, its ERP account, both gateways and the database, for one run (``run_id`` None: a plan).

    ``began_at`` is when the whole sync began, of which this run is a part: what was read of the account since then
    is not read again (None: nothing was). ``confirmed``: a person has seen the plan and said yes (S7, G1).
    ``requests`` counts what a command sent to the ``store`` and to the ``erp``; runs do not count.
    """

    store: StoreRecord
    account: ErpRecord
    database: Database
    gateway: PlatformGateway
    erp: Erp
    clock: Clock
    actor: str
    run_id: int | None
    listener: Listener
    flow: str = "orders"
    began_at: datetime | None = None
    confirmed: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)

    def now(self) -> datetime:
        """The present, aware UTC."""
        return self.clock.now()

    def audit(self, event: str, remote_id: str = "", rule: str = "", **details: str) -> AuditRecord:
        """Make one audit row of this run; ``details`` hold no personal data."""
        return AuditRecord(self.now(), self.actor, event, self.store.id, remote_id, rule, details)

    def progress(self, stage: str, done: int, total: int | None = None) -> None:
        """Tell whoever watches how far a stage is."""
        self.listener(ProgressNote(self.store.name, self.flow, stage, done, total))
