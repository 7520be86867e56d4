"""Brings the catalogues of sentences up to date with the code: extract, merge, compile.

``python docs/messages.py`` rewrites ``locale/pt_BR/LC_MESSAGES/<package>.po`` and ``.mo`` of each package and
says what is not translated yet. ``--check`` changes nothing and fails on a sentence that is missing, obsolete
or fuzzy, on placeholders that differ between the languages, and on a ``.mo`` that is not of its ``.po``.
"""

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "tomada": ROOT / "core/tomada",
    "tomada_tray_rest": ROOT / "plugins/rest/src/tomada_tray_rest",
    "tomada_tray_soap": ROOT / "plugins/soap/src/tomada_tray_soap",
    "tomada_tray_ftp": ROOT / "plugins/ftp/src/tomada_tray_ftp",
    "tomada_sandbox": ROOT / "plugins/sandbox/src/tomada_sandbox",
}
LANGUAGE = "pt_BR"
KEYWORDS: dict[str, Any] = {"_": None, "N_": None}
HEADERS = [
    ("Content-Type", "text/plain; charset=UTF-8"),
    ("Language", LANGUAGE),
    ("Plural-Forms", "nplurals=2; plural=(n > 1);"),
]

Places = dict[str, list[tuple[str, int]]]


class SteadyCatalog(Catalog):
    """A catalogue whose header holds no date and no tool's version: equal sentences give equal files."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header."""
        return HEADERS

    @mime_headers.setter
    def mime_headers(self, value: object) -> None:
        """Keep ours."""


def main(arguments: list[str]) -> int:
    """Update or check all catalogues; returns 1 when something is wrong."""
    found = list(problems(write="--check" not in arguments))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


def problems(*, write: bool) -> Iterator[str]:
    """Yield what is wrong with the catalogues; with ``write`` they are brought up to date first."""
    for package, folder in PACKAGES.items():
        sentences = extracted(folder)
        if sentences:
            yield from _problems_of(package, folder, sentences, write=write)
    yield from _problems_of_click(write=write)


def extracted(folder: Path) -> Places:
    """Return the sentences of a package with the places where they are used."""
    found: Places = {}
    for name, line, sentence, _comments, _context in extract_from_dir(folder, keywords=KEYWORDS):
        assert isinstance(sentence, str)
        found.setdefault(sentence, []).append((name, line))
    return found


def placeholders(sentence: str) -> set[str]:
    """Return the names between braces; a sentence that is no format has none."""
    try:
        return {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name is not None}
    except ValueError:
        return set()


def differ(sentence: str, translation: object) -> bool:
    """Tell whether a translation fills in other values than its sentence."""
    return placeholders(sentence) != placeholders(str(translation))


def _problems_of(package: str, folder: Path, sentences: Places, *, write: bool) -> Iterator[str]:
    po = folder / "locale" / LANGUAGE / "LC_MESSAGES" / f"{package}.po"
    before = _read(po)
    catalogue = SteadyCatalog(locale=LANGUAGE)
    for sentence, places in sentences.items():
        known = before.get(sentence)
        translation = known.string if known and not known.fuzzy else ""
        catalogue.add(sentence, translation, locations=places)
        if not translation:
            yield f"{package}: not translated: {sentence!r}"
        elif differ(sentence, translation):
            yield f"{package}: other placeholders in the translation of {sentence!r}"
    yield from _settle(po, _po_text(package, catalogue), write=write)
    yield from _settle(po.with_suffix(".mo"), _mo_bytes(catalogue), write=write)


def _problems_of_click(*, write: bool) -> Iterator[str]:
    """The texts of click are kept by hand; each must be one that click really has."""
    po = PACKAGES["tomada"] / "locale" / LANGUAGE / "LC_MESSAGES" / "click.po"
    catalogue = SteadyCatalog(locale=LANGUAGE)
    source = "".join(path.read_text("utf-8") for path in sorted(_folder_of("click").glob("*.py")))
    for message in _read(po):
        if not message.id:
            continue
        sentences = [message.id] if isinstance(message.id, str) else list(message.id)
        translations = [message.string] if isinstance(message.string, str) else list(message.string or ())
        catalogue.add(message.id, message.string)
        for sentence, translation in zip(sentences, translations, strict=True):
            if f'"{sentence}"' not in source:
                yield f"click has no such text: {sentence!r}"
            if differ(sentence, translation):
                yield f"click: other placeholders in the translation of {sentence!r}"
    yield from _settle(po.with_suffix(".mo"), _mo_bytes(catalogue), write=write)


def _settle(path: Path, content: bytes, *, write: bool) -> Iterator[str]:
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    elif not path.exists() or path.read_bytes() != content:
        yield f"{path.relative_to(ROOT)} is not up to date; run: make messages"


def _read(po: Path) -> Catalog:
    if not po.exists():
        return Catalog(locale=LANGUAGE)
    with po.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def _po_text(package: str, catalogue: Catalog) -> bytes:
    body = BytesIO()
    write_po(body, catalogue, width=100, sort_output=True, omit_header=True, include_lineno=False)
    lines = [f"# Brazilian Portuguese of {package}.", 'msgid ""', 'msgstr ""']
    lines += [f'"{name}: {value}\\n"' for name, value in HEADERS]
    return "\n".join(lines).encode() + b"\n\n" + body.getvalue().strip() + b"\n"


def _mo_bytes(catalogue: Catalog) -> bytes:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
