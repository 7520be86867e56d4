"""Balances from Tiny to Tray, then again unchanged: Tomada beside a plain script, in turn, in one sandbox.

Both sides are linked beforehand, which is not measured. Every balance differs, so the first run writes each once.
"""

from benchmarks import sides
from benchmarks.places import place
from benchmarks.sides import Pass, Script, Tomada, claims

__all__ = ["claims", "measure", "show"]


def measure(balances: int) -> list[Pass]:
    """Run both over so many balances and those of the catalogue that every sandbox has, twice each."""
    with place() as where:
        script, tomada = Script(where, "benchmarks.balances_script"), Tomada(where)
        for side in (script, tomada):
            where.stock_products(side.name, balances)
        script.runs("linking", "--link")
        where.tomada("links", "match", tomada.name)
        where.tomada("erp", "set", tomada.account["name"], "product_reads=0")  # the script knows no kits
        script.forget()
        tomada.forget()
        passes = []
        for what in ("first", "again"):
            # the yes to the first plan (S7): the script asks nobody
            passes += [script.runs(what), tomada.runs(what, "stock", "--yes")]
        return passes


def show(passes: list[Pass]) -> None:
    """Print the table."""
    sides.show(passes, f"{passes[1].writes} balances, from Tiny to Tray")
