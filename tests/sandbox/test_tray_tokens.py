"""Consent, tokens and their ends (tray-rest.md 1.2 to 1.5); all times by the virtual clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.tray_support import TrayCaller
from tomada_sandbox.client import SandboxClient, SandboxError

HOUR = 3600


@pytest.fixture
def tray(control: SandboxClient, name: str) -> Iterator[TrayCaller]:
    with TrayCaller(control, name) as caller:
        yield caller


def refused(answer: httpx.Response) -> int:
    assert answer.status_code == 401
    body = answer.json()
    assert (body["code"], body["name"]) == (401, "Unauthorized access")
    assert isinstance(body["causes"], list)
    code: int = body["error_code"]
    return code


def test_consent_returns_to_the_callback_with_what_rides_in_it(tray: TrayCaller) -> None:
    query = {"response_type": "code", "consumer_key": tray.opened["consumer_key"]}
    query["callback"] = "http://127.0.0.1:9/back?guard=a%26b"
    answer = tray.http.get(f"{tray.address}/auth.php", params=query)
    assert answer.status_code == 302
    target = urlsplit(answer.headers["location"])
    returned = {key: values[0] for key, values in parse_qs(target.query).items()}
    assert (target.netloc, target.path) == ("127.0.0.1:9", "/back")
    assert returned.pop("guard") == "a&b"
    code = returned.pop("code")
    assert len(code) == 64
    assert returned == {
        "api_address": f"{tray.address}/web_api",
        "store": tray.opened["id"],
        "store_host": tray.address,
        "adm_user": "lojista",
    }
    assert tray.create(code=code).status_code == 201
    assert tray.http.get(f"{tray.address}/auth.php", params={**query, "consumer_key": "x"}).status_code == 400


def test_tokens_live_three_hours_and_thirty_days(tray: TrayCaller) -> None:
    answer = tray.create()
    assert answer.status_code == 201
    body = answer.json()
    assert (body["message"], body["store_id"]) == ("Created tokens", tray.opened["id"])
    assert body["api_host"] == f"{tray.address}/web_api"
    assert body["access_token"].startswith(f"APP_ID-4221-STORE_ID-{tray.opened['id']}-")
    at = datetime.fromisoformat(body["date_activated"])
    assert datetime.fromisoformat(body["date_expiration_access_token"]) - at == timedelta(hours=3)
    assert datetime.fromisoformat(body["date_expiration_refresh_token"]) - at == timedelta(days=30)
    local = parsedate_to_datetime(answer.headers["date"]).replace(tzinfo=None) - timedelta(hours=3)
    assert abs(local - at) <= timedelta(seconds=1)


def test_codes_are_taken_as_form_multipart_and_json(tray: TrayCaller) -> None:
    fields = {**tray.keys, "code": tray.opened["code"]}
    assert tray.http.post("auth", json=fields).status_code == 201
    parts = {key: (None, value) for key, value in fields.items()}
    assert tray.http.post("auth/", files=parts).json()["message"] == "Token already exists."
    assert tray.http.post("auth", data=fields).json()["message"] == "Token already exists."


def test_wrong_keys_or_code(tray: TrayCaller) -> None:
    assert refused(tray.create(consumer_secret="x")) == 1099
    assert refused(tray.create(code="x")) == 1099
    assert tray.state["tokens"] is None


def test_a_reusable_code_gives_the_live_pair_and_later_a_fresh_one(tray: TrayCaller) -> None:
    first = tray.create().json()
    again = tray.create()
    assert again.json()["access_token"] == first["access_token"]
    tray.control.advance(3 * HOUR + 1)
    fresh = tray.create().json()
    assert fresh["message"] == "Created tokens"
    assert fresh["access_token"] != first["access_token"]


def test_a_code_that_is_not_reusable_works_once(control: SandboxClient, name: str) -> None:
    with TrayCaller(control, name, code_reusable=False) as tray:
        assert tray.create().status_code == 201
        assert refused(tray.create()) == 1099


def test_a_refresh_replaces_both_tokens(tray: TrayCaller) -> None:
    old = tray.connect()
    answer = tray.refresh(old["refresh_token"])
    assert answer.status_code == 200
    new = answer.json()
    assert new["message"] == "Refreshed tokens"
    assert {new["access_token"], new["refresh_token"]}.isdisjoint({old["access_token"], old["refresh_token"]})
    assert refused(tray.refresh(old["refresh_token"])) == 1000
    assert refused(tray.request("GET", "info")) == 1000
    tray.token = new["access_token"]
    assert tray.get("info")["id"] == tray.opened["id"]


def test_an_old_access_token_may_survive(control: SandboxClient, name: str) -> None:
    with TrayCaller(control, name, old_access_survives=True) as tray:
        tray.refresh(tray.connect()["refresh_token"])
        assert tray.get("info")
        control.advance(3 * HOUR)
        assert refused(tray.request("GET", "info")) == 1000


def test_keys_of_a_refresh_are_verified_when_given(tray: TrayCaller) -> None:
    token = tray.connect()["refresh_token"]
    assert refused(tray.refresh(token, **{**tray.keys, "consumer_key": "x"})) == 1099
    assert tray.refresh(token, **tray.keys).status_code == 200


def test_a_refresh_token_ends_after_thirty_days(tray: TrayCaller) -> None:
    token = tray.connect()["refresh_token"]
    tray.control.advance(30 * 24 * HOUR + 1)
    assert refused(tray.refresh(token)) == 1000


def test_an_access_token_ends_and_stands_in_the_query_string_only(tray: TrayCaller) -> None:
    token = tray.connect()["access_token"]
    assert refused(tray.http.get("info", headers={"authorization": f"Bearer {token}"})) == 1099
    assert refused(tray.http.get("info", params={"access_token": "x"})) == 1099
    tray.control.advance(3 * HOUR + 1)
    answer = tray.request("GET", "orders")
    assert refused(answer) == 1000
    assert answer.json()["url"] == "//orders"


@pytest.mark.parametrize(
    ("state", "code"), [("blocked", 1001), ("inactive", 1002), ("cancelled", 1003), ("unknown", 1099)]
)
def test_a_store_that_is_not_active(tray: TrayCaller, state: str, code: int) -> None:
    token = tray.connect()["refresh_token"]
    tray.shop("configure", state=state)
    assert refused(tray.request("GET", "orders")) == code
    assert refused(tray.refresh(token)) == code
    assert refused(tray.create()) == code
    tray.shop("configure", state="active")
    assert tray.get("orders")


def test_options_are_checked(control: SandboxClient, name: str) -> None:
    with pytest.raises(SandboxError, match="unknown option of a store: colour"):
        control.create_store(name, colour="red")
    with pytest.raises(SandboxError, match="sort_by_modified must be one of"):
        control.create_store(name, sort_by_modified="sometimes")
    made = control.create_store(name, consumer_key="k", consumer_secret="s", store_id="391250")
    assert (made["consumer_key"], made["consumer_secret"], made["id"]) == ("k", "s", "391250")
    assert (made["quota"]["limit"], made["quota"]["daily"]) == (180, 10_000)
    assert made["api_path"] == f"/tray/{name}/web_api"
