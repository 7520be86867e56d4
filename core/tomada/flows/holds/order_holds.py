"""Holds follow the problems of an order: new ones open, those whose cause went away close (D3)."""

from collections.abc import Sequence

from tomada.flows.context import FlowContext
from tomada.flows.holds.item_holds import OUTGOING, close
from tomada.flows.holds.problems import Problem
from tomada.ports.records import AuditRecord, HoldRecord, OrderRecord
from tomada.ports.storage import Transaction


class HoldBook:
    """The open holds of a few orders inside one transaction."""

    def __init__(self, ctx: FlowContext, tx: Transaction, records: Sequence[OrderRecord]) -> None:
        self._ctx = ctx
        self._tx = tx
        self._open = tx.holds.open_of([record.id for record in records])
        self._changed: list[HoldRecord] = []
        self._audit: list[AuditRecord] = []

    def reconcile(self, record: OrderRecord, problems: Sequence[Problem]) -> None:
        """Make the open holds of an order exactly its problems, but for those that planning cannot see the end of."""
        wanted = {problem.identity: problem for problem in problems}
        for hold in self._open.get(record.id, []):
            if hold.code in OUTGOING:
                continue
            problem = wanted.pop((hold.code, hold.kind, hold.key), None)
            if problem:
                self._renew(hold, problem)
            elif not _outlasts_planning(record, hold):
                self._close(hold)
        for problem in wanted.values():
            self._add(record, problem)

    def open(self, record: OrderRecord, problem: Problem) -> None:
        """Hold an order for one more problem and leave its other holds."""
        for hold in self._open.get(record.id, []):
            if (hold.code, hold.kind, hold.key) == problem.identity:
                self._renew(hold, problem)
                return
        self._add(record, problem)

    def close(self, record: OrderRecord, code: str) -> None:
        """Close an order's open hold of this code, if there is one."""
        for hold in self._open.get(record.id, []):
            if hold.code == code:
                self._close(hold)

    def save(self) -> None:
        """Write what changed."""
        if self._changed:
            self._tx.holds.save(self._changed)
            self._tx.audit.add(self._audit)

    def _close(self, hold: HoldRecord) -> None:
        self._audit.append(close(self._ctx, hold))
        self._changed.append(hold)

    def _renew(self, hold: HoldRecord, problem: Problem) -> None:
        """The problem is still there: an answer that was given did not settle it, or not what it has become."""
        if hold.details == problem.details and not hold.settled_as:
            return
        hold.details = problem.details
        hold.settled_as, hold.settled_by, hold.settled_at = "", None, None
        self._changed.append(hold)

    def _add(self, record: OrderRecord, problem: Problem) -> None:
        ctx = self._ctx
        self._changed.append(
            HoldRecord(
                id=0,
                store_id=ctx.store.id,
                order_id=record.id,
                remote_id=record.remote_id,
                code=problem.code,
                rule=problem.rule,
                kind=problem.kind,
                key=problem.key,
                details=problem.details,
                opened_at=ctx.now(),
                run_id=ctx.run_id,
            )
        )
        ctx.counts["newly_held"] += 1
        self._audit.append(
            ctx.audit(
                "hold.opened",
                record.remote_id,
                problem.rule,
                code=problem.code,
                kind=problem.kind,
                key=problem.key,
            )
        )


def _outlasts_planning(record: OrderRecord, hold: HoldRecord) -> bool:
    """Tell whether a hold stays although planning finds no problem.

    Which of two ERP orders counts only a person knows; a later version that could not be read is over when one
    that can be read comes.
    """
    twins = hold.code == "duplicate" and hold.rule == "O2" and not hold.settled_as
    return bool(record.erp_id) and (twins or hold.code == "damaged")
