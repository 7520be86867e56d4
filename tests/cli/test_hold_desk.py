"""The desk of ``tomada holds``: by cause with what waits, settled at once, assigned, put off (D3)."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import told
from tests.cli.running import here
from tomada.app import hold_changes
from tomada.app.hold_changes import settle_holds
from tomada.app.hold_choice import Wanted
from tomada.app.opening import opened
from tomada.flows.holds.reasons import HOLDS
from tomada_sandbox.clock import ENVIRONMENT, VirtualClock

Capture = pytest.CaptureFixture[str]
DRONE = "unmapped:shipping:Drone"


def desk(capsys: Capture, *words: str) -> dict[str, Any]:
    return dict(told(capsys, "holds", "list", *words))


def causes(capsys: Capture, *words: str) -> dict[str, dict[str, Any]]:
    return {one["cause"]: one for one in desk(capsys, *words)["causes"]}


@pytest.fixture
def waiting(shop: Remotes, capsys: Capture) -> dict[str, str]:
    """Two orders by drone, one by balloon and one by balloon whose money does not add up: their ids."""
    found = {
        "first": shop.place("loja", shipping="Drone"),
        "second": shop.place("loja", shipping="Drone"),
        "balloon": shop.place("loja", shipping="Balloon"),
        "both": shop.place("loja", shipping="Balloon", total="43.00"),
    }
    assert here(capsys, "sync", "loja")[0] == 1
    return found


def test_d3_what_waits_stands_by_cause_with_its_number_value_and_command(
    waiting: dict[str, str], capsys: Capture
) -> None:
    found = desk(capsys)
    assert found["waiting"] == {"holds": 5, "orders": 4, "value": "163.00"}
    assert found["snoozed"]["holds"] == found["answered"]["holds"] == 0
    piles = {one["cause"]: one["pile"] for one in found["causes"]}
    assert piles == {
        DRONE: {"holds": 2, "orders": 2, "value": "80.00"},
        "unmapped:shipping:Balloon": {"holds": 2, "orders": 2, "value": "83.00"},
        "money": {"holds": 1, "orders": 1, "value": "43.00"},
    }
    since = [one["opened_at"] for one in found["causes"]]
    assert since == sorted(since)
    shown = here(capsys, "holds", "list")[1]
    assert f"tomada holds settle --cause {DRONE} --store loja --as VALUE --remember" in shown
    assert "In all: holds: 5, orders: 4, R$ 163.00" in shown
    assert "Looked after by" not in shown
    portuguese = here(capsys, "holds", "list", "--lang", "pt")[1]
    assert "R$ 163,00" in portuguese
    assert f"tomada holds settle --cause {DRONE} --store loja --as VALOR --remember" in portuguese


def test_d3_holds_are_chosen_by_cause_order_and_person(waiting: dict[str, str], capsys: Capture) -> None:
    assert set(causes(capsys, "--cause", "unmapped")) == {DRONE, "unmapped:shipping:Balloon"}
    assert set(causes(capsys, "--cause", "unmapped:shipping")) == {DRONE, "unmapped:shipping:Balloon"}
    assert set(causes(capsys, "--cause", DRONE)) == {DRONE}
    assert set(causes(capsys, "--order", waiting["both"])) == {"money", "unmapped:shipping:Balloon"}
    assert causes(capsys, "--assignee", "Ana") == {}
    code, out, _ = here(capsys, "holds", "assign", "--cause", "money", "--to", "Ana")
    assert (code, out) == (0, "Ana looks after this: holds: 1, orders: 1, R$ 43.00\n")
    assert set(causes(capsys, "--assignee", "ana")) == {"money"}
    assert set(causes(capsys, "--unassigned")) == {DRONE, "unmapped:shipping:Balloon"}
    assert "Ana" in here(capsys, "holds", "list")[1]
    assert "Ana looks after it" in here(capsys, "orders", "trace", "loja", waiting["both"])[1]
    assert told(capsys, "holds", "assign", "--assignee", "Ana", "--to", "nobody")["to"] is None
    assert causes(capsys, "--assignee", "Ana") == {}


def test_d3_one_command_settles_a_whole_cause_after_it_was_shown(
    shop: Remotes, waiting: dict[str, str], capsys: Capture
) -> None:
    words = ("holds", "settle", "--cause", DRONE, "--store", "loja", "--as", "T", "--remember")
    code, out, err = here(capsys, *words)
    assert (code, out) == (2, "")
    assert "loja: Nobody has mapped the shipping method “Drone” (Drone) yet. (holds: 2" in err
    assert "Settle as T (holds: 2, orders: 2, R$ 80.00)?" in err
    assert "--yes" in err
    assert desk(capsys)["answered"]["holds"] == 0
    done = told(capsys, *words, "--yes")["settled"]
    assert (len(done["holds"]), done["freed"], done["left"]) == (2, 2, [])
    found = desk(capsys)
    assert (found["waiting"]["holds"], found["answered"]["holds"]) == (3, 2)
    assert DRONE not in {one["cause"] for one in found["causes"]}
    assert "Answered, carried out by the next sync: holds: 2" in here(capsys, "holds", "list")[1]
    assert here(capsys, *words, "--yes")[0] == 2  # nothing of it waits any more
    assert "created in the ERP: 2" in here(capsys, "sync", "loja")[1]
    numbers = {str(order["ecommerce_number"]) for order in shop.in_erp()}
    assert numbers == {waiting["first"], waiting["second"]}


def test_d2_a_cause_is_settled_for_what_waits_without_being_remembered(
    shop: Remotes, waiting: dict[str, str], capsys: Capture
) -> None:
    words = ("holds", "settle", "--cause", "unmapped:shipping", "--as", "leave", "--yes")
    assert told(capsys, *words)["settled"]["freed"] == 4
    assert "created in the ERP: 3" in here(capsys, "sync", "loja")[1]
    shop.place("loja", shipping="Drone")
    assert here(capsys, "sync", "loja")[0] == 1
    assert set(causes(capsys)) == {"money", DRONE}


def test_d3_an_answer_that_one_of_them_does_not_take_changes_none(
    waiting: dict[str, str], capsys: Capture
) -> None:
    code, _, err = here(capsys, "holds", "settle", "--store", "loja", "--as", "accept:", "--yes")
    assert (code, "is not an answer" in err) == (2, True)
    assert desk(capsys)["answered"]["holds"] == 0


def test_d3_what_was_put_off_comes_back_by_itself(
    waiting: dict[str, str], home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    done = told(capsys, "holds", "snooze", "--cause", DRONE, "--until", until.isoformat())
    assert (done["snoozed"]["holds"], done["until"]) == (2, until.isoformat())
    found = desk(capsys)
    assert (found["waiting"]["holds"], found["snoozed"]) == (
        3,
        {"holds": 2, "orders": 2, "value": "80.00"},
    )
    put_off = {one["order"] for one in desk(capsys, "--snoozed")["holds"]}
    assert put_off == {waiting["first"], waiting["second"]}
    assert "Put off: holds: 2, orders: 2, R$ 80.00" in here(capsys, "holds", "list")[1]
    assert "put off until" in here(capsys, "orders", "trace", "loja", waiting["first"])[1]
    (listed,) = told(capsys, "store", "list")["stores"]
    assert (listed["holds"], listed["snoozed"]) == (3, 2)
    assert here(capsys, "holds", "settle", "--cause", DRONE, "--as", "T", "--yes")[0] == 2

    path = home / "clock"
    with closing(VirtualClock.create(path)) as clock, monkeypatch.context() as patched:
        patched.setenv(ENVIRONMENT, str(path))
        clock.advance((until - clock.now()).total_seconds() - 1)
        assert desk(capsys)["snoozed"]["holds"] == 2
        clock.advance(1)
        assert (desk(capsys)["waiting"]["holds"], desk(capsys)["snoozed"]["holds"]) == (5, 0)

    assert here(capsys, "holds", "snooze", "--cause", DRONE, "--snoozed", "--until", "now")[0] == 0
    assert desk(capsys)["waiting"]["holds"] == 5


def test_d3_a_cause_that_goes_away_closes_what_was_put_off_and_says_so(
    waiting: dict[str, str], capsys: Capture
) -> None:
    assert here(capsys, "holds", "snooze", "--cause", DRONE, "--until", "2099-01-01")[0] == 0
    assert here(capsys, "map", "set", "loja", "shipping", "Drone", "T")[0] == 0
    assert "no longer held: 2" in here(capsys, "sync", "loja")[1]
    assert desk(capsys)["snoozed"]["holds"] == 0
    story = here(capsys, "orders", "trace", "loja", waiting["first"])[1]
    assert "no longer held, as the cause is gone: a code of the store is not mapped" in story


def test_d3_of_two_people_who_settle_the_same_hold_one_wins_and_the_other_is_told(
    waiting: dict[str, str], capsys: Capture
) -> None:
    (hold,) = [str(one["id"]) for one in desk(capsys, "--order", waiting["first"])["holds"]]
    assert here(capsys, "holds", "settle", hold, "--as", "T")[0] == 0
    code, _, err = here(capsys, "holds", "settle", hold, "--as", "drop")
    assert code == 2
    assert f"Hold {hold} was settled as T by " in err
    assert "--change" in err
    assert told(capsys, "holds", "show", hold)["hold"]["settled_as"] == "T"
    assert here(capsys, "holds", "settle", hold, "--as", "drop", "--change")[0] == 0
    assert told(capsys, "holds", "show", hold)["hold"]["settled_as"] == "drop"


@pytest.mark.parametrize("by_cause", [True, False])
def test_d3_two_people_at_once(
    waiting: dict[str, str], home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, by_cause: bool
) -> None:
    """The second one answers between the first one's reading and writing."""
    ids = {one["order"]: one["id"] for one in desk(capsys, "--cause", DRONE)["holds"]}
    faster = str(ids[waiting["first"]])
    check = hold_changes.check_answer

    def interrupted(*arguments: Any, **options: Any) -> str:
        monkeypatch.setattr(hold_changes, "check_answer", check)
        assert here(capsys, "holds", "settle", faster, "--as", "leave")[0] == 0
        return check(*arguments, **options)

    monkeypatch.setattr(hold_changes, "check_answer", interrupted)
    if not by_cause:
        code, _, err = here(capsys, "holds", "settle", *map(str, ids.values()), "--as", "T")
        assert (code, f"Hold {faster} was settled as leave" in err) == (2, True)
    else:
        code, out, err = here(capsys, "holds", "settle", "--cause", DRONE, "--as", "T", "--yes")
        assert (code, out) == (0, "Settled as T. Orders that go on with the next sync: 1.\n")
        assert "somebody was faster or the cause is gone: 1" in err
    answers = {one["order"]: one["settled_as"] for one in desk(capsys, "--cause", DRONE)["holds"]}
    assert answers == {waiting["first"]: "leave", waiting["second"]: "T" if by_cause else ""}


def test_d3_whoever_says_no_settles_nothing(waiting: dict[str, str], home: Path) -> None:
    with opened(home) as installation:
        wanted = Wanted(cause="money")
        shown = []
        assert settle_holds(installation, wanted, "accept", confirm=lambda desk: shown.append(desk)) is None  # type: ignore[func-returns-value]
        assert [cause.cause for cause in shown[0].causes] == ["money"]


def test_d3_the_help_names_each_cause_with_its_answers(home: Path, capsys: Capture) -> None:
    shown = " ".join(here(capsys, "holds", "settle", "--help")[1].split())
    for code, kind in HOLDS.items():
        assert code in shown
        assert ", ".join(kind.answers) in shown


def test_d3_a_hold_shows_what_it_costs(shop: Remotes, capsys: Capture) -> None:
    record = {"codigo": "77", "estimated_handling_limit": "2026-12-01 10:00:00"}
    order = shop.place("loja", shipping="Drone", mercado_livre=record)
    assert here(capsys, "sync", "loja")[0] == 1
    found = desk(capsys, "--cause", DRONE)
    (hold,) = found["holds"]
    assert (hold["order"], hold["total"]) == (order, "40.00")
    assert hold["dispatch_by"] == found["causes"][0]["dispatch_by"] == "2026-12-01T13:00:00+00:00"
    assert "Dispatch by:" in here(capsys, "holds", "show", str(hold["id"]))[1]
    assert "Dispatch by" in here(capsys, "holds", "list")[1]
