"""``tomada sandbox shop|faults|state|clock``: they drive a running sandbox and say what is wrong."""

import json
from pathlib import Path

import pytest

from tests.sandbox.commands_support import command
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.server import SandboxServer


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TOMADA_HOME", "TOMADA_SANDBOX", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def store(control: SandboxClient, name: str) -> str:
    control.create_store(name)
    return name


def test_a_shopper_places_and_pays(
    sandbox: SandboxServer, store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    items = 'items=[{"sku": "CHA-CAMOMILA", "quantity": 2}]'
    code, out, _err = command(
        capsys, "sandbox", "shop", store, "place", "payment=boleto", items, "--url", sandbox.url, "--json"
    )
    told = json.loads(out)
    assert (code, told["order"], told["status"], told["total"]) == (0, 1001, "AGUARDANDO PAGAMENTO", "37.00")
    code, out, _err = command(capsys, "sandbox", "shop", store, "pay", "order=1001", "--url", sandbox.url)
    assert code == 0
    assert "status=A ENVIAR" in out


def test_the_clerk_counts_and_is_told_what_can_be_done(
    sandbox: SandboxServer, control: SandboxClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    control.create_account(name)
    words = ["sku=CAN-AZUL", "stock=7", "--url", sandbox.url]
    code, out, _err = command(capsys, "sandbox", "clerk", name, "count_stock", *words, "--json")
    assert (code, json.loads(out)["stock"]) == (0, "7")
    code, out, _err = command(capsys, "sandbox", "clerk", name, "deactivate_product", *words)
    assert (code, out.partition("=")[0]) == (0, "product")
    code, _out, err = command(capsys, "sandbox", "clerk", name, "dance", "--url", sandbox.url)
    assert code == 2
    assert "cancel_invoice" in err


def test_the_address_comes_from_the_environment_or_from_the_data_folder(
    sandbox: SandboxServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "sandbox.json").write_text(json.dumps({"url": sandbox.url}))
    assert command(capsys, "sandbox", "clock", "--home", str(tmp_path))[0] == 0
    assert command(capsys, "sandbox", "clock")[0] == 2
    monkeypatch.setenv("TOMADA_SANDBOX", sandbox.url)
    assert command(capsys, "sandbox", "clock")[0] == 0


def test_the_clock_is_shown_and_moved(sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]) -> None:
    _code, before, _err = command(capsys, "sandbox", "clock", "--url", sandbox.url, "--json")
    code, after, _err = command(capsys, "sandbox", "clock", "--advance", "90", "--url", sandbox.url, "--json")
    assert code == 0
    assert json.loads(after)["offset"] == json.loads(before)["offset"] + 90


def test_faults_are_added_listed_and_taken_back(
    sandbox: SandboxServer, control: SandboxClient, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["late_effect", "remote=tiny/conta", 'params={"seconds": 5}', "times=3", "--url", sandbox.url]
    code, out, _err = command(capsys, "sandbox", "faults", "add", *words, "--json")
    (rule,) = json.loads(out)["rules"]
    assert (code, rule["kind"], rule["times"], rule["params"]) == (0, "late_effect", 3, {"seconds": 5})
    _code, out, _err = command(capsys, "sandbox", "faults", "list", "--url", sandbox.url)
    assert "late_effect" in out
    code, out, _err = command(capsys, "sandbox", "faults", "clear", "--url", sandbox.url)
    assert (code, out) == (0, "No rule is in force.\n")
    assert control.faults() == []


def test_the_state_of_both_sides_is_shown(
    sandbox: SandboxServer, store: str, control: SandboxClient, capsys: pytest.CaptureFixture[str]
) -> None:
    control.shop(store, "place")
    code, out, _err = command(capsys, "sandbox", "state", "--url", sandbox.url, "--json")
    told = json.loads(out)
    assert (code, len(told["tray"][store]["orders"])) == (0, 1)
    code, out, _err = command(capsys, "sandbox", "state", f"tray/{store}", "--url", sandbox.url, "--json")
    assert json.loads(out)["tray"][store]["orders"][0]["id"] == 1001
    code, out, _err = command(capsys, "sandbox", "state", "--url", sandbox.url)
    (row,) = [line.split() for line in out.splitlines() if f"tray/{store} " in line]
    assert row[1:3] == ["1", "1"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["shop", "nowhere", "place"], "there is no tray/nowhere"),
        (["shop", "STORE", "dance"], "unknown action 'dance'"),
        (["shop", "STORE", "place", "payment"], "This is not key=value"),
        (["shop", "STORE", "place", "action=pay"], "The action is the second argument"),
        (["faults", "add", "reset_after", "kind=timeout"], "The kind is the first argument"),
        (["faults", "add", "reset_after", "every=0"], "every must be at least 1"),
        (["state", "conta"], "Name a remote as tiny/NAME or tray/NAME"),
        (["state", "tiny/nowhere"], "there is no tiny/nowhere"),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_2(
    sandbox: SandboxServer,
    store: str,
    words: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = [store if word == "STORE" else word for word in words]
    code, out, err = command(capsys, "sandbox", *said, "--url", sandbox.url)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[", "nonsense"])
def test_no_answer_is_exit_code_3(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = command(capsys, "sandbox", "state", "--url", url)
    assert code == 3
    assert f"No sandbox answers at {url}." in err


def test_a_damaged_file_counts_as_no_sandbox(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sandbox.json").write_text('{"url"')
    code, _out, err = command(capsys, "sandbox", "state", "--home", str(tmp_path))
    assert code == 2
    assert "No sandbox is known here." in err
