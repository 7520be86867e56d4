"""Who acts, for the audit (X4)."""

import getpass


def actor() -> str:
    """Return ``person:<login name>`` of whoever runs this process."""
    try:
        return f"person:{getpass.getuser()}"
    except (OSError, KeyError):  # a container may have a user id without a name
        return "person"
