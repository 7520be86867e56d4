"""Writes the generated parts of the documentation: ``docs/reference``, and what the matrix says on other pages.

``--check`` changes nothing and fails when one of them is not what the code says.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from generators import capabilities, cli, errors, holds, hooks, merchants, rules, settings

from tomada.i18n import use
from tomada.spi.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs/reference"
PAGES: dict[Path, Callable[[], str]] = {
    REFERENCE / "capabilities.md": capabilities.page,
    REFERENCE / "hooks.md": hooks.page,
    REFERENCE / "cli.md": cli.page,
    REFERENCE / "settings.md": settings.page,
    REFERENCE / "holds.md": holds.page,
    REFERENCE / "errors.md": errors.page,
    REFERENCE / "rules.md": rules.page,
}
README = ROOT / "README.md"
MERCHANTS = ROOT / "docs/recursos"
BEGIN, END = "<!-- begin generated: matrix -->\n", "<!-- end generated: matrix -->\n"


def main(arguments: list[str]) -> int:
    """Write or check every part; returns 1 when a check finds one out of date."""
    use("en")
    stale = {path: text for path, text in parts().items() if _read(path) != text}
    for path, text in stale.items():
        if "--check" in arguments:
            print(f"{path.relative_to(ROOT)} is not up to date; run: make docs", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            print(f"wrote {path.relative_to(ROOT)}", file=sys.stderr)
    return 1 if stale and "--check" in arguments else 0


def parts() -> dict[Path, str]:
    """Return every generated file with its text."""
    texts = {path: page() for path, page in PAGES.items()}
    texts[README] = with_matrix(_read(README), capabilities.matrix_block())
    texts[MERCHANTS / "README.md"] = with_matrix(_read(MERCHANTS / "README.md"), merchants.block())
    for one in CATALOGUE:
        path = MERCHANTS / f"{one.id}.md"
        texts[path] = merchants.with_modalities(_read(path), one.id)
    return texts


def with_matrix(page: str, matrix: str) -> str:
    """Return a page with the matrix between its markers."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    assert begin
    assert end
    return f"{before}{begin}\n{matrix}\n{end}{after}"


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
