"""``tomada sync``: what it did, what it left alone and why, and an exit code that says who is needed."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.connecting import Remotes, activate
from tests.cli.running import SCRIPT, here, nothing_in, started, usual
from tomada.app.opening import opened, store_named
from tomada.cli.failures import ExitCode
from tomada.cli.sync import worst
from tomada.errors import TransientError
from tomada.flows.context import FlowContext
from tomada.ports.records import RunState
from tomada.runner import FLOWS, EmbeddedRunner, Flow, lock_name

Capture = pytest.CaptureFixture[str]


def synced(capsys: Capture, *words: str) -> tuple[int, dict[str, dict[str, object]]]:
    """Run a sync with ``--json`` and return its exit code and what it says of each store."""
    code, out, _ = here(capsys, "sync", *words, "--json")
    found = json.loads(out)
    assert found["schema_version"] == 1
    return code, {one["store"]: one for one in found["stores"]}


def test_the_result_is_on_stdout_alone_and_a_second_run_does_nothing(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja")
    shop.place("loja")
    code, out, err = here(capsys, "sync", "loja")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "loja · orders: new or changed in the store: 2, created in the ERP: 2",
        "loja · products: nothing to do",
        (
            "loja · stock: balances that wait for your yes (tomada sync STORE stock --yes): 1,"
            " our orders that changed in the ERP: 2, balances read one by one: 1"
        ),
        "loja · tracking: nothing to do",
        "loja · invoices: nothing to do",
    ]
    assert here(capsys, "sync", "loja", "stock", "--yes")[0] == 0
    assert here(capsys, "sync", "loja") == (0, nothing_in("loja"), "")
    assert len(shop.in_erp()) == 2


def test_d4_newly_held_is_1_and_an_old_hold_is_0(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", shipping="Drone")
    shop.place("loja", shipping="Drone")
    code, out, err = here(capsys, "sync", "loja")
    assert (code, err) == (1, "")
    assert "newly held: 2" in out
    code, out, _ = here(capsys, "sync", "loja", "orders")
    assert code == 0
    assert out.splitlines() == [
        "loja · orders: nothing to do",
        "  Left alone:",
        "    held: 2, a code of the store is not mapped",
    ]


def test_what_was_left_alone_has_its_reason_in_portuguese_too(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", status="CANCELADO")
    shop.place("loja", shipping="Drone")
    code, out, err = here(capsys, "sync", "loja", "orders", "--lang", "pt")
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "loja · orders: novos ou alterados na loja: 2, retidos agora: 1",
        "  Deixados como estão:",
        "    retido: 1, um código da loja não está mapeado",
        "    não importado: 1, cancelado antes da importação",
    ]


def test_json_has_the_run_its_counts_and_what_rests(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja")
    shop.place("loja", shipping="Drone")
    code, stores = synced(capsys, "loja")
    assert code == 1
    assert [flow["flow"] for flow in stores["loja"]["flows"]] == usual()
    flow = stores["loja"]["flows"][0]
    assert (flow["flow"], flow["state"], flow["error"], flow["message"]) == ("orders", "done", None, None)
    assert (flow["counts"]["created"], flow["counts"]["newly_held"]) == (1, 1)
    assert (
        json.loads(here(capsys, "runs", "show", str(flow["run"]), "--json")[1])["run"]["counts"]
        == flow["counts"]
    )
    assert stores["loja"]["resting"] == [{"state": "held", "reason": "unmapped", "orders": 1}]


def test_a_store_that_cannot_be_reached_is_4_and_nothing_is_said_to_be_done(
    shop: Remotes, capsys: Capture
) -> None:
    assert here(capsys, "store", "set", "loja", "api_address=http://127.0.0.1:1")[0] == 0
    code, out, err = here(capsys, "sync", "loja")
    assert (code, out) == (4, nothing_in("loja").replace("nothing to do", "nothing was done", 1))
    assert err.count("loja: stopped: ") == 1
    assert "no connection could be made" in err
    code, stores = synced(capsys, "loja")
    flow = stores["loja"]["flows"][0]
    assert (code, flow["state"], flow["error"]["code"]) == (4, "partial", "http.connect")


def test_dead_tokens_are_3_and_the_way_out_is_named(shop: Remotes, home: Path, capsys: Capture) -> None:
    with opened(home) as installation, installation.database.begin() as tx:
        key = f"store:{store_named(installation, 'loja').id}"
        gone = {"access_token": "gone", "refresh_token": "gone", "code": "gone"}
        tx.secrets.write(key, {**tx.secrets.read(key), **gone})
    shop.sandbox.add_fault("expired_token", remote=f"tray/{shop.prefix}loja", times=None)
    code, _, err = here(capsys, "sync", "loja")
    shop.sandbox.clear_faults(f"tray/{shop.prefix}loja")
    assert code == 3
    assert "tomada store authorize" in err


def test_a_bug_is_5_and_quotes_no_value(
    shop: Remotes, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(ctx: FlowContext) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(FLOWS, "orders", Flow(broken, "orders_fetch", "orders.receive"))
    code, out, err = here(capsys, "sync", "loja")
    assert (code, out) == (5, nothing_in("loja").replace("nothing to do", "nothing was done", 1))
    assert "ZeroDivisionError" in err
    assert "loja: stopped:" in err


WRONG: list[tuple[list[str], str]] = [
    ([], "tomada store list"),
    (["other"], "There are: loja"),
    (["loja", "weather"], "There are: orders, products, stock, prices, statuses, tracking, invoices"),
    (["--all", "weather"], "There are: orders, products, stock, prices, statuses, tracking, invoices"),
]


def test_wrong_words_are_2_with_the_way_out(shop: Remotes, capsys: Capture) -> None:
    for words, told in WRONG:
        code, out, err = here(capsys, "sync", *words)
        assert (code, out) == (2, ""), words
        assert told in err


def test_only_active_stores_sync(shop: Remotes, tmp_path: Path, capsys: Capture) -> None:
    assert here(capsys, "store", "pause", "loja")[0] == 0
    code, _, err = here(capsys, "sync", "loja")
    assert code == 2
    assert "tomada store resume loja" in err
    code, _, err = here(capsys, "sync", "--all")
    assert code == 2
    assert "No store is active." in err
    words = shop.store_words("nova", tmp_path / "nova.secret")
    assert here(capsys, *words, "--wait", "0")[0] == 2
    assert "tomada store add nova" in here(capsys, "sync", "nova")[2]
    answer = ["--set", f"authorization={shop.code('nova')}", "--no-activate"]
    assert here(capsys, *words[:3], *answer)[0] == 0
    assert "tomada store add nova" in here(capsys, "sync", "nova")[2]


def test_a4_of_all_stores_one_that_fails_stops_no_other(
    shop: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    for name in ("azul", "verde"):
        activate(shop, tmp_path, capsys, name)
        shop.place(name)
    assert here(capsys, "store", "set", "azul", "api_address=http://127.0.0.1:1")[0] == 0
    assert here(capsys, "store", "pause", "loja")[0] == 0
    code, stores = synced(capsys, "--all")
    assert code == 4
    assert list(stores) == ["azul", "verde"]
    assert stores["verde"]["flows"][0]["counts"]["created"] == 1
    code, out, err = here(capsys, "sync", "--all", "orders")
    assert code == 4
    assert out.splitlines() == ["azul · orders: nothing was done", "verde · orders: nothing to do"]
    assert err.startswith("azul: stopped:")


def test_a_store_whose_platform_is_gone_stops_no_other(
    shop: Remotes, home: Path, tmp_path: Path, capsys: Capture
) -> None:
    activate(shop, tmp_path, capsys, "outra")
    with opened(home) as installation, installation.database.begin() as tx:
        store = tx.stores.by_name("loja")
        assert store
        store.platform = "gone"
        tx.stores.save(store)
    code, out, err = here(capsys, "sync", "--all")
    assert code == 3
    assert "outra · orders: nothing to do" in out
    assert "Platform gone is not installed." in err


def test_a_store_that_cannot_even_begin_stops_no_other(
    shop: Remotes, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    activate(shop, tmp_path, capsys, "outra")
    run = EmbeddedRunner.run

    def locked(self: EmbeddedRunner, store: str, *rest: Any, **named: Any) -> object:
        if store == "loja":
            raise TransientError("database.locked", "The database is locked.", "Later.")
        return run(self, store, *rest, **named)

    monkeypatch.setattr(EmbeddedRunner, "run", locked)
    code, out, err = here(capsys, "sync", "--all")
    assert (code, out) == (4, nothing_in("outra"))
    assert err == "loja: stopped: The database is locked.\n  Later.\n"
    _, stores = synced(capsys, "--all")
    assert (stores["loja"]["error"]["code"], stores["loja"]["flows"]) == ("database.locked", [])


def test_a_second_sync_says_who_runs_and_ends_well(shop: Remotes, home: Path, capsys: Capture) -> None:
    shop.place("loja")
    with opened(home) as installation:
        record = store_named(installation, "loja")
        with installation.database.lock(lock_name(record, "orders")) as locked:
            assert locked
            code, out, err = here(capsys, "sync", "loja", "orders")
            skipped, stores = synced(capsys, "loja", "orders")
        with installation.database.read() as tx:
            assert [run.state for run in tx.runs.select(record.id)] == [RunState.SKIPPED] * 2
    assert (code, out, skipped) == (0, "", 0)
    assert err.startswith("loja · orders: nothing was done. It runs already (")
    assert str(os.getpid()) in err
    (flow,) = stores["loja"]["flows"]
    assert (flow["state"], flow["counts"]) == ("skipped", {})
    assert "It runs already" in flow["message"]
    assert shop.in_erp() == []


def test_ctrl_c_loses_nothing(shop: Remotes, capsys: Capture) -> None:
    for _ in range(3):
        shop.place("loja")
    remote = f"tray/{shop.prefix}loja"
    shop.sandbox.add_fault("timeout", remote=remote, path="complete", params={"seconds": 30, "effect": False})
    process = started(SCRIPT, "sync", "loja")
    while not any(rule["fired"] for rule in shop.sandbox.faults() if rule["remote"] == remote):
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    shop.sandbox.clear_faults(remote)
    assert (process.returncode, out) == (130, "")
    assert "Interrupted.\nNothing is lost: the same command goes on where it stopped.\n" in err
    assert "Traceback" not in err
    code, stores = synced(capsys, "loja")
    assert code == 0
    assert stores["loja"]["flows"][0]["counts"]["created"] == 3
    assert len(shop.in_erp()) == 3


@pytest.mark.parametrize(
    ("codes", "found"),
    [([], 0), ([0, 1], 1), ([4, 1], 4), ([2, 4], 2), ([3, 2, 4], 3), ([5, 3], 5)],
)
def test_of_several_codes_the_one_that_needs_a_person_most(codes: list[int], found: ExitCode) -> None:
    assert worst(codes) == found
