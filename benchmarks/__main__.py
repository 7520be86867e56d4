"""``python -m benchmarks``: measures, prints the tables and at last one line for each claim."""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from benchmarks import balances, catalogue, files, modalities, orders, quota, startup
from benchmarks.claims import Claim

SCHEMA_VERSION = 1


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description="How fast, small and thrifty Tomada is.")
    parser.add_argument("--orders", type=_positive, default=10_000, help="orders to bring in (10000)")
    parser.add_argument("--balances", type=_positive, default=10_000, help="balances to send (10000)")
    parser.add_argument("--products", type=_positive, default=5_000, help="products to create (5000)")
    parser.add_argument(
        "--reads", type=_positive, default=1_000, help="orders to read over REST and SOAP (1000)"
    )
    parser.add_argument("--in-file", type=_positive, default=100_000, help="orders in one file (100000)")
    parser.add_argument("--windows", type=_positive, default=20, help="windows of a quota to fill (20)")
    parser.add_argument("--starts", type=_positive, default=9, help="starts of each command (9)")
    parser.add_argument(
        "--only",
        choices=("startup", "orders", "files", "modalities", "balances", "catalogue", "quota"),
        help="one subject alone",
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    told = parser.parse_args()

    subjects: dict[str, tuple[Any, Callable[[], list[Any]]]] = {
        "startup": (startup, lambda: startup.measure(told.starts)),
        "orders": (orders, lambda: orders.measure(told.orders)),
        "files": (files, lambda: files.measure(told.in_file)),
        "modalities": (modalities, lambda: modalities.measure(told.reads)),
        "balances": (balances, lambda: balances.measure(told.balances)),
        "catalogue": (catalogue, lambda: catalogue.measure(told.products)),
        "quota": (quota, lambda: quota.measure(told.windows)),
    }
    began = time.monotonic()
    figures: dict[str, list[dict[str, object]]] = {}
    claims: list[Claim] = []
    for name, (subject, measure) in subjects.items():
        if told.only not in (None, name):
            continue
        measured = measure()
        figures[name] = [asdict(each) for each in measured]
        claims += subject.claims(measured)
        if not told.json:
            subject.show(measured)
    if told.json:
        machine = {"python": platform.python_version(), "system": platform.system(), "cpus": os.cpu_count()}
        judged = [asdict(claim) for claim in claims]
        print(
            json.dumps(
                {"schema_version": SCHEMA_VERSION, "machine": machine, **figures, "claims": judged}, indent=2
            )
        )
        return
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} CPUs, {time.monotonic() - began:.0f} s")
    print(*claims, sep="\n")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    main()
