"""``tomada store profile``: a sample of a store's files is looked at, and what it shows is applied when asked."""

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tests.ftp.bodies import order, table
from tomada.app.opening import opened, store_named
from tomada.ports.options import StoreOptions
from tomada.ports.records import StoreRecord, StoreState
from tomada_tray_ftp.dialect import PROFILES

Capture = pytest.CaptureFixture[str]
BRAZILIAN = {"profile": "br-planilha"}


@pytest.fixture
def files(home: Path, remotes: Remotes, capsys: Capture) -> Path:
    """The store ``loja``, which exchanges files and is not connected yet; returns the data folder."""
    assert here(capsys, "init")[0] == 0
    assert here(capsys, *remotes.erp_words())[0] == 0
    record = StoreRecord(0, "loja", "loja", "tray-ftp", 1, StoreState.DRAFT, StoreOptions(), {})
    with opened(home) as installation, installation.database.begin() as tx:
        tx.stores.save(record)
    return home


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rows = [*order(7001, data_pedido="2026-03-25"), *order(7002, total="#"), *order(7003)]
    made = tmp_path / "PED_1_20260310120000_000001.csv"
    made.write_bytes(table(rows, PROFILES["br-planilha"]))
    return made


def settings(home: Path) -> dict[str, object]:
    with opened(home) as installation:
        return dict(store_named(installation, "loja").settings)


def test_rows_problems_and_settings_are_shown_and_the_command_applies_them(
    files: Path, path: Path, capsys: Capture
) -> None:
    words = ("store", "profile", "loja", "--sample", str(path))
    code, out, err = here(capsys, *words)
    assert (code, err, settings(files)) == (1, "", {})
    lines = [line.split() for line in out.splitlines()]
    assert ["2", "7001", "2026-03-25T12:00:00-03:00"] in [line[:3] for line in lines]
    assert ["3", "total", "E21"] in [line[:3] for line in lines]
    assert "2 of 2 rows that can be understood." in out
    command = out.splitlines()[-1].partition("tomada ")[2]
    assert here(capsys, *shlex.split(command))[0] == 0
    assert settings(files) == BRAZILIAN
    code, out, err = here(capsys, *words)
    assert "The store's settings fit the file." in out


def test_json_and_apply(files: Path, path: Path, capsys: Capture) -> None:
    words = ("store", "profile", "loja", "--sample", str(path), "--rows", "1", "--apply", "--json")
    code, out, _err = here(capsys, *words)
    sample = json.loads(out)["sample"]
    assert (code, sample["store"], sample["file"], sample["applied"]) == (1, "loja", path.name, True)
    assert [(one["name"], one["value"]) for one in sample["settings"]] == [("profile", "br-planilha")]
    assert (len(sample["rows"]), sample["rows_read"], sample["problems_found"]) == (1, 2, 1)
    assert [(one["line"], one["column"], one["code"]) for one in sample["problems"]] == [(3, "total", "E21")]
    assert settings(files) == BRAZILIAN


def test_what_is_no_file_and_a_platform_that_reads_none(
    files: Path, path: Path, remotes: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    code, out, err = here(capsys, "store", "profile", "loja", "--sample", str(tmp_path))
    assert (code, out, str(tmp_path) in err) == (2, "", True)
    record = StoreRecord(0, "outra", "outra", "tray-rest", 1, StoreState.DRAFT, StoreOptions(), {})
    with opened(files) as installation, installation.database.begin() as tx:
        tx.stores.save(record)
    code, out, err = here(capsys, "store", "profile", "outra", "--sample", str(path))
    assert (code, out, "reads no files" in err) == (3, "", True)
