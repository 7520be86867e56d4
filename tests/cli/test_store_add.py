"""``tomada store add``: from a name to an active store, interrupted and taken up again."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import SCRIPT, here
from tomada.app.opening import opened, store_named
from tomada.host.gateway import StoreGateway
from tomada.host.registry import Registry
from tomada.ports.records import StoreRecord, StoreState
from tomada.spi import CodeEntry

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def account(home: Path, remotes: Remotes, capsys: Capture) -> Remotes:
    assert here(capsys, "init")[0] == 0
    assert here(capsys, *remotes.erp_words())[0] == 0
    return remotes


@pytest.fixture
def words(remotes: Remotes, tmp_path: Path) -> list[str]:
    return remotes.store_words("loja", tmp_path / "secret")


def saved(home: Path, name: str = "loja") -> StoreRecord:
    with opened(home) as installation:
        return store_named(installation, name)


def secrets(home: Path, store: StoreRecord) -> dict[str, str]:
    with opened(home) as installation, installation.database.read() as tx:
        return tx.secrets.read(f"store:{store.id}")


def test_o4_all_at_once_without_a_terminal(
    words: list[str], remotes: Remotes, home: Path, capsys: Capture
) -> None:
    code, out, err = here(capsys, *words, "--set", f"authorization={remotes.code('loja')}", "--yes", "--json")
    found = json.loads(out)
    store = saved(home)
    secret = remotes.stores["loja"]["consumer_secret"]
    assert code == 0
    assert {step["state"] for step in found["tests"]} == {"ok"}
    assert (store.state, store.setup_step) == (StoreState.ACTIVE, "")
    assert store.since
    assert store.since.microsecond == 0
    assert found["store"]["since"] == store.since.isoformat()
    assert store.settings["api_address"] == f"{remotes.sandbox.url}/tray/{remotes.prefix}loja/web_api"
    assert "consumer_secret" not in store.settings
    assert secrets(home, store)["consumer_secret"] == secret
    assert secrets(home, store)["access_token"]
    assert secret not in out + err


def test_the_store_s_codes_are_known_before_an_order_comes(
    words: list[str], remotes: Remotes, home: Path, capsys: Capture
) -> None:
    code, _, err = here(capsys, *words, "--set", f"authorization={remotes.code('loja')}", "--yes")
    assert code == 0
    with opened(home) as installation, installation.database.read() as tx:
        kinds = {one.kind for one in tx.mappings.codes(saved(home).id)}
    assert kinds == {"status", "shipping"}
    assert "linked by their SKU" in err


def test_the_browser_comes_back_to_loopback(words: list[str], home: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *words, "--yes"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr
    with child:
        for line in child.stderr:
            if line.startswith("http"):  # the link stands alone on its line
                page = httpx.get(line.strip(), trust_env=False, follow_redirects=True)
                assert page.status_code == 200
                assert "close this window" in page.text
    assert child.returncode == 0
    assert saved(home).state is StoreState.ACTIVE


def test_the_address_may_be_pasted(words: list[str], remotes: Remotes, home: Path) -> None:
    code = remotes.code("loja")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words, "--yes"],
        input=f"\n{code}\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert saved(home).state is StoreState.ACTIVE


def test_what_is_missing_is_named_and_the_command_goes_on(
    words: list[str], remotes: Remotes, home: Path, capsys: Capture
) -> None:
    code, _, err = here(capsys, *words[:5])
    assert code == 2
    assert "--set api_address=…" in err
    assert "tomada store add loja" in err
    label = saved(home).label
    code, _, err = here(capsys, *words, "--wait", "0")
    assert code == 2
    assert "--set authorization=…" in err
    assert (saved(home).state, saved(home).setup_step) == (StoreState.DRAFT, "authorize")
    answer = ["--set", f"authorization={remotes.code('loja')}"]
    assert here(capsys, *words, *answer, "--no-activate")[0] == 0
    assert here(capsys, *words, *answer, "--no-activate")[0] == 0  # the very same command
    assert (saved(home).state, saved(home).setup_step) == (StoreState.DRAFT, "activate")
    code, _, err = here(capsys, *words[:3])
    assert code == 2
    assert "--yes" in err
    assert here(capsys, *words[:3], "--yes")[0] == 0
    assert (saved(home).state, saved(home).setup_step, saved(home).label) == (StoreState.ACTIVE, "", label)


def test_a_failed_test_stops_it_with_3(
    words: list[str], remotes: Remotes, home: Path, capsys: Capture
) -> None:
    answer = ["--set", f"authorization={remotes.code('loja')}"]
    remotes.sandbox.add_fault("error_before", remote=f"tray/{remotes.prefix}loja", path="/info", times=None)
    code, _, err = here(capsys, *words, *answer, "--yes")
    remotes.sandbox.clear_faults()
    assert code == 3, err
    assert "failed: connection" in err
    assert saved(home).setup_step == "test"
    assert here(capsys, *words[:3], "--yes")[0] == 0
    assert saved(home).state is StoreState.ACTIVE


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        (["--set", "api_adress=x"], 2, "Did you mean api_address?"),
        (["--set", "orders.enter=some"], 2, "orders.enter must be one of"),
        (["--set", "quota.limits.per_hour=off"], 2, "Did you mean"),
        (["--set", "quota.limits.per_day=often"], 2, "requests/seconds or off"),
        (["--set", "api_address=http://example.com"], 2, "must begin with https://"),
        (["--erp", "other"], 2, "There are: conta"),
        (["--platform", "woocommerce"], 3, "pip install tomada-woocommerce"),
        (["--since", "yesterday"], 2, "no date or time"),
        (["--since", "2999-01-01"], 2, "may not lie ahead"),
    ],
)
def test_bad_input_saves_nothing(more: list[str], code: int, told: str, home: Path, capsys: Capture) -> None:
    platform = () if "--platform" in more else ("--platform", "tray-rest")
    found, _, err = here(capsys, "store", "add", "loja", *platform, *more)
    assert found == code
    assert told in err
    assert json.loads(here(capsys, "store", "list", "--json")[1])["stores"] == []


def test_an_answer_that_nothing_asked_for(
    words: list[str], remotes: Remotes, home: Path, capsys: Capture
) -> None:
    answers = ["--set", f"authorization={remotes.code('loja')}", "--set", "colour=blue"]
    code, _, err = here(capsys, *words, *answers, "--yes")
    assert code == 2
    assert "colour" in err
    assert here(capsys, *words[:3], "--yes")[0] == 0


def test_without_an_account(capsys: Capture) -> None:
    assert here(capsys, "erp", "remove", "conta", "--yes")[0] == 0
    code, _, err = here(capsys, "store", "add", "loja")
    assert code == 2
    assert "tomada erp add" in err


def test_a_store_that_is_there_already(words: list[str], remotes: Remotes, capsys: Capture) -> None:
    answer = ["--set", f"authorization={remotes.code('loja')}"]
    assert here(capsys, *words, *answer, "--yes")[0] == 0
    code, _, err = here(capsys, *words)
    assert code == 2
    assert "tomada store set loja" in err


def test_o1_two_stores_have_two_marks(
    words: list[str], remotes: Remotes, home: Path, tmp_path: Path, capsys: Capture
) -> None:
    other = remotes.store_words("Loja", tmp_path / "other")
    for name, these in (("loja", words), ("Loja", other)):
        answer = ["--set", f"authorization={remotes.code(name)}"]
        assert here(capsys, *these, *answer, "--yes")[0] == 0
    assert (saved(home).label, saved(home, "Loja").label) == ("loja", "loja-2")


def test_o4_since_in_the_past_shows_what_would_come(
    words: list[str], remotes: Remotes, home: Path, capsys: Capture
) -> None:
    since = (datetime.now().astimezone() - timedelta(days=3)).replace(microsecond=0)
    for shipping in ("PAC", "PAC", "Motoboy"):
        remotes.sandbox.shop(f"{remotes.prefix}loja", "place", payment="pix", shipping=shipping)
    answer = ["--set", f"authorization={remotes.code('loja')}"]
    code, _, err = here(capsys, *words, *answer, "--since", since.isoformat())
    assert code == 2
    assert "First plan, of 3 orders" in err
    assert (saved(home).state, saved(home).since) == (StoreState.DRAFT, None)
    code, out, _ = here(capsys, *words, "--since", since.isoformat(), "--yes", "--json")
    assert code == 0
    assert json.loads(out)["plan"]["counts"] == {"create": 2, "hold": 1}
    assert saved(home).since == since
    assert remotes.sandbox.state_of("tiny", f"{remotes.prefix}conta")["orders"] == []


def test_begun_with_another_platform_or_account(words: list[str], remotes: Remotes, capsys: Capture) -> None:
    assert here(capsys, *words, "--wait", "0")[0] == 2
    code, _, err = here(capsys, "store", "add", "loja", "--platform", "other")
    assert code == 2
    assert "tomada store remove loja" in err


def test_off_lifts_a_limit(words: list[str], home: Path, capsys: Capture) -> None:
    assert here(capsys, *words, "--wait", "0")[0] == 2
    assert saved(home).options.quota.limits == {"per_minute": "off", "per_day": "off"}


def test_d1_codes_that_nobody_knows_are_listed_with_their_command(
    words: list[str], remotes: Remotes, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [
        CodeEntry("Moto boy", "Moto boy"),
        CodeEntry("Drone", "Drone", active=False),
        CodeEntry("PAC", "PAC"),
    ]
    monkeypatch.setattr(StoreGateway, "shipping_list", lambda _self: entries)
    answer = ["--set", f"authorization={remotes.code('loja')}"]
    code, out, err = here(capsys, *words, *answer, "--yes", "--json")
    assert code == 0
    assert json.loads(out)["unmapped"] == [{"kind": "shipping", "code": "Moto boy", "label": "Moto boy"}]
    assert "tomada map set loja shipping 'Moto boy' VALUE" in err
    assert "Drone" not in err


def test_one_of_several_accounts_must_be_named(remotes: Remotes, home: Path, capsys: Capture) -> None:
    assert here(capsys, "erp", "add", "outra", *remotes.erp_words()[3:])[0] == 0
    code, _, err = here(capsys, "store", "add", "loja")
    assert code == 2
    assert "--erp is not given" in err
    assert "There are: conta, outra" in err


def test_without_a_platform_it_says_what_to_install(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Registry, "statuses", lambda _self: [])
    monkeypatch.setattr(Registry, "plugins", lambda _self: [])
    code, _, err = here(capsys, "store", "add", "loja")
    assert code == 3
    assert "pip install tomada-tray-rest" in err


def test_begun_with_another_account(words: list[str], remotes: Remotes, capsys: Capture) -> None:
    assert here(capsys, "erp", "add", "outra", *remotes.erp_words()[3:])[0] == 0
    assert here(capsys, *words, "--erp", "conta", "--wait", "0")[0] == 2
    code, _, err = here(capsys, "store", "add", "loja", "--erp", "outra")
    assert code == 2
    assert "tomada store remove loja" in err
