"""What the context gives to plugins: secrets, state, log, clients and steps."""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from tests.host.samples import NOW, MemoryDatabase, Sample, context, store
from tomada.errors import ConfigurationError, TransientError
from tomada.host.vault import BufferedState, OwnedVault
from tomada.ports.storage import Database
from tomada.spi import Context


def vault_of(database: MemoryDatabase) -> OwnedVault:
    return OwnedVault(cast(Database, database), "store:1")


def test_an_update_reads_inside_the_lock_and_commits_before_it_is_released() -> None:
    database = MemoryDatabase({"token": "old"})

    def change(secrets: Mapping[str, str]) -> Mapping[str, str]:
        database.events.append(f"change {secrets['token']}")
        return {**secrets, "token": "new"}

    assert vault_of(database).update(change) == {"token": "new"}
    assert database.events == ["lock vault:store:1 wait=True", "change old", "commit", "unlock"]
    assert database.secrets["store:1"] == {"token": "new"}


def test_an_update_that_changes_nothing_commits_nothing() -> None:
    database = MemoryDatabase({"token": "old"})
    vault_of(database).update(lambda secrets: secrets)
    assert "commit" not in database.events


def test_an_update_that_raises_changes_nothing_and_releases_the_lock() -> None:
    database = MemoryDatabase({"token": "old"})

    def change(secrets: Mapping[str, str]) -> Mapping[str, str]:
        raise TransientError("a", "b")

    with pytest.raises(TransientError):
        vault_of(database).update(change)
    assert database.secrets["store:1"] == {"token": "old"}
    assert database.events[-1] == "unlock"


def test_secrets_are_texts() -> None:
    with pytest.raises(TypeError):
        vault_of(MemoryDatabase()).update(lambda _secrets: {"expires": 7})  # type: ignore[dict-item]  # the fault


def test_state_is_seen_by_the_plugin_before_it_is_committed() -> None:
    database = MemoryDatabase()
    database.state = {"a": "1", "b": "2"}
    state = BufferedState(cast(Database, database), 1)

    state.set("a", "3")
    state.set("b", None)
    assert (state.get("a"), state.get("b"), state.get("c")) == ("3", None, None)
    assert database.state == {"a": "1", "b": "2"}

    assert state.pending() == {"a": "3", "b": None}
    assert (state.get("a"), state.get("b"), state.pending()) == ("3", None, {})


def test_flush_commits_state_by_itself_once() -> None:
    database = MemoryDatabase()
    state = BufferedState(cast(Database, database), 1)
    state.set("a", "1")
    state.flush()
    state.flush()
    assert database.state == {"a": "1"}
    assert database.events == ["commit"]


def test_state_values_are_texts() -> None:
    with pytest.raises(TypeError):
        BufferedState(cast(Database, MemoryDatabase()), 1).set("a", 1)  # type: ignore[arg-type]  # the fault


def test_the_log_shows_fields_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    """X1: secrets that were read, old or new, are masked."""
    opened = context(Sample())
    opened.vault.update(lambda secrets: {**secrets, "refresh": "another-secret"})
    with caplog.at_level(logging.DEBUG, "tomada.plugin.sample"):
        opened.log.info("page read", page=3, url="https://x/?t=s3cret-token", text="a\nb")
        opened.log.warning("odd", value="another-secret")
        opened.log.debug("done")
    assert caplog.messages[0] == "page read store=loja page=3 url=https://x/?t=*** text=a b"
    assert "another-secret" not in caplog.text
    assert caplog.messages[2] == "done store=loja"


def test_a_missing_secret_is_named_with_the_way_out() -> None:
    with pytest.raises(ConfigurationError, match="token is not set") as missing:
        context(Sample(), MemoryDatabase()).settings  # noqa: B018 - the property is what is tested
    assert missing.value.hint == "Set it: tomada store set loja token=…"


def test_a_secret_is_not_shown_by_the_settings() -> None:
    assert "s3cret" not in repr(context(Sample()).settings)


def test_an_unknown_stored_setting_does_not_reach_the_plugin_as_a_secret() -> None:
    database = MemoryDatabase({"token": "s3cret-token", "address": "https://evil.example"})
    settings = cast(Any, context(Sample(), database, store=store()).settings)
    assert settings.address == "https://shop.example"


class RecordingLimiter:
    """A quota that writes down its use."""

    def __init__(self) -> None:
        self.events: list[str] = []

    @contextmanager
    def acquire(self, deadline: datetime | None) -> Iterator[None]:
        self.events.append("acquire")
        yield
        self.events.append("release")

    def remaining(self) -> int:
        return 7


def test_a_step_has_quota_and_boundary_around_it() -> None:
    limiter = RecordingLimiter()
    opened: Context = context(Sample(), limiter=limiter, boundary=limiter.events.append)
    with opened.step("LIST orders"):
        limiter.events.append("the call")
    assert limiter.events == [
        "acquire",
        "request.before LIST orders",
        "the call",
        "request.after LIST orders",
        "release",
    ]
    assert opened.budget.remaining() == 7


def test_no_step_begins_after_the_deadline() -> None:
    opened = context(Sample(), deadline=NOW - timedelta(seconds=1))
    with pytest.raises(TransientError, match="time for this run is over"), opened.step("LIST"):
        raise AssertionError("must not be reached")


def test_clients_that_were_left_open_are_closed() -> None:
    opened = context(Sample())
    client = opened.http(base_url="http://127.0.0.1:9")
    assert not client.is_closed
    opened.close()
    assert client.is_closed
    assert "httpx" in sys.modules
