"""Sentences that users read, in the user's language (gettext; English in the code, Portuguese complete).

A package keeps its own catalogue in ``<package>/locale/<language>/LC_MESSAGES/<package>.mo``;
``translator("my_package")`` gives its ``_``. The language is chosen once per process, by ``use``.
"""

import gettext
import os
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

LANGUAGES = ("en", "pt_BR")

_language = "en"


def use(language: str | None) -> str:
    """Choose the language of this process and return it.

    ``language`` is what ``--lang`` was given (``pt``, ``pt_BR``, ``en``); without it, ``LC_ALL``, ``LC_MESSAGES``
    and ``LANG`` decide. Anything that is not Portuguese is shown in English.
    """
    global _language
    wanted = (
        language
        or os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or "en"
    )
    _language = "pt_BR" if wanted.lower().startswith("pt") else "en"
    return _language


def current() -> str:
    """Return the language of this process: ``en`` or ``pt_BR``."""
    return _language


@lru_cache
def _catalogue(package: str, language: str) -> gettext.NullTranslations:
    spec = find_spec(package)
    folder = Path(spec.origin).parent / "locale" if spec and spec.origin else None
    return gettext.translation(package, folder, [language], fallback=True)


def translator(package: str) -> Callable[[str], str]:
    """Return the ``_`` of a package: it looks its sentence up at the time of the call."""

    def translate(sentence: str) -> str:
        return _catalogue(package, _language).gettext(sentence)

    return translate


_ = translator("tomada")


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "mark now, translate when shown"
    """Mark a sentence for translation without translating it yet."""
    return sentence
