"""``tomada db upgrade``: from which version to which."""

import json
from pathlib import Path

import pytest

from tests.cli.running import here
from tomada.storage.version import HEAD

Capture = pytest.CaptureFixture[str]


def test_repeated_it_changes_nothing(home: Path, capsys: Capture) -> None:
    assert here(capsys, "init")[0] == 0
    assert here(capsys, "db", "upgrade") == (0, f"The database has version {HEAD} already.\n", "")
    found = json.loads(here(capsys, "db", "upgrade", "--json")[1])
    assert found == {"schema_version": 1, "before": HEAD, "after": HEAD}


def test_an_empty_database_is_brought_to_our_version(home: Path, capsys: Capture) -> None:
    assert here(capsys, "init")[0] == 0
    (home / "tomada.db").write_bytes(b"")
    assert here(capsys, "db", "upgrade")[1] == f"The database went from version 0 to {HEAD}.\n"
    assert here(capsys, "store", "list")[0] == 0


def test_without_a_database_it_says_what_to_do(home: Path, capsys: Capture) -> None:
    code, out, err = here(capsys, "db", "upgrade")
    assert (code, out) == (2, "")
    assert "Run: tomada init" in err
    assert not home.exists()
