"""The demo as a user runs it: in Portuguese, in JSON, with a small data set and with the real one.

It checks itself on both sides; these tests check that it says so, and what it counted.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.demo.datasets import REAL, written

SECONDS = 240


def demo(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    own = {name: text for name, text in os.environ.items() if not name.startswith("TOMADA_")}
    return subprocess.run(
        [sys.executable, "-m", "tomada", "demo", *words],
        env={**own, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "TMPDIR": str(folder), "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
    )


def counted(folder: Path, *words: str) -> dict[str, Any]:
    done = demo(folder, "--json", *words)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["schema_version"] == 1
    assert found["checks"]["wrong"] == []
    assert found["checks"]["passed"] > 0
    return found


def left_in(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir() if one.name.startswith("tomada-demo-")]


def test_in_portuguese_it_ends_with_tables_of_both_sides(tmp_path: Path) -> None:
    """O1, O2, D1, D3, O7, C2: each by an order of the story; nothing of it is left behind."""
    done = demo(tmp_path, "--lang", "pt")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    rows = [line.split() for line in done.stdout.splitlines()]
    assert "Os pedidos dos dois lados" in done.stdout
    assert "Uma loja antiga, por SOAP" in done.stdout
    assert "Uma loja que troca arquivos" in done.stdout
    assert {"$", "tomada", "sync", "--all"} <= {word for row in rows for word in row}
    (kit,) = [line for line in done.stdout.splitlines() if "um kit" in line and "89,90" in line]
    assert kit.split()[:2] == ["cafe", "1005"]
    (created,) = [row for row in rows if row[:3] == ["Tiny:", "pedidos", "criados"]]
    assert created[3:] == ["0", "0", "7", "2", "1", "0", "1", "0"]
    (statuses,) = [row for row in rows if row[:3] == ["Tiny:", "situações", "alteradas"]]
    assert statuses[3:] == ["0", "0", "0", "0", "4", "0", "0", "0"]
    (invoices,) = [row for row in rows if row[:3] == ["Tray:", "notas", "fiscais"]]
    assert invoices[4:] == ["0", "0", "0", "0", "0", "0", "1", "0"]
    assert "verificações dos dois lados conferem" in done.stdout
    assert left_in(tmp_path) == []


def test_a_small_data_set_ends_in_its_classes(tmp_path: Path) -> None:
    found = counted(tmp_path, "--olist", str(written(tmp_path / "data")))
    assert found["orders"] == 6
    assert [(one["state"], one["reason"], one["orders"]) for one in found["classes"]] == [
        ("created", "", 3),
        ("ignored", "no_items", 2),
        ("ignored", "cancelled_before_import", 1),
    ]
    assert found["payments_differ"] == {"orders": 1, "named": 1}
    assert found["passes"]["first"]["requests"]["creates"] == 3
    assert {kind: n for kind, n in found["passes"]["again"]["requests"].items() if n} == {"lists": 1}
    assert left_in(tmp_path) == []


@pytest.mark.skipif(not (REAL / "orders.csv.gz").is_file(), reason="Olist's data are not beside the checkout")
def test_real_orders_end_in_one_class_each(tmp_path: Path) -> None:
    found = counted(tmp_path, "--olist", str(REAL), "--limit", "250")
    assert sum(one["orders"] for one in found["classes"]) == found["orders"] == 250
    requests = found["passes"]["again"]["requests"]
    assert {kind for kind, number in requests.items() if number} == {"lists"}


def test_data_that_are_not_there_are_said(tmp_path: Path) -> None:
    done = demo(tmp_path, "--olist", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "orders.csv.gz" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_limit_needs_the_data(tmp_path: Path) -> None:
    assert demo(tmp_path, "--limit", "5").returncode == 2
