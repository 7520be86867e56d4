"""File servers that others wrote in place of the sandbox's own; ``python -m tests.foreign`` starts them.

They serve the folders that the sandbox keeps for its stores, so a store's own side is driven as ever.
"""

import json
import os
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "TOMADA_TEST_FILE_SERVERS"
"""The environment variable with the file of how to reach them; without it the sandbox's servers serve."""
_OWN = ("trouble", "calm", "calls", "state")


def serving(opened: dict[str, Any]) -> dict[str, Any]:
    """Return how to reach a store's folder, of what the sandbox tells of it, and let the store's user in."""
    path = os.environ.get(VARIABLE)
    if not path:
        return opened
    told = json.loads(Path(path).read_text("utf-8"))
    users, passwords = Path(told.pop("users")), Path(told.pop("passwords"))
    folder, password = opened["folder"], opened["password"]
    user = f"u{sha256(folder.encode()).hexdigest()[:12]}"  # other sandboxes of this run have stores of the same name
    if f"\n{user}:" not in users.read_text("utf-8"):
        command = ["openssl", "passwd", "-6", "-stdin"]
        hashed = subprocess.run(command, input=password, capture_output=True, text=True, check=True).stdout
        _append(passwords, f"{user}:{password}:vsftpd")
        _append(users, f"{user}:{hashed.strip()}:0:0::{folder}:/bin/sh")
    return {**opened, **told, "user": user}


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def check(action: str) -> None:
    """Skip a test that asks for what only the sandbox's servers do: faults on demand, and a list of the calls."""
    if action in _OWN and os.environ.get(VARIABLE):
        pytest.skip(f"only the sandbox's own servers know {action!r}")
