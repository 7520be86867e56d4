"""A web service that nuSOAP speaks, in place of the sandbox's own; ``python -m tests.foreign`` starts it.

It asks the sandbox's store what a call does, so a store's own side is driven as ever.
"""

import os
from typing import Any
from urllib.parse import urlsplit

import pytest

VARIABLE = "TOMADA_TEST_WEB_SERVICE"
"""The environment variable with its address; without it the sandbox's web service serves."""
_OWN = {"mishap": None, "refusal": "fault", "namespace": "urn", "bare_body": False, "plain_address": False}
"""Switches of how the sandbox's web service speaks, as nuSOAP leaves them; the others are of what it says."""


def serving(sandbox: str) -> str:
    """Return the address below which the stores of the sandbox at this address are reached."""
    told = os.environ.get(VARIABLE)
    return f"{told}/{urlsplit(sandbox).port}" if told else sandbox


def check(**switches: Any) -> None:
    """Skip a test that asks for a manner of speaking that only the sandbox has."""
    for name, value in switches.items():
        if name in _OWN and value != _OWN[name]:
            only_own(f"speaks as {name!r} says")


def only_own(what: str) -> None:
    """Skip the rest of a test that only the sandbox's own web service passes."""
    if os.environ.get(VARIABLE):
        pytest.skip(f"only the sandbox's own web service {what}")
