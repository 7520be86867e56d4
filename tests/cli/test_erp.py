"""``tomada erp``: a token is tried before it is saved, and never shown (X1)."""

import json
from pathlib import Path

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tomada.app.opening import erp_named, opened
from tomada.bootstrap import ERP_TOKEN

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def initialised(home: Path, capsys: Capture) -> None:
    assert here(capsys, "init")[0] == 0


@pytest.fixture
def connected(remotes: Remotes, capsys: Capture) -> Remotes:
    assert here(capsys, *remotes.erp_words())[0] == 0
    return remotes


def saved_token(home: Path) -> str:
    with opened(home) as installation, installation.database.read() as tx:
        account = tx.erps.by_name("conta")
        assert account
        return tx.secrets.read(f"erp:{account.id}")[ERP_TOKEN]


def test_add_tries_the_token_and_keeps_it_in_the_vault(remotes: Remotes, home: Path, capsys: Capture) -> None:
    words = [*remotes.erp_words(), "--set", "stock_posting=invoice", "--set", "quota_share=1", "--json"]
    code, out, err = here(capsys, *words)
    found = json.loads(out)["erp"]
    assert (code, err) == (0, "")
    assert (found["name"], found["driver"], found["base_url"]) == ("conta", "tiny-v2", remotes.api)
    assert found["company"]
    assert remotes.token not in out
    assert saved_token(home) == remotes.token
    with opened(home) as installation:
        assert erp_named(installation, "conta").options.stock_posting.value == "invoice"


def test_a_token_from_a_file(remotes: Remotes, home: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "token").write_text(remotes.token + "\n")
    words = ["erp", "add", "conta", "--set-file", f"token={tmp_path / 'token'}"]
    assert here(capsys, *words, "--set", f"base_url={remotes.api}")[0] == 0
    assert saved_token(home) == remotes.token


def test_a_refused_token_saves_nothing(remotes: Remotes, capsys: Capture) -> None:
    words = ["erp", "add", "conta", "--set", "token=wrong-token", "--set", f"base_url={remotes.api}"]
    code, _, err = here(capsys, *words)
    assert code == 3
    assert "does not accept the API token" in err
    assert "wrong-token" not in err
    assert json.loads(here(capsys, "erp", "list", "--json")[1])["erps"] == []


def test_an_account_that_cannot_be_reached(capsys: Capture) -> None:
    words = ["erp", "add", "conta", "--set", "token=abc", "--set", "base_url=http://127.0.0.1:1/api2/"]
    assert here(capsys, *words)[0] == 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--set token=…"),
        (["--set", "token=x", "--set", "base_url=http://example.com/api2"], "must begin with https://"),
        (["--set", "token=x", "--set", "base_url=nonsense"], "this is not an address"),
        (["--set", "token=x", "--set", "base_url=https://[x"], "this is not an address"),
        (["--set", "token=x", "--set", "quota_shar=1"], "Did you mean quota_share?"),
        (["--set", "token=x", "--set", "quota_share=2"], "quota_share must be at most"),
        (["--set", "token"], "key=value"),
        (["--set-file", "token=/no/such/file"], "cannot be read"),
    ],
)
def test_bad_input_is_a_sentence(words: list[str], told: str, capsys: Capture) -> None:
    code, _, err = here(capsys, "erp", "add", "conta", *words)
    assert code == 2
    assert told in err


@pytest.mark.parametrize("name", ["-x", "", "a" * 81, "../x"])
def test_bad_names(name: str, capsys: Capture) -> None:
    assert here(capsys, "erp", "add", "--set", "token=x", "--", name)[0] == 2


def test_a_name_is_taken_once(connected: Remotes, capsys: Capture) -> None:
    code, _, err = here(capsys, *connected.erp_words())
    assert code == 2
    assert "tomada erp set conta" in err


def test_list_test_and_show(connected: Remotes, capsys: Capture) -> None:
    assert "conta" in here(capsys, "erp", "list")[1]
    assert "The token works" in here(capsys, "erp", "test", "conta")[1]
    code, out, _ = here(capsys, "erp", "show", "conta", "--json")
    values = {one["name"]: one for one in json.loads(out)["settings"]}
    assert code == 0
    assert values["token"]["value"] == "********"
    assert values["base_url"]["value"] == connected.api
    assert connected.token not in out + here(capsys, "erp", "show", "conta")[1]


def test_a_name_that_is_not_there(connected: Remotes, capsys: Capture) -> None:
    code, _, err = here(capsys, "erp", "test", "other")
    assert code == 2
    assert "There are: conta" in err


def test_set_changes_and_puts_the_default_back(connected: Remotes, home: Path, capsys: Capture) -> None:
    assert here(capsys, "erp", "set", "conta", "settle_time=5", "stock_posting=sent")[0] == 0
    assert here(capsys, "erp", "set", "conta", "settle_time=")[0] == 0
    with opened(home) as installation:
        options = erp_named(installation, "conta").options
    assert (options.settle_time, options.stock_posting.value) == (90.0, "sent")
    assert saved_token(home) == connected.token


def test_a_new_token_is_tried_first(connected: Remotes, home: Path, capsys: Capture) -> None:
    assert here(capsys, "erp", "set", "conta", "token=wrong-token")[0] == 3
    assert here(capsys, "erp", "set", "conta")[0] == 2
    assert saved_token(home) == connected.token


def test_remove_asks_and_needs_an_account_without_stores(
    connected: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    words = connected.store_words("loja", tmp_path / "secret")
    assert here(capsys, *words, "--wait", "0")[0] == 2  # nobody came back from the browser
    code, _, err = here(capsys, "erp", "remove", "conta", "--yes")
    assert code == 2
    assert "loja" in err
    assert here(capsys, "store", "remove", "loja", "--yes")[0] == 0
    assert here(capsys, "erp", "remove", "conta")[0] == 2
    assert here(capsys, "erp", "remove", "conta", "--yes")[0] == 0
    assert json.loads(here(capsys, "erp", "list", "--json")[1])["erps"] == []


def test_json_of_what_tests_and_changes_an_account(connected: Remotes, capsys: Capture) -> None:
    for words, wanted in (
        (["test", "conta"], {}),
        (["set", "conta", "settle_time=5"], {"changed": ["settle_time"]}),
        (["remove", "conta", "--yes"], {"removed": "conta"}),
    ):
        code, out, err = here(capsys, "erp", *words, "--json")
        found = json.loads(out)
        assert (code, err, found["schema_version"]) == (0, "", 1), words
        assert wanted.items() <= found.items()
    assert here(capsys, "erp", "list")[:2] == (0, "There is none yet. Add one: tomada erp add NAME\n")


def test_the_list_in_portuguese(connected: Remotes, capsys: Capture) -> None:
    lines = here(capsys, "erp", "list", "--lang", "pt")[1].splitlines()
    assert lines[0].split() == ["Conta", "Driver", "Servidor", "Lojas"]
    assert lines[1].split()[:2] == ["conta", "tiny-v2"]
