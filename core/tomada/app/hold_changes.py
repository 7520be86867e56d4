"""What a person does about holds: answers them, singly or a whole cause at once, assigns them, puts them off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tomada.app.hold_choice import Wanted, chosen_holds, closed_already, none_waits, still_open
from tomada.app.holds import Desk, Pile, desk_of, pile_of
from tomada.app.opening import look_with
from tomada.app.person import actor
from tomada.app.products import erp_product
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.flows.holds.causes import is_answered, order_ids
from tomada.flows.holds.reasons import HOLDS
from tomada.flows.holds.settle import Freed, Settling, check_answer, retry, settle
from tomada.i18n import _
from tomada.ports.records import AuditRecord, HoldRecord
from tomada.ports.storage import Transaction


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer came to: the holds that it was given to, and what the next sync takes on.

    ``freed`` are orders, ``products`` products. ``left`` are holds that were meant, but that somebody has answered
    or whose cause has gone since they were shown.
    """

    holds: tuple[int, ...]
    answer: str
    freed: int
    products: int
    left: tuple[int, ...] = ()


def retry_holds(installation: Installation, wanted: Wanted) -> Freed:
    """Let the next sync look again at what these holds are about; returns how much that is."""
    chosen = chosen_holds(installation, wanted)
    with installation.database.begin() as tx:
        return retry(tx, still_open(tx, chosen))


def assign_holds(installation: Installation, wanted: Wanted, person: str) -> Pile:
    """Let a person (empty: nobody) look after these holds."""

    def assign(hold: HoldRecord) -> dict[str, str]:
        hold.assignee = person.strip() or None
        return {"person": person.strip()}

    return _change(installation, wanted, assign, "hold.assigned" if person.strip() else "hold.unassigned")


def snooze_holds(installation: Installation, wanted: Wanted, until: datetime | None) -> Pile:
    """Put these holds off until a time (None: bring them back now); what ends their cause closes them meanwhile.

    Raises ``UsageError`` for a time that has passed.
    """
    if until is not None and until <= installation.now():
        raise UsageError("snooze.past", _("The time until which holds are put off has passed."))

    def snooze(hold: HoldRecord) -> dict[str, str]:
        hold.snoozed_until = until
        return {"until": until.isoformat()} if until else {}

    return _change(installation, wanted, snooze, "hold.snoozed" if until else "hold.woken")


def settle_holds(
    installation: Installation,
    wanted: Wanted,
    answer: str,
    *,
    remember: bool = False,
    change: bool = False,
    confirm: Callable[[Desk], bool] = lambda _desk: True,
) -> Settled | None:
    """Give the same answer to these holds, all or none; None when ``confirm``, who is shown them, says no.

    Holds that were named by what they have in common and that somebody answers meanwhile are left as they are.
    Raises ``UsageError`` for an answer that one of them does not take, for a hold named by its id that is closed or
    (unless ``change``) answered already, and what the ERP raises when a product that the answer names is looked
    up there.
    """
    chosen = [
        hold
        for hold in chosen_holds(installation, wanted)
        if change or bool(wanted.ids) or not is_answered(hold)
    ]
    if not chosen:
        raise none_waits(wanted)
    answers = {hold.id: check_answer(hold, answer, remember=remember) for hold in chosen}
    linking = {hold.store_id for hold in chosen if _names_product(hold, answers[hold.id])}
    products = {store_id: erp_product(installation, store_id, answer.strip()) for store_id in linking}
    if not wanted.ids and not confirm(desk_of(installation, chosen)):
        return None
    with installation.database.begin() as tx:
        still, left = _as_seen(tx, chosen, change=change)
        if wanted.ids and left:
            raise _too_late(left[0])
        freed = settle(
            tx,
            [(hold, answers[hold.id]) for hold in still],
            Settling(remember, actor(), installation.now(), products),
        )
    return Settled(
        tuple(hold.id for hold in still),
        next(iter(answers.values())),
        freed.orders,
        freed.products,
        tuple(hold.id for hold in left),
    )


def _names_product(hold: HoldRecord, value: str) -> bool:
    return hold.code == "unlinked" and value not in HOLDS[hold.code].answers


def _as_seen(
    tx: Transaction, chosen: Sequence[HoldRecord], *, change: bool
) -> tuple[list[HoldRecord], list[HoldRecord]]:
    """Read holds again, and part those that are as they were from those that somebody or a sync has dealt with."""
    known = tx.holds.get_many([hold.id for hold in chosen])
    still: list[HoldRecord] = []
    left: list[HoldRecord] = []
    for seen in chosen:
        hold = known[seen.id]
        dealt_with = hold.closed_at is not None or (is_answered(hold) and not change)
        (left if dealt_with or hold.details != seen.details else still).append(hold)
    return still, left


def _too_late(hold: HoldRecord) -> UsageError:
    if hold.closed_at:
        return closed_already([hold])
    if is_answered(hold):
        return UsageError(
            "hold.settled",
            _("Hold {id} was settled as {answer} by {person} already; the next sync carries it out.").format(
                id=hold.id, answer=hold.settled_as, person=(hold.settled_by or "?").removeprefix("person:")
            ),
            _("To give another answer, repeat the command with --change."),
        )
    return UsageError(
        "hold.moved",
        _("Hold {id} has become another one while you answered.").format(id=hold.id),
        look_with(f"tomada holds show {hold.id}"),
    )


def _change(
    installation: Installation, wanted: Wanted, change: Callable[[HoldRecord], dict[str, str]], event: str
) -> Pile:
    """Change these holds as they are now, and write in each one's story what was done."""
    chosen = chosen_holds(installation, wanted)
    now, who = installation.now(), actor()
    with installation.database.begin() as tx:
        holds = still_open(tx, chosen)
        audit = []
        for hold in holds:
            details = {"code": hold.code, "kind": hold.kind, "key": hold.key, **change(hold)}
            audit.append(AuditRecord(now, who, event, hold.store_id, hold.remote_id, "D3", details))
        tx.holds.save(holds)
        tx.audit.add(audit)
        return pile_of(holds, tx.orders.worth(order_ids(holds)))
