"""Entry points found without ``importlib.metadata``, wherever and however distributions are installed."""

import sys
from pathlib import Path
from subprocess import run

import pytest

import tomada.errors
from tomada.host.discovery import EXTENSIONS, PLATFORMS, Status, find, load_extensions

CORE = Path(tomada.errors.__file__).parent.parent


def dist_info(folder: Path, name: str, entry_points: str | None) -> None:
    info = folder / f"{name}.dist-info"
    info.mkdir(parents=True)
    if entry_points is not None:
        (info / "entry_points.txt").write_text(entry_points, "utf-8")


def test_entry_points_of_the_group_are_found_and_sorted(tmp_path: Path) -> None:
    dist_info(
        tmp_path,
        "Tomada_Zeta.Shop-1.0rc1+local",
        "[console_scripts]\nx = y:z\n\n[ tomada.platforms ]\n# a comment\n; another\n"
        "zeta=m : plugin.inner [extra]\n b = m\n",
    )
    dist_info(
        tmp_path, "alpha-2.0", "[tomada.platforms]\nb = alpha:plugin\n[tomada.extensions]\nsandbox = s:cli\n"
    )
    dist_info(tmp_path, "none-1.0", None)

    found = [(entry.name, entry.distribution, entry.version) for entry in find(PLATFORMS, [str(tmp_path)])]

    assert found == [
        ("b", "alpha", "2.0"),
        ("b", "tomada-zeta-shop", "1.0rc1+local"),
        ("zeta", "tomada-zeta-shop", "1.0rc1+local"),
    ]
    assert [entry.name for entry in find(EXTENSIONS, [str(tmp_path)])] == ["sandbox"]


def test_the_first_copy_of_a_distribution_on_the_path_counts(tmp_path: Path) -> None:
    dist_info(tmp_path / "a", "shop-1.0", "[tomada.platforms]\nold = m\n")
    dist_info(tmp_path / "b", "shop-2.0", "[tomada.platforms]\nnew = m\n")

    found = find(PLATFORMS, [str(tmp_path / "b"), str(tmp_path / "a"), str(tmp_path / "b")])

    assert [(entry.name, entry.version) for entry in found] == [("new", "2.0")]


def test_odd_folders_on_the_path_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "archive.zip").write_bytes(b"PK")
    (tmp_path / "odd-1.dist-info").write_text("a file, not a folder")
    dist_info(tmp_path, "binary-1.0", None)
    (tmp_path / "binary-1.0.dist-info" / "entry_points.txt").write_bytes(b"\xff\xfe[tomada.platforms]\n\xff")

    assert find(PLATFORMS, [str(tmp_path), str(tmp_path / "archive.zip"), str(tmp_path / "missing")]) == []


def test_an_editable_install_has_its_metadata_and_its_code_in_different_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dist_info(
        tmp_path / "site", "edited-1.0", "[tomada.extensions]\nedited = edited_host_sample:group.inner\n"
    )
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "edited_host_sample.py").write_text("class group:\n    inner = 'found'\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "site"), str(tmp_path / "src")])

    loaded, statuses = load_extensions()

    assert ("edited", "found") in loaded
    assert [status.status for status in statuses if status.id == "edited"] == [Status.ACTIVE]


def test_a_broken_extension_is_reported_and_the_others_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dist_info(tmp_path, "bad-1.0", "[tomada.extensions]\nbad = nowhere_at_all:cli\nworse =\n")
    dist_info(tmp_path, "good-1.0", "[tomada.extensions]\ngood = json:dumps\nwrong = json:nothing\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    loaded, statuses = load_extensions()

    reasons = {status.id: status.reason for status in statuses}
    assert {"good", "bad", "worse", "wrong"} & {name for name, _object in loaded} == {"good"}
    assert "No module named 'nowhere_at_all'" in reasons["bad"]
    assert "ValueError" in reasons["worse"]
    assert "AttributeError" in reasons["wrong"]


def imported(code: str, *heavy: str) -> list[str]:
    """Run code in a new process and return which of these modules it imported."""
    code += f"\nimport sys\nprint(*[name for name in {heavy!r} if name in sys.modules])"
    done = run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(CORE)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_discovery_imports_nothing_heavy() -> None:
    """Start-up is a feature: finding plugins costs no library."""
    code = "from tomada.host.discovery import find; find('tomada.platforms')"
    assert imported(code, "pydantic", "pluggy", "httpx", "sqlalchemy", "importlib.metadata") == []


def test_the_matrix_imports_no_transport() -> None:
    code = (
        "from tomada.host.registry import Registry; from tomada.host.matrix import matrix;"
        "import tomada.host.gateway; matrix(Registry([]), frozenset())"
    )
    assert imported(code, "httpx", "sqlalchemy", "zeep", "paramiko") == []
