"""The hold desk: what waits for a person, why, and the answers that settle it (D3)."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tomada.app.mappings import value_meaning
from tomada.app.opening import look_with, store_named
from tomada.app.person import actor
from tomada.app.products import erp_product
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.flows.holds.reasons import HOLDS, hold_sentence, way_out_sentence
from tomada.flows.holds.settle import Freed, check_answer, retry, settle
from tomada.i18n import _
from tomada.ports.records import HoldRecord


@dataclass(frozen=True, slots=True)
class ListedHold:
    """One hold. Times are aware UTC; ``closed_at`` is None while it is open.

    ``answers`` are the fixed answers with their meaning, ``free`` what any other answer means (empty when no
    other is taken), ``remember`` whether an answer can be kept for all orders. ``command`` settles it.
    """

    id: int
    store: str
    order: str
    code: str
    rule: str
    kind: str
    key: str
    opened_at: datetime
    closed_at: datetime | None
    settled_as: str
    sentence: str
    way_out: str
    answers: Mapping[str, str]
    free: str
    remember: bool
    command: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer came to: the holds that it was given to, and what the next sync takes on.

    ``freed`` are orders, ``products`` products.
    """

    holds: tuple[int, ...]
    answer: str
    freed: int
    products: int


def holds(installation: Installation, store: str | None, *, open_only: bool = True) -> list[ListedHold]:
    """Return the holds of one store or of all, by cause, the oldest first."""
    store_id = store_named(installation, store).id if store else None
    with installation.database.read() as tx:
        found = tx.holds.select(store_id, open_only=open_only)
        names = {one.id: one.name for one in tx.stores.all()}
    found.sort(key=lambda hold: (hold.code, hold.kind, hold.key, hold.opened_at, hold.id))
    return [_listed(hold, names[hold.store_id]) for hold in found]


def hold_of(installation: Installation, hold_id: int) -> ListedHold:
    """Return one hold; raises ``UsageError`` when there is none with this id."""
    record = _records(installation, [hold_id])[0]
    with installation.database.read() as tx:
        return _listed(record, tx.stores.get(record.store_id).name)


def retry_holds(installation: Installation, ids: Sequence[int]) -> Freed:
    """Let the next sync look again at what these holds are about; returns how much that is."""
    found = _open(_records(installation, ids))
    with installation.database.begin() as tx:
        return retry(tx, found)


def settle_holds(installation: Installation, ids: Sequence[int], answer: str, *, remember: bool) -> Settled:
    """Give the same answer to these holds, all or none.

    Raises ``UsageError`` for an answer that one of them does not take, and what the ERP raises when a product
    that the answer names is looked up there.
    """
    found = _open(_records(installation, ids))
    checked = [check_answer(hold, answer, remember=remember) for hold in found]
    linking = [hold for hold, value in zip(found, checked, strict=True) if _names_product(hold, value)]
    stores = {hold.store_id for hold in linking}
    products = {store_id: erp_product(installation, store_id, answer.strip()) for store_id in stores}
    freed = Freed()
    with installation.database.begin() as tx:
        for hold, value in zip(found, checked, strict=True):
            freed += settle(
                tx,
                hold,
                value,
                remember=remember,
                actor=actor(),
                now=installation.now(),
                product=products.get(hold.store_id) if hold in linking else None,
            )
    return Settled(tuple(hold.id for hold in found), checked[0], freed.orders, freed.products)


def _names_product(hold: HoldRecord, value: str) -> bool:
    return hold.code == "unlinked" and value not in HOLDS[hold.code].answers


def _records(installation: Installation, ids: Sequence[int]) -> list[HoldRecord]:
    with installation.database.read() as tx:
        found = [(hold_id, tx.holds.get(hold_id)) for hold_id in dict.fromkeys(ids)]
    missing = [str(hold_id) for hold_id, hold in found if hold is None]
    if missing:
        raise UsageError(
            "hold.unknown",
            _("There is no hold {id}.").format(id=", ".join(missing)),
            look_with("tomada holds list"),
        )
    return [hold for _id, hold in found if hold]


def _open(found: list[HoldRecord]) -> list[HoldRecord]:
    closed = [str(hold.id) for hold in found if hold.closed_at]
    if closed:
        raise UsageError(
            "hold.closed",
            _("Hold {id} is closed already: its cause is gone.").format(id=", ".join(closed)),
            look_with("tomada holds list"),
        )
    return found


def _listed(hold: HoldRecord, store: str) -> ListedHold:
    kind = HOLDS[hold.code]
    return ListedHold(
        id=hold.id,
        store=store,
        order=hold.remote_id,
        code=hold.code,
        rule=hold.rule,
        kind=hold.kind,
        key=hold.key,
        opened_at=hold.opened_at,
        closed_at=hold.closed_at,
        settled_as=hold.settled_as,
        sentence=hold_sentence(hold.code, hold.details),
        way_out=way_out_sentence(hold.code, {**hold.details, "store": store, "id": str(hold.id)}),
        answers={answer: _(meaning) for answer, meaning in kind.answers.items()},
        free=_free(hold),
        remember=kind.remember,
        command=_command(hold),
    )


def _free(hold: HoldRecord) -> str:
    if hold.code == "unmapped":
        return value_meaning(hold.kind)
    free = HOLDS[hold.code].free
    return _(free) if free else ""


def _command(hold: HoldRecord) -> str:
    """Return the command to copy; a word in capitals is for the person to fill in."""
    kind = HOLDS[hold.code]
    answer = _("VALUE") if kind.free else shlex.quote(next(iter(kind.answers)))
    remember = " --remember" if kind.remember else ""
    return f"tomada holds settle {hold.id} --as {answer}{remember}"
