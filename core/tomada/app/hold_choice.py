"""Which holds a person means: by their ids, or by what they have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tomada.app.opening import look_with, store_named
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.flows.holds.causes import check_cause, has_cause, is_snoozed, order_ids
from tomada.i18n import _
from tomada.ports.records import HoldRecord
from tomada.ports.storage import Transaction

Worth = Mapping[int, tuple[Decimal | None, datetime | None]]
"""Order id → its total in BRL and its marketplace's deadline, each None where there is none."""

NOBODY = ""
"""As an assignee: nobody looks after it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which holds are meant: these ids, or all open ones with what is set here.

    ``cause`` is ``CODE``, ``CODE:KIND`` or ``CODE:KIND:KEY``, ``order`` the store's id, number or the ERP's number
    of an order; ``assignee`` a person, ``NOBODY``, or None for anybody. ``snoozed``: those that were put off instead
    of those that wait now.
    """

    ids: tuple[int, ...] = ()
    store: str | None = None
    cause: str = ""
    order: str = ""
    assignee: str | None = None
    snoozed: bool = False

    @property
    def is_named(self) -> bool:
        """Tell whether anything says which holds are meant."""
        return bool(self.ids or self.store or self.cause or self.order) or self.assignee is not None


@dataclass(frozen=True, slots=True)
class Found:
    """Holds as they were read at one moment, with what is needed to show them."""

    holds: list[HoldRecord]
    stores: Mapping[int, str]
    worth: Worth = field(default_factory=dict)


def chosen_holds(installation: Installation, wanted: Wanted) -> list[HoldRecord]:
    """Return the open holds that are meant; raises ``UsageError`` when there is none, or nothing says which."""
    if not wanted.is_named:
        raise UsageError(
            "cli.usage",
            _("Name the holds by their ids, or say what they have in common."),
            _("For example: {command}").format(command="--cause changed --store loja"),
        )
    found = read_holds(installation, wanted).holds
    if not wanted.ids:
        now = installation.now()
        found = [hold for hold in found if is_snoozed(hold, now) == wanted.snoozed]
    if not found:
        raise none_waits(wanted)
    return found


def none_waits(wanted: Wanted) -> UsageError:
    """Make the error of a choice that no hold fits."""
    command = "tomada holds list" + (" --snoozed" if wanted.snoozed else "")
    return UsageError("hold.none", _("No such hold waits for a person."), look_with(command))


def read_holds(
    installation: Installation, wanted: Wanted, *, worth: bool = False, open_only: bool = True
) -> Found:
    """Read the wanted holds. Raises ``UsageError`` for an id that does not exist, and for closed ones (open_only)."""
    store_id = store_named(installation, wanted.store).id if wanted.store else None
    cause = check_cause(wanted.cause) if wanted.cause else ""
    with installation.database.read() as tx:
        if wanted.ids:
            holds = _by_id(tx, wanted.ids, open_only=open_only)
        else:
            holds = tx.holds.select(store_id, open_only=open_only)
        if wanted.order:
            ids = {order.id for order in tx.orders.select(store_id, text=wanted.order.strip())}
            holds = [hold for hold in holds if hold.order_id in ids]
        names = {one.id: one.name for one in tx.stores.all()}
        holds = [
            hold
            for hold in holds
            if (store_id is None or hold.store_id == store_id)
            and (not cause or has_cause(hold, cause))
            and (wanted.assignee is None or _looks_after(wanted.assignee, hold))
        ]
        return Found(holds, names, tx.orders.worth(order_ids(holds)) if worth else {})


def _looks_after(person: str, hold: HoldRecord) -> bool:
    return (hold.assignee or NOBODY).casefold() == person.strip().casefold()


def _by_id(tx: Transaction, ids: Sequence[int], *, open_only: bool) -> list[HoldRecord]:
    known = tx.holds.get_many(ids)
    missing = [str(hold_id) for hold_id in ids if hold_id not in known]
    if missing:
        raise UsageError(
            "hold.unknown",
            _("There is no hold {id}.").format(id=", ".join(missing)),
            look_with("tomada holds list"),
        )
    found = [known[hold_id] for hold_id in dict.fromkeys(ids)]
    over = [hold for hold in found if hold.closed_at]
    if open_only and over:
        raise closed_already(over)
    return found


def still_open(tx: Transaction, chosen: Sequence[HoldRecord]) -> list[HoldRecord]:
    """Read holds again; those that were closed meanwhile need nothing any more."""
    known = tx.holds.get_many([hold.id for hold in chosen])
    return [known[hold.id] for hold in chosen if known[hold.id].closed_at is None]


def closed_already(holds: Sequence[HoldRecord]) -> UsageError:
    """Make the error of holds that need nobody any more."""
    return UsageError(
        "hold.closed",
        _("Hold {id} is closed already: its cause is gone.").format(
            id=", ".join(str(hold.id) for hold in holds)
        ),
        look_with("tomada holds list"),
    )
