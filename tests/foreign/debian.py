"""Packages of Debian, unpacked into a folder: nothing is installed, so nothing starts by itself and all goes again."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_SECONDS = 300


class UnavailableError(Exception):
    """Why the packages are not to be had here."""


def unpacked(sets: Sequence[Sequence[str]], folder: Path) -> dict[str, str]:
    """Unpack packages with what they depend on and this machine lacks; return the versions by name.

    A set may conflict with another one, as packages that are installed would. Raises ``UnavailableError``.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise UnavailableError("the servers come as packages of Debian, and this machine has no apt-get")
    if os.geteuid() != 0:
        raise UnavailableError("the servers must be started by root, to let a user into a folder only")
    archives = folder / "archives"
    (archives / "partial").mkdir(parents=True)
    for packages in sets:
        if not _fetched(packages, archives):
            _run("apt-get", "update", "-qq")
            if not _fetched(packages, archives):
                raise UnavailableError(f"apt-get found no {', no '.join(packages)}")
    versions = {}
    for archive in sorted(archives.glob("*.deb")):
        _run("dpkg-deb", "--extract", str(archive), str(folder))
        name, version, _architecture = archive.stem.split("_")
        versions[name] = version.replace("%3a", ":")
    shutil.rmtree(archives)
    return versions


def _fetched(packages: Sequence[str], archives: Path) -> bool:
    options = ("-qq", "-y", "--no-install-recommends", "--reinstall", "--download-only")
    _run("apt-get", "install", *options, "-o", f"Dir::Cache::archives={archives}", *packages)
    found = {archive.name.partition("_")[0] for archive in archives.glob("*.deb")}
    return found.issuperset(packages)


def _run(*command: str) -> None:
    try:
        subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"{command[0]} did not end within {_SECONDS} seconds") from None
