"""The goods of a store and of its account, as commands send them and as both sides show them."""

import json
from typing import Any

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]
BONE = {
    "sku": "BONE",
    "name": "Boné",
    "price": "39.90",
    "variations": [
        {"sku": f"BONE-{size}", "grid": {"Tamanho": size}, "stock": 4} for size in ("P", "M", "G")
    ],
    "images": ["https://fotos.example/bone.jpg"],
}


def told(capsys: Capture, *words: str) -> Any:
    """Run a command that must end well, with ``--json``, and return what it says."""
    code, out, err = here(capsys, *words, "--json")
    assert code == 0, (out, err)
    return json.loads(out)


def store_state(shop: Remotes, name: str = "loja") -> dict[str, Any]:
    return dict(shop.sandbox.state_of("tray", f"{shop.prefix}{name}"))


def balances(shop: Remotes, name: str = "loja") -> dict[str, int]:
    """SKU → the number that the store shows."""
    parts = [part for one in store_state(shop, name)["products"] for part in one["variants"] or [one]]
    return {part["sku"]: part["stock"] for part in parts if part["sku"]}


def clerk(shop: Remotes, action: str, **details: Any) -> None:
    shop.sandbox.clerk(f"{shop.prefix}conta", action, **details)


def writes(shop: Remotes, since: int, name: str = "loja") -> list[str]:
    """The writes that the store was asked for after an event of the journal."""
    entries = shop.sandbox.journal(since=since, remote=f"tray/{shop.prefix}{name}")
    return [one["endpoint"] for one in entries if one["event"] == "received" and one.get("method") != "GET"]


IN_ERP = {
    "CAN-AZUL": 25,
    "CHA-CAMOMILA": 60,
    "LIVRO-RECEITAS": 8,
    "VELA-BAUNILHA": 40,
    "TOALHA-ROSTO": 15,
    "CAN-AZUL-G": 12,
    "CAMISETA-P-BR": 7,
    "CAMISETA-M-BR": 9,
    "CAMISETA-G-PR": 4,
    "KIT-CHA": 12,
}
"""What may be sold of each SKU that both sides have; of the kit what two cups and a tea each make of them."""
