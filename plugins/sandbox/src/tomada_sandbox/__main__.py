"""``python -m tomada_sandbox``: the sandbox as a process of its own."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from tomada_sandbox.clock import ENVIRONMENT
from tomada_sandbox.server import SandboxServer


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM, SIGINT or, if asked, the end of standard input."""
    parser = argparse.ArgumentParser(prog="tomada_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--ready-file", type=Path, help="written when requests are answered: {url, pid, clock}"
    )
    parser.add_argument("--clock", default=os.environ.get(ENVIRONMENT), help="file of the virtual clock")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop when standard input ends")
    options = parser.parse_args(arguments)

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with SandboxServer(options.clock, options.port) as sandbox:
        ready = json.dumps({"url": sandbox.url, "pid": os.getpid(), "clock": options.clock})
        sys.stdout.write(ready + "\n")
        sys.stdout.flush()
        if options.ready_file:
            _write_whole(options.ready_file, ready)
        if options.until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=(stopped,), daemon=True).start()
        stopped.wait()
    return 0


def _write_whole(path: Path, text: str) -> None:
    # A reader that polls for the file must never see half of it.
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.replace(path)


def _watch_stdin(stopped: threading.Event) -> None:
    for _ in sys.stdin:
        pass
    stopped.set()


if __name__ == "__main__":
    sys.exit(main())
