"""A store as commands print it."""

import shlex

from tomada.app.connecting import ListedCode
from tomada.i18n import _
from tomada.ports.records import StoreRecord, StoreState


def entry_of(store: StoreRecord) -> dict[str, object]:
    """Return the JSON of a store, without its settings."""
    return {
        "name": store.name,
        "platform": store.platform,
        "mark": store.label,
        "state": store.state,
        "setup_step": store.setup_step,
        "since": store.since,
        "lacks": store.lacks,
    }


def map_command(store: StoreRecord, code: ListedCode) -> str:
    """Return the command that says what a code is in the ERP."""
    return f"tomada map set {shlex.quote(store.name)} {code.kind} {shlex.quote(code.code)} " + _("VALUE")


def state_word(state: StoreState) -> str:
    """Return a store's state as people read it."""
    words = {
        StoreState.DRAFT: _("not set up"),
        StoreState.ACTIVE: _("active"),
        StoreState.PAUSED: _("paused"),
    }
    return words[state]
