"""Orders from Tray into Tiny, then again unchanged: Tomada beside the plain script, in turn, in one sandbox."""

from benchmarks import sides
from benchmarks.places import place
from benchmarks.sides import Pass, Script, Tomada, claims

__all__ = ["claims", "measure", "show"]


def measure(orders: int) -> list[Pass]:
    """Run both over so many orders, twice each."""
    with place() as where:
        script, tomada = Script(where, "benchmarks.script"), Tomada(where)
        for side in (script, tomada):
            where.place_orders(side.name, orders)
        where.pass_an_hour()
        passes = []
        for what in ("first", "again"):
            passes += [script.runs(what), tomada.runs(what, "orders")]
        return passes


def show(passes: list[Pass]) -> None:
    """Print the table."""
    sides.show(passes, f"{passes[1].writes} orders of 3 items, from Tray into Tiny")
