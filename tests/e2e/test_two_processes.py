"""Two processes at once, as if one: the same store, two stores of one account, one token (O2, DESIGN section 5)."""

from collections.abc import Callable

import pytest

from tests.e2e.commands import LOCK, Command, Done, run
from tests.e2e.stage import Stage
from tomada.ports.records import RunState

ONE_ORDER_EACH = [("label-a", "1001", "40.00"), ("label-a", "1002", "40.00")]
TOKEN_LIFE = 3 * 3600 + 60


def erp(stage: Stage) -> list[tuple[str, str, str]]:
    rows = stage.erp_orders()
    return sorted((row["markers"][0], row["ecommerce_number"], row["total"]) for row in rows)


def open_store(stage: Stage, *names: str) -> None:
    for name in names:
        stage.add_store(name)
        stage.place(name)
        stage.place(name)


def runs(stage: Stage) -> list[RunState]:
    """What the runs recorded, oldest first."""
    with stage.installation.database.read() as tx:
        return [record.state for record in reversed(tx.runs.select())]


def one_stops(done: Done, other: Command, stage: Stage) -> None:
    """The second sync did nothing, says who runs, and left a run that was skipped."""
    assert done.code == 0
    assert f"a · orders: nothing was done. It runs already (process {other.process.pid}," in done.err
    with stage.installation.database.read() as tx:
        skipped = tx.runs.select()[0]
    assert (skipped.state, skipped.counts) == (RunState.SKIPPED, {})
    assert f"process {other.process.pid}," in skipped.message


@pytest.mark.parametrize(
    "pause",
    [
        "request.before GET",  # nothing was read
        "request.after POST",  # read and committed, the ERP is being asked
        "request.after POST 127.0.0.1/tiny/{account}/api2/pedido.incluir.php",  # created and not recorded
    ],
)
def test_two_that_sync_one_store_are_as_one(stage: Stage, pause: str) -> None:
    open_store(stage, "a")
    with Command(stage.home, "sync", "a", "orders", pause=pause.format(account=stage.account)) as first:
        first.wait_for_pause()
        before = stage.requests()
        second = run(stage.home, "sync", "a", "orders")
        one_stops(second, first, stage)
        assert stage.requests() == before, "the second one asks neither side for anything"
        done = first.go_on()
    assert (done.code, done.err) == (0, "")
    assert erp(stage) == ONE_ORDER_EACH
    assert stage.requests()["tiny pedido.incluir.php"] == 2
    assert runs(stage) == [RunState.DONE, RunState.SKIPPED]


def test_the_second_of_all_stores_syncs_the_others(stage: Stage) -> None:
    open_store(stage, "a", "b")
    with Command(stage.home, "sync", "a", "orders", pause="request.after GET") as first:
        first.wait_for_pause()
        second = run(stage.home, "sync", "--all", "--json")
        assert second.code == 0
        states = {one["store"]: one["flows"][0]["state"] for one in second.json["stores"]}
        assert states == {"a": "skipped", "b": "done"}
        assert f"process {first.process.pid}," in second.json["stores"][0]["flows"][0]["message"]
        assert first.go_on().code == 0
    both = [(label, number, total) for label in ("label-a", "label-b") for _, number, total in ONE_ORDER_EACH]
    assert erp(stage) == both


def test_a_sync_that_was_killed_leaves_no_lock(stage: Stage) -> None:
    open_store(stage, "a")
    with Command(stage.home, "sync", "a", "orders", pause="request.after GET") as first:
        first.wait_for_pause()
        first.kill()
    assert run(stage.home, "sync", "a", "orders").code == 0
    assert erp(stage) == ONE_ORDER_EACH
    assert runs(stage) == [RunState.FAILED, RunState.DONE]


@pytest.mark.parametrize(
    "pause", ["pedidos.pesquisa.php", "before POST 127.0.0.1/tiny/{account}/api2/pedido.incluir"]
)
def test_o1_two_stores_of_one_account_with_the_same_numbers_at_once(stage: Stage, pause: str) -> None:
    """Each is between its search and its create when the other one creates orders with the same numbers."""
    open_store(stage, "a", "b")
    pause = pause.format(account=stage.account)
    with (
        Command(stage.home, "sync", "a", "orders", pause=pause) as first,
        Command(stage.home, "sync", "b", "orders", pause=pause) as second,
    ):
        first.wait_for_pause()
        second.wait_for_pause()
        assert second.go_on().code == 0
        assert first.go_on().code == 0
    assert erp(stage) == [
        (label, number, total) for label in ("label-a", "label-b") for _, number, total in ONE_ORDER_EACH
    ]
    assert runs(stage) == [RunState.DONE, RunState.DONE]


def test_a_plan_beside_a_sync_of_its_store_gives_way(stage: Stage) -> None:
    open_store(stage, "a", "b")
    with Command(stage.home, "sync", "a", "orders", pause="request.after POST") as first:
        first.wait_for_pause()
        before = stage.requests()
        busy = run(stage.home, "plan", "a", "--json")
        assert (busy.code, busy.json["error"]["code"]) == (4, "run.busy")
        assert stage.requests() == before
        assert run(stage.home, "plan", "b").code == 0
        assert first.go_on().code == 0
    assert erp(stage) == ONE_ORDER_EACH


def test_a_sync_beside_a_plan_of_its_store_is_skipped(stage: Stage) -> None:
    open_store(stage, "a")
    with Command(stage.home, "plan", "a", "orders", pause="request.after POST") as first:
        first.wait_for_pause()
        one_stops(run(stage.home, "sync", "a", "orders"), first, stage)
        assert first.go_on().code == 0
    assert erp(stage) == []
    assert run(stage.home, "sync", "a", "orders").code == 0
    assert erp(stage) == ONE_ORDER_EACH


def test_commands_that_only_look_work_beside_a_sync_that_is_writing(stage: Stage) -> None:
    open_store(stage, "a")
    assert run(stage.home, "sync", "a", "orders").code == 0
    stage.place("a")
    with Command(stage.home, "sync", "a", "orders", pause="commit.before") as first:
        first.wait_for_pause()  # inside a transaction that writes
        for words in (("orders", "list"), ("store", "list")):
            assert run(stage.home, *words).code == 0, words
        assert first.go_on().code == 0


def expire_by_time(stage: Stage) -> None:
    """The access token of the store ends; everybody sees it by the clock."""
    stage.later(TOKEN_LIFE)


def expire_by_refusal(stage: Stage) -> None:
    """The store refuses the token that both still take for a good one."""
    for endpoint in ("orders", "info"):  # the first request of a sync, and of a test of the connection
        stage.sandbox.add_fault("expired_token", remote=f"tray/{stage.remote('a')}", endpoint=endpoint)


EXPIRED = pytest.mark.parametrize("expire", [expire_by_time, expire_by_refusal])


def refreshes(stage: Stage) -> int:
    """How often the store was asked for new tokens, in any way."""
    asked = stage.requests(f"tray/{stage.remote('a')}")
    return asked["tray auth.refresh"] + asked["tray auth.create"]


@EXPIRED
@pytest.mark.parametrize("pause", ["request.before GET {auth}", "request.after GET {auth}"])
def test_two_that_refresh_one_token_are_as_one(
    stage: Stage, expire: Callable[[Stage], None], pause: str
) -> None:
    open_store(stage, "a")
    expire(stage)
    before = refreshes(stage)
    auth = f"127.0.0.1/tray/{stage.remote('a')}/web_api/auth"
    with Command(stage.home, "sync", "a", "orders", pause=pause.format(auth=auth)) as first:
        first.wait_for_pause()  # it has the vault's lock, and the refresh is on its way
        with Command(stage.home, "store", "test", "a", pause=LOCK) as second:
            second.wait_for_pause()  # it found the same token dead, and waits for the lock
            done, other = first.go_on(), second.go_on()
    assert (done.code, other.code) == (0, 0), (done.err, other.err)
    assert refreshes(stage) - before == 1
    assert erp(stage) == ONE_ORDER_EACH
    assert "authoris" not in done.err + other.err


def test_one_that_waited_wins_the_token_back_from_one_that_was_killed(stage: Stage) -> None:
    """The first dies between the store's answer and the commit: its new tokens are lost, the old ones dead."""
    open_store(stage, "a")
    expire_by_time(stage)
    auth = f"127.0.0.1/tray/{stage.remote('a')}/web_api/auth"
    with Command(stage.home, "sync", "a", "orders", pause=f"request.after GET {auth}") as first:
        first.wait_for_pause()
        with Command(stage.home, "store", "test", "a", pause=LOCK) as second:
            second.wait_for_pause()
            first.kill()
            assert second.go_on().code == 0
    assert run(stage.home, "sync", "a", "orders").code == 0
    assert erp(stage) == ONE_ORDER_EACH


def test_q1_two_processes_share_the_quota_of_the_account(stage: Stage) -> None:
    """Two syncs of two stores at once are not refused once by an account with a small limit."""
    open_store(stage, "a", "b")
    stage.sandbox.quota("tiny", stage.account, limit=6, window=0.5)
    with stage.installation.database.begin() as tx:
        account = tx.erps.get(1)
        account.options = account.options.model_copy(update={"requests_per_minute": 6, "quota_window": 0.5})
        tx.erps.save(account)
    with (
        Command(stage.home, "sync", "a", "orders") as first,
        Command(stage.home, "sync", "b", "orders") as second,
    ):
        assert [first.go_on().code, second.go_on().code] == [0, 0]
    journal = stage.sandbox.journal(remote=f"tiny/{stage.account}")
    assert [entry for entry in journal if entry["event"] == "refused"] == []
    assert len(erp(stage)) == 4
