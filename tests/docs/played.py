"""The pages whose commands are typed by a test, each with the terminal that it needs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from tests.docs.pages import DOCS
from tests.docs.session import Session, beside_the_sandbox, with_a_platform

ADD_A_PLATFORM = DOCS / "tutorials/add-a-platform.md"

PLAYED: dict[Path, Callable[[Path], AbstractContextManager[Session]]] = {
    DOCS / "tutorials/first-sync.md": partial(beside_the_sandbox, home="/tmp/tomada-first"),
    DOCS / "how-to/drive-the-sandbox.md": partial(beside_the_sandbox, home="/tmp/tomada-first"),
    DOCS / "reference/json.md": partial(beside_the_sandbox, home="/home/ana/.local/share/tomada"),
    ADD_A_PLATFORM: partial(with_a_platform, page=ADD_A_PLATFORM, home="/tmp/tomada-quitanda"),
}
