"""An answer that comes later: asked for once each run, recorded once, refused when it never comes (T2)."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.flows.stock_erp import SKUS
from tests.flows.stock_world import StockWorld
from tomada.domain.stock import Balance
from tomada.flows.context import FlowContext
from tomada.flows.sending.late_answers import OVERDUE, settle_submitted
from tomada.flows.sending.publish import Subject
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.spi import Outcome, OutcomeKind, PushEvent, Submitted

KEY = f"p-{SKUS[0]}/"
DAY = 86_400


class Store:
    """Stands before the gateway: the store answers later, with what ``answers`` has by then."""

    def __init__(self, gateway: Any) -> None:
        self._gateway = gateway
        self.answers: dict[str, OutcomeKind] = {}
        self.asked: list[Submitted[Any]] = []

    def offers(self, hook: str) -> bool:
        return hook == "outcomes_fetch" or self._gateway.offers(hook)

    def outcomes_fetch(self, submitted: Sequence[Submitted[Any]]) -> Iterator[PushEvent]:
        self.asked += submitted
        for one in submitted:
            if kind := self.answers.get(one.key):
                yield Outcome(one.key, kind, "no" if kind is OutcomeKind.REJECTED else "")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)


@pytest.fixture
def world(stock_world: StockWorld) -> StockWorld:
    stock_world.setup(ErpOptions(stock_posting=Posting.ON_INVOICE))
    stock_world.add_store("a")
    with stock_world.database.begin() as tx:
        value = Balance(quantity=3).model_dump_json()
        now = stock_world.clock.now()
        record = PublicationRecord(
            1, "stock", KEY, state=PublicationState.SUBMITTED, pending=value, ended_at=now
        )
        record.ticket = "file|1"
        tx.publications.save([record])
    return stock_world


def settle(world: StockWorld, answer: OutcomeKind | None = None) -> Store:
    with world.database.read() as tx:
        store, account = tx.stores.all()[0], tx.erps.all()[0]
    with world.gateway(store) as gateway:
        shop: Any = Store(gateway)
        shop.answers = {KEY: answer} if answer else {}
        ctx = FlowContext(
            store,
            account,
            world.database,
            shop,
            world.erp,
            world.clock,
            "test",
            None,
            lambda _note: None,
            "stock",
        )
        settle_submitted(ctx, "stock", Balance, lambda _items: Subject("stock", Balance, shop.stock_push))
    assert isinstance(shop, Store)
    return shop


def publication(world: StockWorld) -> PublicationRecord:
    with world.database.read() as tx:
        return tx.publications.find(1, "stock", [KEY])[KEY]


def test_t2_what_waits_is_asked_for_with_its_ticket_and_value(world: StockWorld) -> None:
    store = settle(world)
    assert [(one.key, one.ticket, one.value.quantity) for one in store.asked] == [(KEY, "file|1", 3)]
    assert publication(world).state is PublicationState.SUBMITTED


@pytest.mark.parametrize(
    ("kind", "state", "pieces"),
    [
        (OutcomeKind.ACCEPTED, PublicationState.SETTLED, '"quantity":3'),
        (OutcomeKind.REJECTED, PublicationState.REJECTED, ""),
    ],
)
def test_t2_an_answer_settles_it(
    world: StockWorld, kind: OutcomeKind, state: PublicationState, pieces: str
) -> None:
    settle(world, kind)
    found = publication(world)
    assert found.state is state
    assert pieces in found.value
    assert settle(world, kind).asked == []


def test_t2_what_is_never_answered_is_refused_at_last(world: StockWorld) -> None:
    world.clock.move(DAY - 3600)
    settle(world)
    assert publication(world).state is PublicationState.SUBMITTED
    world.clock.move(7200)
    settle(world)
    assert (publication(world).state, publication(world).code) == (PublicationState.REJECTED, OVERDUE)
