"""Buyers and merchant act between any two of our requests; in the end we know what the store holds (O5)."""

import random
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest

from tests.rest.reading import Store
from tomada.errors import TransientError

STATUSES = ("39", "1", "342", "53")


class Street:
    """Everything that happens in a store while it is read, by a seed."""

    def __init__(self, store: Store, seed: int, *, vanishing: bool) -> None:
        self._store = store
        self._chance = random.Random(seed)
        self._actions = [self._place, self._status, self._edit, self._status, self._nothing]
        if vanishing:
            self._actions.append(self._vanish)
        self._next = 1

    def busy_for(self, requests: int) -> None:
        """Act after each of our next requests: no longer, as we would chase a store that grows for minutes."""
        left = iter(range(requests))

        def between(request: httpx.Request) -> None:
            if next(left, None) is not None:
                self.act()

        self._store.tray.after = between

    def act(self) -> None:
        for _ in range(self._chance.randint(0, 3)):
            self._chance.choice(self._actions)()
        if self._chance.random() < 0.5:  # else: equal timestamps
            self._store.clock.sleep(self._chance.choice((1, 1, 2, 900)))

    def _place(self) -> None:
        self._store.tray.place(self._next)
        self._next += 1

    def _status(self) -> None:
        if self._store.tray.orders:
            code = self._chance.choice(STATUSES)
            self._store.tray.change(self._any(), status=f"S{code}", OrderStatus={"id": code, "type": "open"})

    def _edit(self) -> None:
        """A change of the order itself, by a value that tells which."""
        if self._store.tray.orders:
            self._store.tray.change(self._any(), external_code=f"edit {self._chance.random()}")

    def _vanish(self) -> None:
        if len(self._store.tray.orders) > 5:
            del self._store.tray.orders[self._any()]

    def _nothing(self) -> None:
        return None

    def _any(self) -> str:
        return self._chance.choice(list(self._store.tray.orders))


@pytest.mark.parametrize("sortable", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_lost_while_the_list_shifts(seed: int, sortable: bool) -> None:
    """Newest first has to do it alone: after the first sweep there is none."""
    store = Store(page_size=3, sweep_minutes=100_000)
    store.tray.sortable = sortable
    street = Street(store, seed, vanishing=seed % 2 == 0)
    for _ in range(40):
        street.act()
    for _ in range(4):
        street.busy_for(150)
        with suppress(TransientError):  # too many orders vanished: run it again
            store.sync()
        store.tray.after = lambda request: None
        for _ in range(10):
            street.act()
    store.pass_time(timedelta(minutes=1).total_seconds())
    store.sync()
    assert store.tray.orders
    for remote_id, order in store.tray.orders.items():
        assert store.core.kept[remote_id].status == order["OrderStatus"]["id"]
        assert store.core.orders[remote_id].channel.order_number == order["external_code"]
    store.pass_time()
    assert store.sync() == []
