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
        raise UnavailableError(
            "only root may fetch packages, and start servers that let a user into a folder only"
        )
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


def libraries(folder: Path) -> Path:
    """Return the folder of the unpacked packages' libraries."""
    return next((folder / "usr/lib").glob("*-linux-gnu*"))


def library_path(folder: Path) -> str:
    """Return where the unpacked programs find the unpacked libraries: a value of ``LD_LIBRARY_PATH``."""
    found = libraries(folder)
    return f"{folder}/lib/{found.name}:{found}"


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
