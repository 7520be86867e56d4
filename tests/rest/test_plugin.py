"""The plugin as the host sees it: light, complete, described, in both languages."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from pydantic import ValidationError

import tomada_tray_rest
from tomada.host.dispatch import Dispatcher
from tomada_tray_rest.settings import QuotaScope, Settings, normalise_address

PACKAGE = Path(tomada_tray_rest.__file__).parent


def test_the_host_accepts_it() -> None:
    hooks = Dispatcher(tomada_tray_rest.plugin, "tray-rest", "0").hooks
    assert hooks == {
        "platform_info",
        "session_open",
        "connection_setup",
        "connection_check",
        "orders_fetch",
        "orders_read",
        "status_list_fetch",
        "shipping_list_fetch",
        "listings_fetch",
        "products_fetch",
        "categories_push",
        "category_list_fetch",
        "stock_reserve",
        "products_push",
        "stock_push",
        "prices_push",
        "order_status_push",
        "delivery_push",
        "tracking_push",
        "invoices_push",
    }


def test_what_it_says_of_itself() -> None:
    info = tomada_tray_rest.plugin.platform_info()
    assert (info.id, info.id_space, info.modality) == ("tray-rest", "tray", "REST")
    assert [(limit.name, limit.requests, limit.seconds) for limit in info.limits] == [
        ("per_minute", 180, 60),
        ("per_day", 10_000, 86_400),
    ]
    assert all(field.description for field in info.settings.model_fields.values())


def test_its_import_loads_no_transport_library() -> None:
    heavy = "{'httpx', 'httpcore', 'sqlalchemy', 'rich'}"
    program = f"import sys, tomada_tray_rest; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("", ""),
        ("www.loja.example", "https://www.loja.example/web_api"),
        ("https://loja.example/web_api/", "https://loja.example/web_api"),
        (" https://loja.example/sub/ ", "https://loja.example/sub/web_api"),
        ("http://127.0.0.1:8080/tray/a", "http://127.0.0.1:8080/tray/a/web_api"),
    ],
)
def test_addresses(typed: str, address: str) -> None:
    assert normalise_address(typed) == address
    assert Settings(api_address=typed).api_address == address


@pytest.mark.parametrize(
    "bad",
    [
        {"api_address": "http://loja.example"},
        {"time_zone": "Mars/Base"},
        {"page_size": 51},
        {"callback_address": "app.example/tray"},
        {"callback_address": "javascript:alert(1)"},
    ],
)
def test_settings_that_cannot_work(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(bad)


def test_q1_whose_quota_it_is() -> None:
    store = Settings(api_address="a.example")
    assert store.quota_owner == "https://a.example/web_api"
    assert store.model_copy(update={"quota_scope": QuotaScope.APPLICATION}).quota_owner == ""
    info = tomada_tray_rest.plugin.platform_info()
    assert all(hasattr(store, name) for name in info.budget_key)


def test_x1_settings_do_not_show_the_secret() -> None:
    assert "hidden" not in repr(Settings(consumer_secret="hidden"))


def sentences() -> set[str]:
    found = extract_from_dir(PACKAGE, keywords={"_": None, "N_": None})
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def test_portuguese_is_complete() -> None:
    with (PACKAGE / "locale/pt_BR/LC_MESSAGES/tomada_tray_rest.po").open("rb") as file:
        catalogue = read_po(file)
    translated = {message.id: message.string for message in catalogue if message.id}
    assert set(translated) == sentences()
    for english, portuguese in translated.items():
        assert portuguese, english
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", portuguese)), english


def test_the_compiled_catalogue_is_up_to_date() -> None:
    from gettext import GNUTranslations

    folder = PACKAGE / "locale/pt_BR/LC_MESSAGES"
    with (folder / "tomada_tray_rest.po").open("rb") as file:
        catalogue = read_po(file)
    with (folder / "tomada_tray_rest.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    assert all(compiled.gettext(message.id) == message.string for message in catalogue if message.id)
