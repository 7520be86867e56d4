"""``python -m tests.kill.seeded HOME AT FLOW...``: a sync of all stores that is killed at a boundary.

It syncs flow by flow, as ``tomada sync --all`` does, and sends itself SIGKILL at the boundary with the number AT; what
comes to its end before that prints the number of boundaries that it met.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from tests.e2e.stage import quiet
from tests.kill.rest import MovingClock
from tests.kill.running import ROOT
from tomada.bootstrap import Installation, Places
from tomada.transport.clock import ENVIRONMENT
from tomada_sandbox.clock import VirtualClock


def killed_sync(home: Path, at: int, flows: Sequence[str]) -> bool:
    """Sync in a process that dies at this boundary; return whether it did, or ended well before."""
    command = [sys.executable, "-m", "tests.kill.seeded", str(home), str(at), *flows]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr[-4000:]
    return ended.returncode != 0


def main(home: Path, at: int, flows: Sequence[str]) -> None:
    """Sync until the boundary."""
    numbers = count(1)

    def boundary(_name: str) -> None:
        if next(numbers) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    installation = Installation(Places(home), boundary)
    installation.clock = MovingClock(VirtualClock(Path(os.environ[ENVIRONMENT])))
    with installation.database.read() as tx:
        names = [store.name for store in tx.stores.all()]
    began = installation.now()
    for flow in flows:
        for name in names:
            installation.runner.run(name, (flow,), "test", quiet, began_at=began)
    installation.close()
    print(next(numbers) - 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
