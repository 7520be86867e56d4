"""The desk: what cannot go on without a person, by cause, with what waits behind it and the command that settles it."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from tomada.app.hold_choice import Found, Wanted, Worth, read_holds
from tomada.app.mappings import value_meaning
from tomada.app.named_values import suggestions_of
from tomada.bootstrap import Installation
from tomada.domain.money import ZERO, cents
from tomada.flows.holds.causes import cause_of, is_snoozed, order_ids
from tomada.flows.holds.reasons import HOLDS, hold_sentence, way_out_sentence
from tomada.flows.mapping.suggestions import Suggestion
from tomada.i18n import _
from tomada.ports.records import CodeRecord, HoldRecord

NOTHING = cents(ZERO)


@dataclass(frozen=True, slots=True)
class Pile:
    """What waits: holds, the orders behind them, each counted once, and what those are worth in BRL."""

    holds: int = 0
    orders: int = 0
    value: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class ListedCause:
    """One cause in one store, with what waits for it and the command that settles all of it at once.

    ``opened_at`` is when the oldest hold was opened, ``dispatch_by`` the first deadline of a marketplace (None where
    there is none). ``sentence`` is that of the oldest hold. ``assignees`` are those who look after any of it.
    """

    store: str
    cause: str
    code: str
    rule: str
    pile: Pile
    opened_at: datetime
    dispatch_by: datetime | None
    assignees: tuple[str, ...]
    sentence: str
    command: str


@dataclass(frozen=True, slots=True)
class ListedHold:
    """One hold. Times are aware UTC; ``closed_at`` is None while it is open.

    ``total`` is the order's in BRL, None for an order that could not be read and for what is none; ``dispatch_by``
    its marketplace's deadline. ``settled_as`` is the answer that the next sync carries out, empty without one.
    ``answers`` are the fixed answers with their meaning, ``free`` what any other answer means (empty when no
    other is taken), ``remember`` whether an answer can be kept for all orders. ``command`` settles it.
    ``suggestions``: what an unmapped code may be, where one hold is looked at.
    """

    id: int
    store: str
    order: str
    code: str
    rule: str
    kind: str
    key: str
    cause: str
    opened_at: datetime
    closed_at: datetime | None
    total: Decimal | None
    dispatch_by: datetime | None
    assignee: str | None
    snoozed_until: datetime | None
    settled_as: str
    settled_by: str | None
    settled_at: datetime | None
    sentence: str
    way_out: str
    answers: Mapping[str, str]
    free: str
    remember: bool
    command: str
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits, by cause, the oldest first, and hold by hold.

    ``waiting`` is what waits for an answer, ``snoozed`` what was put off, ``answered`` what only waits for the next
    sync; the three share no hold. ``causes`` and ``holds`` are of what waits (with ``snoozed``: of that instead);
    ``holds`` has the answered ones as well.
    """

    causes: tuple[ListedCause, ...]
    holds: tuple[ListedHold, ...]
    waiting: Pile
    snoozed: Pile
    answered: Pile


def desk(installation: Installation, wanted: Wanted) -> Desk:
    """Return what waits for a person, as far as it is wanted."""
    now = installation.now()
    found = read_holds(installation, wanted, worth=True)
    piles: dict[str, list[HoldRecord]] = {"waiting": [], "snoozed": [], "answered": []}
    for hold in found.holds:
        word = "answered" if hold.settled_as else "snoozed" if is_snoozed(hold, now) else "waiting"
        piles[word].append(hold)
    shown = piles["snoozed"] if wanted.snoozed else piles["waiting"]
    causes = _causes(found, shown)
    oldest = {(one.store, one.cause): one.opened_at for one in causes}

    def place(hold: HoldRecord) -> tuple[object, ...]:
        cause = (found.stores[hold.store_id], cause_of(hold))
        return (oldest.get(cause, hold.opened_at), cause, hold.opened_at, hold.id)

    listed = sorted(shown if wanted.snoozed else [*shown, *piles["answered"]], key=place)
    return Desk(
        causes=tuple(causes),
        holds=tuple(_listed(hold, found) for hold in listed),
        waiting=pile_of(piles["waiting"], found.worth),
        snoozed=pile_of(piles["snoozed"], found.worth),
        answered=pile_of(piles["answered"], found.worth),
    )


def closed_and_open(installation: Installation, wanted: Wanted) -> list[ListedHold]:
    """Return all wanted holds, closed and snoozed ones too, the oldest first."""
    found = read_holds(installation, wanted, worth=True, open_only=False)
    return [_listed(hold, found) for hold in sorted(found.holds, key=lambda hold: (hold.opened_at, hold.id))]


def hold_of(installation: Installation, hold_id: int) -> ListedHold:
    """Return one hold; raises ``UsageError`` when there is none with this id."""
    found = read_holds(installation, Wanted(ids=(hold_id,)), worth=True, open_only=False)
    [hold] = found.holds
    return replace(_listed(hold, found), suggestions=_suggestions(installation, hold))


def _suggestions(installation: Installation, hold: HoldRecord) -> tuple[Suggestion, ...]:
    """What the code of an ``unmapped`` hold may be; the ERP is not asked."""
    if hold.code != "unmapped":
        return ()
    unseen = CodeRecord(hold.store_id, hold.kind, hold.key, hold.details.get("label", ""))
    with installation.database.read() as tx:
        seen = {one.code: one for one in tx.mappings.codes(hold.store_id, hold.kind)}
        return tuple(suggestions_of(tx, seen.get(hold.key, unseen)))


def desk_of(installation: Installation, holds: list[HoldRecord]) -> Desk:
    """Return these holds as the desk shows them, for a person to say yes to."""
    with installation.database.read() as tx:
        names = {one.id: one.name for one in tx.stores.all()}
        found = Found(holds, names, tx.orders.worth(order_ids(holds)))
    listed = tuple(_listed(hold, found) for hold in holds)
    return Desk(tuple(_causes(found, holds)), listed, pile_of(holds, found.worth), Pile(), Pile())


def _causes(found: Found, holds: Sequence[HoldRecord]) -> list[ListedCause]:
    """Group holds by store and cause, the one that has waited longest first."""
    groups: dict[tuple[int, str], list[HoldRecord]] = {}
    for hold in holds:
        groups.setdefault((hold.store_id, cause_of(hold)), []).append(hold)
    causes = [_cause(group, found) for group in groups.values()]
    return sorted(causes, key=lambda one: (one.opened_at, one.store, one.cause))


def _cause(group: Sequence[HoldRecord], found: Found) -> ListedCause:
    oldest = min(group, key=lambda hold: (hold.opened_at, hold.id))
    deadlines = [found.worth[order_id][1] for order_id in order_ids(group)]
    store = found.stores[oldest.store_id]
    return ListedCause(
        store=store,
        cause=cause_of(oldest),
        code=oldest.code,
        rule=oldest.rule,
        pile=pile_of(group, found.worth),
        opened_at=oldest.opened_at,
        dispatch_by=min((one for one in deadlines if one), default=None),
        assignees=tuple(sorted({hold.assignee for hold in group if hold.assignee})),
        sentence=hold_sentence(oldest.code, oldest.details),
        command=_command(
            oldest.code, f"--cause {shlex.quote(cause_of(oldest))} --store {shlex.quote(store)}"
        ),
    )


def pile_of(holds: Sequence[HoldRecord], worth: Worth) -> Pile:
    """Add up what waits; an order that could not be read is counted and worth nothing."""
    orders = order_ids(holds)
    return Pile(len(holds), len(orders), sum((worth[order_id][0] or ZERO for order_id in orders), NOTHING))


def _listed(hold: HoldRecord, found: Found) -> ListedHold:
    kind, store = HOLDS[hold.code], found.stores[hold.store_id]
    total, dispatch_by = found.worth.get(hold.order_id or 0, (None, None))
    return ListedHold(
        id=hold.id,
        store=store,
        order=hold.remote_id,
        code=hold.code,
        rule=hold.rule,
        kind=hold.kind,
        key=hold.key,
        cause=cause_of(hold),
        opened_at=hold.opened_at,
        closed_at=hold.closed_at,
        total=total,
        dispatch_by=dispatch_by,
        assignee=hold.assignee,
        snoozed_until=hold.snoozed_until,
        settled_as=hold.settled_as,
        settled_by=hold.settled_by,
        settled_at=hold.settled_at,
        sentence=hold_sentence(hold.code, hold.details),
        way_out=way_out_sentence(
            hold.code, {**hold.details, "store": store, "id": str(hold.id), "order": hold.remote_id}
        ),
        answers={answer: _(meaning) for answer, meaning in kind.answers.items()},
        free=_free(hold),
        remember=kind.remember,
        command=_command(hold.code, str(hold.id)),
    )


def _free(hold: HoldRecord) -> str:
    if hold.code == "unmapped":
        return value_meaning(hold.kind)
    free = HOLDS[hold.code].free
    return _(free) if free else ""


def _command(code: str, which: str) -> str:
    """Return the command to copy; a word in capitals is for the person to fill in."""
    kind = HOLDS[code]
    answer = _("VALUE") if kind.free else shlex.quote(next(iter(kind.answers)))
    remember = " --remember" if kind.remember else ""
    return f"tomada holds settle {which} --as {answer}{remember}"
