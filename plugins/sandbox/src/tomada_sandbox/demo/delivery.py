"""The checks of the second half: what Tiny has against what the stores and their buyers got."""

from collections import Counter
from collections.abc import Iterable, Mapping

from tomada_sandbox.client import Json
from tomada_sandbox.demo.checks import Checks


def check_catalogue(
    checks: Checks, store: str, before: list[Json], after: list[Json], sent: Iterable[Mapping[str, object]]
) -> None:
    """Check that a store has what was sent, once, and that what it had is as it was."""
    known = {product["id"] for product in before}
    checks.equal(f"{store}'s own products", [one for one in after if one["id"] in known], before)
    new = [(one["sku"], one["name"], one["price"]) for one in after if one["id"] not in known]
    checks.equal(f"new products of {store}", new, [(one["sku"], one["name"], one["price"]) for one in sent])


def check_balances(checks: Checks, store: str, products: list[Json], erp: list[Json]) -> None:
    """Check that a store shows what Tiny says is available, of a kit what its components suffice for."""
    by_id = {int(one["id"]): one for one in erp}
    by_sku = {one["sku"]: one for one in erp if one["situation"] == "A"}
    for product in products:
        for part in product["variants"] or [product]:
            wanted = _available(by_sku[part["sku"]], by_id)
            checks.equal(f"balance of {part['sku']} at {store}", part["stock"], wanted)


def _available(product: Json, by_id: Mapping[int, Json]) -> int:
    if product["kit"]:
        return min(_available(by_id[int(id_)], by_id) // int(float(pieces)) for id_, pieces in product["kit"])
    return max(0, int(float(product["available"])))


def check_delivery(checks: Checks, store: Json, number: int, code: str, key: str) -> None:
    """Check what a store knows of a parcel and its invoice, and that its buyer was told each thing once."""
    (order,) = [one for one in store["orders"] if int(one["id"]) == number]
    checks.equal(f"status of {number}", order["status"], "ENVIADO")
    checks.equal(f"tracking code of {number}", order["texts"].get("sending_code"), code)
    keys = [one["fields"].get("key") for one in store["invoices"] if int(one["order_id"]) == number]
    checks.equal(f"invoices of {number}", keys, [key])
    mails = Counter((one["kind"], one["value"]) for one in store["mails"] if int(one["order"]) == number)
    wanted = {("status", "ENVIADO"): 1, ("tracking", code): 1, ("invoice", key): 1}
    checks.equal(f"e-mails about {number}", dict(mails), wanted)
