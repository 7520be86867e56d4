"""Every test speaks English unless it says otherwise, and leaves the process's language as it was."""

import gettext
import logging
from collections.abc import Iterator

import pytest

from tomada import i18n


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before, domain, root = i18n.current(), gettext.textdomain(), logging.getLogger()
    handlers = list(root.handlers)
    for name in ("LC_ALL", "LC_MESSAGES", "TOMADA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en")
    yield
    root.handlers = handlers
    gettext.textdomain(domain)
    i18n.use(before)
