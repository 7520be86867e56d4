"""``tomada store list|test|show|set|authorize|activate|pause|resume|remove`` of a connected store."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tomada.app.opening import opened, store_named
from tomada.host.gateway import StoreGateway
from tomada.ports.records import StoreRecord, StoreState
from tomada.runner import lock_name
from tomada.spi import CheckResult, StepState

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def connected(home: Path, remotes: Remotes, tmp_path: Path, capsys: Capture) -> Remotes:
    assert here(capsys, "init")[0] == 0
    assert here(capsys, *remotes.erp_words())[0] == 0
    words = remotes.store_words("loja", tmp_path / "secret")
    assert here(capsys, *words, "--set", f"authorization={remotes.code('loja')}", "--yes")[0] == 0
    return remotes


def saved(home: Path) -> StoreRecord:
    with opened(home) as installation:
        return store_named(installation, "loja")


def test_list(capsys: Capture) -> None:
    (found,) = json.loads(here(capsys, "store", "list", "--json")[1])["stores"]
    assert (found["name"], found["erp"], found["platform"], found["state"]) == (
        "loja",
        "conta",
        "tray-rest",
        "active",
    )
    assert "loja" in here(capsys, "store", "list")[1]
    shown = here(capsys, "store", "list", "--lang", "pt")[1].splitlines()
    assert shown[0].split()[:4] == ["Loja", "ERP", "Plataforma", "Estado"]
    assert "ativa" in shown[1]


def test_test_prints_each_step(capsys: Capture) -> None:
    code, out, _ = here(capsys, "store", "test", "loja")
    assert code == 0
    assert "ok: connection:" in out
    code, out, _ = here(capsys, "store", "test", "loja", "--json")
    assert next(step["name"] for step in json.loads(out)["steps"]) == "connection"


def test_test_of_a_store_that_forgot_us_exits_3(connected: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "api_address=http://127.0.0.1:1")[0] == 0
    code, out, _ = here(capsys, "store", "test", "loja")
    assert code == 3
    assert "failed: connection" in out


def test_x1_show_masks_secrets(connected: Remotes, home: Path, capsys: Capture) -> None:
    with opened(home) as installation, installation.database.read() as tx:
        secrets = tx.secrets.read(f"store:{saved(home).id}")
    shown = here(capsys, "store", "show", "loja")[1] + here(capsys, "store", "show", "loja", "--json")[1]
    for name in ("consumer_secret", "access_token", "refresh_token", "code"):
        assert secrets[name] not in shown
    values = {
        one["name"]: one for one in json.loads(here(capsys, "store", "show", "loja", "--json")[1])["settings"]
    }
    assert values["consumer_secret"]["value"] == "********"
    assert values["quota.limits.per_minute"]["value"] == "off"
    assert values["orders.enter"]["value"] == "all"


def test_set_changes_all_or_none(home: Path, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "orders.enter=paid", "page_size=10")[0] == 0
    code, _, err = here(capsys, "store", "set", "loja", "money.tolerance=1", "page_size=lots")
    assert code == 2
    assert "page_size must be a whole number" in err
    store = saved(home)
    assert store.options.orders.enter.value == "paid"
    assert store.settings["page_size"] == 10
    assert str(store.options.money.tolerance) == "0.05"
    assert here(capsys, "store", "set", "loja", "page_size=", "orders.enter=")[0] == 0
    assert "page_size" not in saved(home).settings
    assert saved(home).options.orders.enter.value == "all"


def test_a_changed_secret_leaves_the_tokens(home: Path, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "consumer_secret=another")[0] == 0
    with opened(home) as installation, installation.database.read() as tx:
        secrets = tx.secrets.read(f"store:{saved(home).id}")
    assert secrets["consumer_secret"] == "another"
    assert secrets["access_token"]
    assert "consumer_secret" not in saved(home).settings


def test_authorize_again(connected: Remotes, capsys: Capture) -> None:
    answer = f"authorization={connected.code('loja')}"
    code, out, _ = here(capsys, "store", "authorize", "loja", "--set", answer)
    assert code == 0
    assert "is connected" in out
    assert here(capsys, "store", "authorize", "loja", "--set", "authorization=never-issued")[0] == 3
    assert here(capsys, "store", "authorize", "loja", "--wait", "0")[0] == 2


def test_pause_and_resume(home: Path, capsys: Capture) -> None:
    since = saved(home).since
    assert here(capsys, "store", "resume", "loja")[0] == 2
    assert here(capsys, "store", "pause", "loja")[0] == 0
    assert saved(home).state is StoreState.PAUSED
    assert here(capsys, "store", "pause", "loja")[0] == 2
    assert here(capsys, "store", "activate", "loja")[0] == 2
    assert here(capsys, "store", "resume", "loja")[0] == 0
    assert (saved(home).state, saved(home).since) == (StoreState.ACTIVE, since)


def test_o4_activate_from_earlier_on_is_confirmed(home: Path, capsys: Capture) -> None:
    code, _, err = here(capsys, "store", "activate", "loja")
    assert code == 2
    assert "give --since" in err
    earlier = (datetime.now(UTC) - timedelta(days=2)).replace(microsecond=0)
    code, _, err = here(capsys, "store", "activate", "loja", "--since", earlier.isoformat())
    assert code == 2
    assert "--yes" in err
    assert here(capsys, "store", "activate", "loja", "--since", earlier.isoformat(), "--yes")[0] == 0
    assert saved(home).since == earlier


def test_remove_says_what_is_lost(home: Path, capsys: Capture) -> None:
    code, _, err = here(capsys, "store", "remove", "loja")
    assert code == 2
    assert "0 orders" in err
    assert here(capsys, "store", "remove", "loja", "--yes")[0] == 0
    assert here(capsys, "store", "show", "loja")[0] == 2
    with opened(home) as installation, installation.database.read() as tx:
        assert tx.stores.all() == []
        assert tx.secrets.read("store:1") == {}


def test_remove_waits_for_a_sync(home: Path, capsys: Capture) -> None:
    with opened(home) as installation:
        record = store_named(installation, "loja")
        with installation.database.lock(lock_name(record, "orders")) as locked:
            assert locked
            code, _, err = here(capsys, "store", "remove", "loja", "--yes")
    assert code == 2
    assert "is being synchronised" in err
    assert saved(home).name == "loja"


def test_x4_the_audit_names_who_did_it(home: Path, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "consumer_secret=another-secret")[0] == 0
    with opened(home) as installation, installation.database.read() as tx:
        rows = tx.audit.story(saved(home).id, "")
    assert [row.event for row in rows] == ["store.begun", "store.changed", "store.activated", "store.changed"]
    assert all(row.actor.startswith("person") for row in rows)
    assert rows[-1].details["settings"] == "consumer_secret"
    assert "another-secret" not in str(rows)


def test_what_a_test_takes_back_is_kept_and_shown(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = CheckResult("wsdl", StepState.WARNING, "no such operation", "ask", {"mapping.status": "too old"})
    monkeypatch.setattr(StoreGateway, "check", lambda _self: iter([result]))
    code, out, _ = here(capsys, "store", "test", "loja")
    assert code == 0
    assert "warning: wsdl: no such operation" in out
    assert saved(home).lacks == {"mapping.status": "too old"}
    assert "too old" in here(capsys, "store", "show", "loja")[1]
    assert "too old" in here(capsys, "capabilities", "--store", "loja")[1]
    found = json.loads(here(capsys, "capabilities", "--store", "loja", "--json")[1])
    states = {one["id"]: one["platforms"]["tray-rest"] for one in found["capabilities"]}
    assert states["mapping.status"] == {"state": "absent", "reason": "too old"}
    assert states["orders.receive"] == {"state": "claimed", "reason": None}
    assert here(capsys, "capabilities", "--store", "other")[0] == 2


def test_o4_orders_that_an_earlier_activation_left_out_are_looked_at_again(
    connected: Remotes, home: Path, capsys: Capture
) -> None:
    connected.sandbox.shop(f"{connected.prefix}loja", "place", payment="pix", shipping="PAC")
    later = saved(home)
    assert later.since
    with opened(home) as installation, installation.database.begin() as tx:
        later.since += timedelta(minutes=1)
        tx.stores.save(later)
    assert here(capsys, "sync", "loja")[0] == 0
    with opened(home) as installation, installation.database.read() as tx:
        assert {order.reason for order in tx.orders.select(later.id)} == {"before_since"}
    since = (later.since - timedelta(days=1)).isoformat()
    code, out, _ = here(capsys, "store", "activate", "loja", "--since", since, "--yes", "--json")
    assert code == 0
    assert json.loads(out)["plan"]["counts"] == {"create": 1}


def test_json_of_what_changes_a_store(connected: Remotes, capsys: Capture) -> None:
    answer = ["--set", f"authorization={connected.code('loja')}"]
    earlier = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    for words, wanted in (
        (["set", "loja", "page_size=10"], {"changed": ["page_size"]}),
        (["authorize", "loja", *answer], {}),
        (["pause", "loja"], {}),
        (["resume", "loja"], {}),
        (["activate", "loja", "--since", earlier, "--yes"], {"plan": {"counts": {}, "requests": 0}}),
        (
            ["remove", "loja", "--yes"],
            {"removed": "loja", "lost": {"orders": 0, "holds": 0, "mappings": 0, "links": 0}},
        ),
    ):
        code, out, _ = here(capsys, "store", *words, "--json")
        found = json.loads(out)
        assert (code, found["schema_version"]) == (0, 1), words
        assert wanted.items() <= found.items()
        if words[0] != "remove":
            assert found["store"]["name"] == "loja"
            assert found["store"]["state"] == ("paused" if words[0] == "pause" else "active")


def test_what_is_not_set_up_yet_can_neither_rest_nor_go_on(
    connected: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    assert here(capsys, *connected.store_words("nova", tmp_path / "nova"), "--wait", "0")[0] == 2
    for word in ("pause", "resume", "activate"):
        code, out, err = here(capsys, "store", word, "nova")
        assert (code, out) == (2, "")
        assert "nova is not set up yet." in err
        assert "tomada store add nova" in err


def test_set_without_a_setting_says_how_one_is_written(capsys: Capture) -> None:
    for words in ([], ["page_size"], ["=5"]):
        code, _, err = here(capsys, "store", "set", "loja", *words)
        assert code == 2
        assert "key=value" in err


def test_what_a_platform_keeps_while_it_is_tested_is_committed(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreGateway, "check", lambda _self: iter([]))
    monkeypatch.setattr(StoreGateway, "pending_state", lambda _self: {"seen": "1"})
    assert here(capsys, "store", "test", "loja")[:2] == (0, "The platform of this store has no test.\n")
    with opened(home) as installation, installation.database.read() as tx:
        assert tx.progress.state(saved(home).id)["seen"] == "1"
