"""``tomada doctor``: each step with its way out; a failed one makes the exit code 3."""

import json
from pathlib import Path

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import apart, here
from tomada.app.diagnosis import diagnose
from tomada.app.opening import opened
from tomada.cli.checking import print_steps
from tomada.host.discovery import PluginStatus, Status
from tomada.host.registry import Registry
from tomada.spi import CheckResult, StepState

Capture = pytest.CaptureFixture[str]


def test_everything_is_well(shop: Remotes, capsys: Capture) -> None:
    code, out, err = here(capsys, "doctor")
    assert (code, err) == (0, "")
    assert all(line.startswith("ok: ") for line in out.splitlines())
    for step in ("plugin tray-rest", "database", "ERP conta", "store loja: connection", "store loja: clock"):
        assert f"ok: {step}: " in out


def test_json_keeps_the_names_of_the_steps(shop: Remotes, capsys: Capture) -> None:
    code, out, err = here(capsys, "doctor", "--json", "--lang", "pt")
    found = json.loads(out)
    assert (code, err, found["schema_version"]) == (0, "", 1)
    assert {"plugin tray-rest", "database", "erp conta", "store loja: connection"} <= {
        step["name"] for step in found["steps"]
    }
    assert {step["state"] for step in found["steps"]} == {"ok"}


def test_portuguese_is_whole(shop: Remotes, capsys: Capture) -> None:
    out = here(capsys, "doctor", "--lang", "pt")[1]
    for step in (
        "banco de dados",
        "ERP conta",
        "loja loja: conexão",
        "loja loja: relógio",
        "loja loja: cota",
    ):
        assert f"ok: {step}: " in out


def test_before_init_it_says_what_to_do(home: Path, capsys: Capture) -> None:
    code, out, _ = here(capsys, "doctor")
    assert code == 3
    assert "failed: database: Tomada is not set up yet" in out
    assert "    Run: tomada init" in out
    assert "ok: plugin tray-rest: " in out


def test_a_refused_token_and_a_lost_store_are_both_found(shop: Remotes, home: Path, capsys: Capture) -> None:
    with opened(home) as installation, installation.database.begin() as tx:
        account = tx.erps.by_name("conta")
        assert account
        tx.secrets.write(f"erp:{account.id}", {"token": "wrong-token"})
    assert here(capsys, "store", "set", "loja", "api_address=http://127.0.0.1:1")[0] == 0
    code, out, _ = here(capsys, "doctor")
    assert code == 3
    assert "failed: ERP conta: Tiny does not accept the API token" in out
    assert "failed: store loja: connection: " in out
    assert "wrong-token" not in out


def test_a_store_that_rests_is_a_warning_with_its_way_out(
    shop: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    assert here(capsys, "store", "pause", "loja")[0] == 0
    assert here(capsys, *shop.store_words("nova", tmp_path / "nova.secret"), "--wait", "0")[0] == 2
    code, out, _ = here(capsys, "doctor")
    assert code == 0
    assert "warning: store loja: loja is paused.\n    Let it go on with: tomada store resume loja" in out
    assert "warning: store nova: nova is not active yet.\n    Go on with: tomada store add nova" in out
    assert "store nova: connection" not in out


def test_a_store_whose_platform_is_gone(shop: Remotes, home: Path, capsys: Capture) -> None:
    with opened(home) as installation, installation.database.begin() as tx:
        store = tx.stores.by_name("loja")
        assert store
        store.platform = "gone"
        tx.stores.save(store)
    code, out, _ = here(capsys, "doctor")
    assert code == 3
    assert "failed: store loja: Platform gone is not installed." in out


def test_without_any_platform_it_names_one(home: Path, capsys: Capture) -> None:
    assert here(capsys, "init")[0] == 0
    done = apart("doctor", TOMADA_DISABLE_PLUGINS="tray-rest")
    assert done.returncode == 0
    assert "warning: plugin tray-rest: tomada-tray-rest" in done.stdout
    assert "Switched off by TOMADA_DISABLE_PLUGINS." in done.stdout


def statuses(home: Path, monkeypatch: pytest.MonkeyPatch, *found: PluginStatus) -> list[CheckResult]:
    monkeypatch.setattr(Registry, "statuses", lambda _self: list(found))
    with opened(home) as installation:
        return [step for step in diagnose(installation) if step.name.startswith("plugin")]


def test_a_broken_plugin_fails_with_its_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = PluginStatus("woo", "tomada-woo", "1.0", Status.FAILED, "ImportError: x")
    (step,) = statuses(home, monkeypatch, broken)
    assert (step.name, step.state, step.message) == (
        "plugin woo",
        StepState.FAILED,
        "tomada-woo 1.0: ImportError: x",
    )
    assert step.hint
    (none,) = statuses(home, monkeypatch)
    assert (none.state, none.message) == (StepState.WARNING, "No platform is installed.")


def test_a_step_that_a_platform_names_itself_is_shown_as_it_is() -> None:
    shown: list[str] = []
    step = CheckResult("wsdl", StepState.WARNING, "no such operation", "ask", {"mapping.status": "too old"})
    assert print_steps([step], shown.append) == [step]
    assert shown == [
        "warning: wsdl: no such operation",
        "    ask",
        "    not offered here: mapping.status (too old)",
    ]
