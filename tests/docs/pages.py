"""The Markdown files of the project, and what stands in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_FENCE = re.compile(r"^```(?P<language>\w*)(?P<more>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"\btitle=(\S+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the file that it is (``title=``), its text and its first line's number."""

    language: str
    title: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a console block with the output that the page shows, and the line where it stands."""

    text: str
    output: str
    line: int


def pages() -> list[Path]:
    """Every Markdown file that belongs to the project."""
    found = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("plugins/*/README.md")]
    return sorted(found)


def name(path: Path) -> str:
    """A page's path as a person writes it."""
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path) -> Iterator[Block]:
    """Every fenced block of a page."""
    text = path.read_text("utf-8")
    for found in _FENCE.finditer(text):
        title = _TITLE.search(found["more"])
        line = text.count("\n", 0, found.start()) + 2
        yield Block(found["language"], title[1] if title else "", found["text"], line)


def prose(path: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", path.read_text("utf-8"))


def commands(path: Path) -> Iterator[Command]:
    """Every command of the console blocks of a page; one that ends in a backslash goes on in the next line."""
    for block in blocks(path):
        if block.language == "console":
            yield from _commands(block)


def _commands(block: Block) -> Iterator[Command]:
    text, output, line = "", "", 0
    for number, row in enumerate(block.text.splitlines(keepends=True), block.line):
        if text.endswith("\\\n"):
            text += row
        elif row.startswith("$ "):
            if text:
                yield Command(_joined(text), output, line)
            text, output, line = row[2:], "", number
        else:
            output += row
    if text:
        yield Command(_joined(text), output, line)


def _joined(text: str) -> str:
    return re.sub(r"\s*\\\n\s*", " ", text).strip()
