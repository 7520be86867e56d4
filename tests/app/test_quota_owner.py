"""Whose quota a store uses (Q1)."""

from pathlib import Path

import pytest

from tomada.bootstrap import Installation, Places
from tomada.ports.options import StoreOptions
from tomada.ports.records import StoreRecord, StoreState
from tomada.storage.crypto import encode_key, new_key
from tomada.storage.database import create_database


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    key = new_key()
    monkeypatch.setenv("TOMADA_KEY", encode_key(key))
    made = Installation(Places(tmp_path))
    create_database(made.places.database_url, key)
    yield made
    made.close()


def key_of(installation: Installation, **settings: object) -> str:
    store = StoreRecord(
        1, "loja", "loja", "tray-rest", 1, StoreState.DRAFT, StoreOptions(), {"consumer_key": "k", **settings}
    )
    return installation._budget_key(installation.plugin_of(store), store)


def test_q1_stores_of_one_application_have_a_quota_each(installation: Installation) -> None:
    first, second = (key_of(installation, api_address=name) for name in ("a.example", "b.example"))
    assert first != second


def test_q1_stores_share_the_quota_of_an_application_where_a_setting_says_so(
    installation: Installation,
) -> None:
    shared = [
        key_of(installation, api_address=name, quota_scope="application")
        for name in ("a.example", "b.example")
    ]
    assert shared[0] == shared[1]


def test_q1_a_store_without_usable_settings_has_its_own(installation: Installation) -> None:
    assert key_of(installation, quota_scope="nobody") == "tray-rest store=1"
