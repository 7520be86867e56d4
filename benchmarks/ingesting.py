"""``python -m benchmarks.ingesting REPORT STORE``: reads a store's orders and commits them, as every sync begins.

Nothing goes to the ERP and nothing is confirmed. What was committed is left in the file REPORT, see ``counted``.
"""

import sys
from pathlib import Path

from benchmarks.counted import commits_counted
from tomada.bootstrap import Installation, Places
from tomada.flows.orders.ingest import ingest_orders
from tomada.ports.runner import ProgressNote


def main(report: Path, name: str) -> None:
    with commits_counted(report) as counted:
        installation = Installation(Places())
        with installation.database.read() as tx:
            store = tx.stores.by_name(name)
        assert store, "it was added before"
        with installation.reading(store, "bench", _quiet) as ctx:
            ingest_orders(ctx)
        counted["orders"] = ctx.counts["seen"]
        installation.close()


def _quiet(_note: ProgressNote) -> None:
    """Show no progress."""


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
