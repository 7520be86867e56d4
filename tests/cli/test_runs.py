"""``tomada runs``: what ran, for whom, what it did and why it stopped."""

import json

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]


def test_nothing_ran_yet(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "runs", "list") == (0, "Nothing ran yet.\n", "")


def test_list_newest_first_in_both_languages(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja")
    shop.place("loja", shipping="Drone")
    assert here(capsys, "sync", "loja", "orders")[0] == 1
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    found = json.loads(here(capsys, "runs", "list", "--store", "loja", "--json")[1])
    assert found["schema_version"] == 1
    newest, oldest = found["runs"]
    assert newest["id"] > oldest["id"]
    assert (oldest["store"], oldest["flow"], oldest["state"]) == ("loja", "orders", "done")
    assert (oldest["counts"]["created"], oldest["counts"]["newly_held"]) == (1, 1)
    assert oldest["started_at"] <= oldest["ended_at"]
    assert len(json.loads(here(capsys, "runs", "list", "--limit", "1", "--json")[1])["runs"]) == 1
    assert "created in the ERP: 1, newly held: 1" in here(capsys, "runs", "list")[1]
    portuguese = here(capsys, "runs", "list", "--lang", "pt")[1]
    assert "concluída" in portuguese
    assert "criados no ERP: 1, retidos agora: 1" in portuguese
    assert "decided" not in portuguese


def test_show_a_run_that_stopped(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "api_address=http://127.0.0.1:1")[0] == 0
    assert here(capsys, "sync", "loja", "orders")[0] == 4
    run = str(json.loads(here(capsys, "runs", "list", "--json")[1])["runs"][0]["id"])
    shown = here(capsys, "runs", "show", run)[1]
    assert "State:" in shown
    assert "stopped for now" in shown
    assert "no connection could be made" in shown
    found = json.loads(here(capsys, "runs", "show", run, "--json")[1])["run"]
    assert (found["state"], found["error"], found["counts"]) == ("partial", "http.connect", {})
    assert found["actor"].startswith("person")
    assert found["actor"] not in here(capsys, "runs", "show", run, "--lang", "pt")[1]


def test_wrong_words_name_the_way_out(shop: Remotes, capsys: Capture) -> None:
    wrong = [
        (["show", "999"], "tomada runs list"),
        (["show", "x"], "'x' is not a valid integer"),
        (["list", "--store", "other"], "There are: loja"),
        (["list", "--limit", "0"], "Invalid value for '--limit'"),
    ]
    for words, told in wrong:
        code, out, err = here(capsys, "runs", *words)
        assert (code, out) == (2, ""), words
        assert told in err
