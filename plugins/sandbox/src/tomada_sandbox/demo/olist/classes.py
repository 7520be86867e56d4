"""What became of each order: the classes that Tomada tells, and those that the data call for."""

from collections import Counter
from dataclasses import dataclass

from tomada_sandbox.client import Json
from tomada_sandbox.demo.checks import Checks, by_origin
from tomada_sandbox.demo.olist.data import CANCELLED, DataSet, Sale
from tomada_sandbox.demo.olist.orders import FIRST_NUMBER

CREATED = ("created", "")


@dataclass(frozen=True, slots=True)
class Told:
    """What Tomada tells of one order."""

    state: str
    reason: str
    sentence: str


def wanted_of(sale: Sale) -> tuple[str, str]:
    """Return (state, reason) that an order of the data must end in."""
    if not sale.items:
        return "ignored", "no_items"
    return ("ignored", "cancelled_before_import") if sale.status == CANCELLED else CREATED


def named(data: DataSet) -> int:
    """Return how many orders come in with payments that differ from their total: they are named (M3)."""
    return sum(sale.comes_in and sale.payments_differ for sale in data.sales)


def told_of(orders: list[Json]) -> dict[str, Told]:
    """Return what ``tomada orders list --json`` tells, by the number at the store."""
    return {order["order"]: Told(order["state"], order["reason"], order["why"]) for order in orders}


def counted(told: dict[str, Told]) -> list[tuple[Told, int]]:
    """Return the classes with their sizes, the largest first."""
    return Counter(told.values()).most_common()


def check(checks: Checks, data: DataSet, told: dict[str, Told], erp: list[Json], store: str) -> None:
    """Compare the classes with the data, and each created order with the one in Tiny, to the cent."""
    sales = {str(number): sale for number, sale in enumerate(data.sales, FIRST_NUMBER)}
    checks.equal("orders with a class", set(told), set(sales))
    held = {number for number, one in told.items() if one.state == "held"}
    for number, one in told.items():
        if number not in held:
            checks.equal(f"class of {number}", (one.state, one.reason), wanted_of(sales[number]))
    created = {number for number, one in told.items() if one.state == "created"}
    found = by_origin(erp)
    checks.equal("orders in Tiny", set(found), {(store, number) for number in created})
    for (_mark, number), orders in found.items():
        checks.equal(
            f"totals of {number}", [order["total"] for order in orders], [f"{sales[number].total:.2f}"]
        )
