"""The ``tomada`` commands that connect an installation to a sandbox's accounts and stores."""

from collections.abc import Mapping

from tomada_sandbox.client import Json

PLATFORM = "tray-rest"
SOAP_PLATFORM = "tray-soap"
FILES_PLATFORM = "tray-ftp"


def account_words(url: str, account: Json, **settings: str) -> list[str]:
    """Return the words of ``tomada …`` that connect a Tiny account; ``account`` is its state."""
    name = account["name"]
    told = {"base_url": f"{url}/tiny/{name}/api2/", "token": account["token"], **settings}
    return ["erp", "add", name, *_set(told), "--yes"]


def store_words(url: str, store: Json, account: str, **settings: str) -> list[str]:
    """Return the words of ``tomada …`` that connect a store and let its orders come in from now on.

    ``store`` is its state. Its authorisation code is what the merchant's browser would have come back with;
    given beforehand, nobody is asked anything.
    """
    told = {
        "api_address": f"{url}{store['api_path']}",
        "consumer_key": store["consumer_key"],
        "consumer_secret": store["consumer_secret"],
        "authorization": store["code"],
        **settings,
    }
    return ["store", "add", store["name"], "--erp", account, "--platform", PLATFORM, *_set(told), "--yes"]


def soap_store_words(url: str, store: Json, account: str, **settings: str) -> list[str]:
    """Return the words of ``tomada …`` that connect a store by its older web service; ``store`` is its state."""
    told = {
        "address": f"{url}/tray/{store['name']}",
        "store_id": store["id"],
        "login": store["webservice"]["login"],
        "password": store["webservice"]["password"],
        **settings,
    }
    return [
        "store",
        "add",
        store["name"],
        "--erp",
        account,
        "--platform",
        SOAP_PLATFORM,
        *_set(told),
        "--yes",
    ]


def files_store_words(
    name: str, exchange: Json, account: str, protocol: str = "ftp", **settings: str
) -> list[str]:
    """Return the words of ``tomada …`` that connect a store by its files; ``exchange`` is what its opening told."""
    told = {
        "server_url": exchange["addresses"][protocol],
        "user": exchange["user"],
        "password": exchange["password"],
        "host_key": exchange["host_key"],
        "ca_file": exchange["ca_file"],
        **settings,
    }
    return ["store", "add", name, "--erp", account, "--platform", FILES_PLATFORM, *_set(told), "--yes"]


def _set(settings: Mapping[str, str]) -> list[str]:
    return [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
