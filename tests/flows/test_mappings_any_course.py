"""Mappings set, changed and removed while orders arrive: nothing is created with a value that nobody chose (D1, D3)."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.fakes.platforms import put
from tests.flows.conftest import build_world
from tests.flows.factories import make_order
from tests.flows.test_orders_any_course import Death
from tomada.domain.order import Order, OrderStatus, SalesChannel, ShippingMethod
from tomada.flows.holds.mapped import set_mappings
from tomada.flows.holds.settle import Settling, check_answer, settle
from tomada.ports.records import HoldRecord, MappingRecord, OrderState

NUMBERS = [str(number) for number in range(1, 9)]
CODES = {
    "shipping": ["Alfa um", "Alfa dois", "Beta"],
    "channel": ["FEIRA", "BAZAR"],
    "status": ["7", "8"],
}
MANY = {"shipping": ["*", "alfa*"], "channel": ["*"], "status": ["*"]}
VALUES = {
    "shipping": ["T", "X", "leave"],
    "channel": ["Loja X", "Loja Y"],
    "status": ["preparando_envio", "leave"],
}
DEFAULTS = {("status", "1"): "aprovado"}
Key = tuple[str, str]

numbers = st.sampled_from(NUMBERS)
places = st.sampled_from(list(CODES)).flatmap(
    lambda kind: st.tuples(
        st.just(kind), st.sampled_from([*CODES[kind], *MANY[kind]]), st.sampled_from(VALUES[kind])
    )
)


class Desk(RuleBasedStateMachine):
    """One store whose codes nobody knows by heart; what people said is the model."""

    template: tuple[Path, bytes]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        path, key = self.template
        shutil.copy(path, self.folder / "tomada.db")
        self.until_death: int | None = None
        self.world = build_world(self.folder, key, self.watch)
        self.world.add_store("loja")
        self.placed: dict[str, Order] = {}
        self.chosen: dict[Key, str] = {}
        self.answers: dict[tuple[str, Key], str] = {}
        self.allowed: dict[str, list[dict[str, str]]] = {}
        self.seen: set[str] = set()

    def watch(self, _place: str) -> None:
        if self.until_death is not None:
            self.until_death -= 1
            if self.until_death < 0:
                raise Death

    @rule(
        number=numbers,
        shipping=st.sampled_from(CODES["shipping"]),
        channel=st.sampled_from(CODES["channel"]),
        status=st.sampled_from(["1", *CODES["status"]]),
    )
    def arrive(self, number: str, shipping: str, channel: str, status: str) -> None:
        if number not in self.placed:
            self.placed[number] = make_order(
                number,
                shipping=ShippingMethod(code=shipping, label=shipping),
                channel=SalesChannel(code=channel, label=channel, own=False),
                status=OrderStatus(code=status, name="A ENVIAR" if status == "1" else f"ETAPA {status}"),
            )
            put(self.world.remote("loja"), self.placed[number])

    @rule(place=places)
    def say(self, place: tuple[str, str, str]) -> None:
        """Set a mapping, or change it; what it frees is exactly what waits for nothing else."""
        kind, code, value = place
        before = {number for number, key in self.held() if self.value(number, key) is None}
        self.chosen[kind, code] = value
        with self.world.database.begin() as tx:
            record = MappingRecord(1, kind, code, value, "", "maria", self.world.clock.now())
            woken = set_mappings(tx, 1, [record])
        ready = {number for number in before if not self.missing(number)}
        assert ready <= set(woken.going)
        assert all(not self.missing(number) for number in woken.going)
        assert all(self.missing(number) for number in woken.waiting)

    @rule(place=places)
    def take_back(self, place: tuple[str, str, str]) -> None:
        kind, code, _value = place
        self.chosen.pop((kind, code), None)
        with self.world.database.begin() as tx:
            tx.mappings.remove(1, kind, code)

    @rule(data=st.data(), remember=st.booleans())
    def answer(self, data: st.DataObject, remember: bool) -> None:
        """Answer one hold: for its order, or for all with the same code."""
        holds = [hold for hold in self.holds() if not hold.settled_as]
        if not holds:
            return
        hold = data.draw(st.sampled_from(holds))
        value = data.draw(st.sampled_from(VALUES[hold.kind]))
        with self.world.database.begin() as tx:
            checked = check_answer(hold, value, remember=remember)
            settle(tx, [(hold, checked)], Settling(remember, "maria", self.world.clock.now()))
        key = (hold.kind, hold.key)
        if remember:
            self.chosen[key] = value
            self.answers.pop((hold.remote_id, key), None)
        else:
            self.answers[hold.remote_id, key] = value

    @rule()
    def sync(self) -> None:
        self.remember_what_holds_now()
        self.world.clock.move(3700)
        self.world.sync("loja")
        self.what_was_created_was_chosen()
        held: dict[str, set[Key]] = {}
        for number, key in self.held():
            held.setdefault(number, set()).add(key)
        for number in self.placed:
            missing = self.missing(number)
            if number not in self.seen:
                assert self.world.order("loja", number).state is OrderState.HELD
                assert missing, "it waits for nothing"
                assert held.get(number, set()) == missing
            elif not missing:
                assert number not in held

    @rule(boundaries=st.integers(0, 40))
    def sync_and_die(self, boundaries: int) -> None:
        self.remember_what_holds_now()
        self.until_death = boundaries
        try:
            self.world.sync("loja")
        except Death:
            pass
        finally:
            self.until_death = None
        self.what_was_created_was_chosen()

    def value(self, number: str, key: Key) -> str | None:
        """What the model says: this order's answer, the code, the pattern, all others, the default."""
        kind, code = key
        alfa = self.chosen.get(("shipping", "alfa*")) if code.startswith("Alfa") else None
        found = self.answers.get((number, key)) or self.chosen.get(key) or alfa
        return found or self.chosen.get((kind, "*")) or DEFAULTS.get(key)

    def keys(self, number: str) -> list[Key]:
        order = self.placed[number]
        assert order.shipping
        codes = {
            "shipping": order.shipping.code,
            "channel": order.channel.code,
            "status": order.status.code,
        }
        return list(codes.items())

    def missing(self, number: str) -> set[Key]:
        return {key for key in self.keys(number) if self.value(number, key) is None}

    def remember_what_holds_now(self) -> None:
        for number in self.placed:
            values = {key[0]: self.value(number, key) for key in self.keys(number)}
            if None not in values.values():
                self.allowed.setdefault(number, []).append({kind: str(one) for kind, one in values.items()})

    def what_was_created_was_chosen(self) -> None:
        rows = {row["ecommerce_number"]: row for row in self.world.erp.orders()}
        assert len(rows) == len(self.world.erp.orders())
        for number in rows.keys() - self.seen:
            assert told(rows[number]) in [wanted(values) for values in self.allowed.get(number, [])]
        self.seen |= rows.keys()

    def holds(self) -> list[HoldRecord]:
        with self.world.database.read() as tx:
            return [hold for hold in tx.holds.select() if hold.code == "unmapped"]

    def held(self) -> list[tuple[str, Key]]:
        return [(hold.remote_id, (hold.kind, hold.key)) for hold in self.holds()]

    def teardown(self) -> None:
        try:
            self.sync()
            for kind, values in VALUES.items():
                self.say((kind, "*", values[0]))
            self.sync()
            assert self.seen == set(self.placed)
        finally:
            self.world.database.dispose()
            shutil.rmtree(self.folder)


def told(row: dict[str, Any]) -> tuple[object, object, object]:
    return row["shipping"] and row["shipping"]["form"], row["channel"], row["status"]


def wanted(values: dict[str, str]) -> tuple[object, object, object]:
    shipping, status = values["shipping"], values["status"]
    return (
        None if shipping == "leave" else shipping,
        values["channel"],
        "aberto" if status == "leave" else status,
    )


def test_d1_whatever_people_say_meanwhile_nothing_is_guessed_and_nothing_waits_unseen(
    template: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desk, "template", template, raising=False)
    case = Desk.TestCase
    case.settings = settings(max_examples=20, stateful_step_count=25, deadline=None, phases=[Phase.generate])
    case("runTest").runTest()
