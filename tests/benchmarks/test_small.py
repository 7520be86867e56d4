"""The benchmarks with tiny sizes: they run, and what is compared is comparable. Times are never judged here."""

import json
import sys
from dataclasses import replace

import pytest

from benchmarks import __main__ as command
from benchmarks import balances, catalogue, files, orders, quota, startup
from benchmarks.places import place

ORDERS = 10
ORDERS_IN_FILE = 120
PRODUCTS = 12  # more than are looked up one by one
BALANCES = 45  # so many that Tomada reads the whole list of the store, as with 10,000


@pytest.fixture(scope="module")
def passes():
    return orders.measure(ORDERS)


def test_the_script_sends_the_same_requests_and_commits_as_often_as_tomada(passes):
    script, tomada, script_again, again = passes
    assert (script.requests, script.writes) == (tomada.requests, tomada.writes)
    assert script.writes == ORDERS
    assert script_again.requests == again.requests == 1
    # a run of Tomada has a row of its own, which is written at its beginning and at its end
    assert tomada.commits == script.commits + 2


@pytest.fixture(scope="module")
def pushed():
    return balances.measure(BALANCES)


def test_s7_the_script_sends_the_same_balances_and_commits_as_often_as_tomada(pushed):
    script, tomada, script_again, again = pushed
    assert (script.requests, script.writes) == (tomada.requests, tomada.writes)
    assert script.writes > BALANCES
    assert script_again.requests == again.requests == 2
    # the beginning and end of a run, the yes to the first plan (S7), and what was read for orders and when (S6, S7)
    assert tomada.commits == script.commits + 5


def test_balances_that_did_not_change_send_no_write_and_every_commit_is_full(pushed):
    assert [each.writes for each in pushed[2:]] == [0, 0]
    assert {each.synchronous for each in pushed} == {(2,)}
    assert not any(each.refused for each in pushed)


@pytest.fixture(scope="module")
def sent():
    with place() as where:
        goods = catalogue.Catalogue(where, "loja", PRODUCTS)
        return [goods.sent_and_killed("killed", 1), goods.sent("again")]


def test_p1_a_catalogue_that_was_killed_and_gone_on_with_is_there_once(sent):
    killed, again = sent
    parts = PRODUCTS * len(catalogue.SIZES)
    pictures = PRODUCTS * catalogue.PICTURES
    assert [each.shown for each in sent] == [catalogue.Shown(PRODUCTS, parts, pictures, True)] * 2
    assert (killed.requests["products"], killed.requests["variations"]) == (PRODUCTS, parts)
    assert again.writes == 0


def test_the_claims_about_a_catalogue_follow_the_figures(sent):
    killed, again = sent
    parts = PRODUCTS * (1 + len(catalogue.SIZES))
    good = replace(killed, requests={"products": parts, "look-ups": 1}, megabytes=90.0)
    calm = replace(again, megabytes=90.0)

    def failed(*measured):
        return [claim.holds for claim in catalogue.claims(list(measured))].count(False)

    assert failed(good, calm, good, calm) == 0
    dear = replace(good, requests={"products": parts + 1, "look-ups": PRODUCTS}, megabytes=121.0)
    assert failed(dear, calm, good, calm) == 3
    assert failed(good, calm, good, replace(calm, requests={"changes": 1})) == 1
    assert failed(good, calm, replace(good, shown=replace(good.shown, whole=False)), calm) == 1


def test_an_unchanged_run_sends_no_write(passes):
    assert [each.writes for each in passes[2:]] == [0, 0]


def test_both_write_with_full_synchronisation(passes):
    assert {each.synchronous for each in passes} == {(2,)}


def test_the_claims_about_orders_follow_the_figures(passes):
    script, tomada, script_again, again = passes
    slow = replace(tomada, seconds=script.seconds * 3.1, megabytes=121.0, refused=1, synchronous=(1, 2))
    writing = replace(again, writes=1)

    def failed(*measured):
        return [claim.holds for claim in orders.claims(list(measured))].count(False)

    fast = replace(tomada, seconds=script.seconds, megabytes=90.0)
    calm = replace(again, megabytes=90.0)
    assert failed(script, fast, script_again, calm) == 0
    assert failed(script, slow, script_again, calm) == 4
    assert failed(script, fast, script_again, replace(writing, megabytes=90.0)) == 1
    assert failed(replace(script, requests=1), fast, script_again, calm) == 1


@pytest.fixture(scope="module")
def imports():
    return files.measure(ORDERS_IN_FILE)


def test_the_script_takes_in_the_same_orders_of_a_file_and_commits_as_often_as_tomada(imports):
    script, tomada = imports
    assert script.orders == tomada.orders == ORDERS_IN_FILE
    # after the file comes the checkpoint of the whole round
    assert tomada.commits == script.commits + 1
    assert {each.synchronous for each in imports} == {(2,)}


def test_the_claims_about_a_file_follow_the_figures(imports):
    script, tomada = imports
    fast = replace(tomada, seconds=script.seconds * 2.9, megabytes=149.0)

    def failed(measured):
        return [claim.holds for claim in files.claims([script, measured])].count(False)

    assert failed(fast) == 0
    assert failed(replace(fast, seconds=script.seconds * 3.1)) == 1
    assert failed(replace(fast, megabytes=150.0)) == 1
    assert failed(replace(fast, orders=1)) == 1
    assert failed(replace(fast, synchronous=(1,))) == 1


def test_q1_two_processes_share_a_quota_and_none_is_refused():
    with place() as where:
        trial = quota.TinyTrial(where, 1, ["loja", "outra"])
        trial.begin()
        measured = trial.end()
    assert (measured.processes, measured.requests, measured.refused) == (2, quota.REQUESTS, 0)


def test_q1_the_share_that_was_used_is_what_the_requests_should_have_taken():
    measured = quota.Filled("Tiny", 1, 1.0, 20, 1200, 20 * quota.SECONDS / 0.94, 1)
    assert measured.used == pytest.approx(0.94)
    assert [claim.holds for claim in quota.claims([measured])] == [False, False]
    better = replace(measured, seconds=20 * quota.SECONDS / 0.96, refused=0)
    assert [claim.holds for claim in quota.claims([better])] == [True, True]


def test_the_command_prints_a_table_and_a_line_for_each_claim(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bench", "--only", "startup", "--starts", "1"])
    command.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("  tomada")] == ["--help", "capabilities"]
    assert all("of CPU time: " in line for line in lines[-len(startup.LIMITS) :])


def test_the_command_prints_its_figures_as_json(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bench", "--only", "startup", "--starts", "1", "--json"])
    command.main()
    told = json.loads(capsys.readouterr().out)
    assert told["schema_version"] == command.SCHEMA_VERSION
    assert [len(start["cpu"]) for start in told["startup"]] == [1, 1]
    assert [set(claim) for claim in told["claims"]] == [{"sentence", "measured", "holds"}] * 2


@pytest.mark.parametrize("text", ["0", "-1", "many"])
def test_a_size_that_is_none_is_refused(monkeypatch, capsys, text):
    monkeypatch.setattr(sys, "argv", ["bench", f"--orders={text}"])
    with pytest.raises(SystemExit):
        command.main()
    assert "--orders" in capsys.readouterr().err
