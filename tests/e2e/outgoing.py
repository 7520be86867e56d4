"""The other half of the main job on a stage: what the ERP knows reaches its stores."""

from collections.abc import Sequence
from typing import Any

from tests.e2e.stage import Stage, quiet
from tomada.flows.products.linking import match
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.options import QuotaOptions, StockOptions, StockRule, StoreOptions
from tomada.ports.runner import FlowResult
from tomada.runner import FLOWS

NO_QUOTA = QuotaOptions(limits={"per_minute": "off", "per_day": "off"})


def options(rule: StockRule = StockRule.AVAILABLE, **stock: Any) -> StoreOptions:
    """Options of a store whose first plan of balances was confirmed."""
    return StoreOptions(quota=NO_QUOTA, stock=StockOptions(rule=rule, confirmed=True, **stock))


def posting(stage: Stage, when: Posting, **changes: Any) -> None:
    """Say when the account posts stock."""
    with stage.installation.database.begin() as tx:
        account = tx.erps.all()[0]
        account.options = ErpOptions.model_validate(
            {**account.options.model_dump(), "stock_posting": when, **changes}
        )
        tx.erps.save(account)


def link_all(stage: Stage) -> None:
    """Link every store's catalogue by SKU."""
    with stage.installation.database.read() as tx:
        stores = tx.stores.all()
    for store in stores:
        with stage.installation.reading(store, "test", quiet, "products") as ctx:
            match(ctx)


def sync_all(
    stage: Stage, flows: Sequence[str] = tuple(FLOWS), *, confirmed: bool = False
) -> dict[tuple[str, str], FlowResult]:
    """Sync all stores flow by flow, as ``tomada sync --all`` does."""
    began, results = stage.installation.now(), {}
    for flow in flows:
        for name in stage.names:
            for result in stage.installation.runner.run(
                name, (flow,), "test", quiet, began_at=began, confirmed=confirmed
            ):
                results[name, flow] = result
    return results


def store_stock(stage: Stage, store: str) -> dict[str, int]:
    """SKU → the number that the store shows."""
    state = stage.sandbox.state_of("tray", stage.remote(store))
    shown = {}
    for product in state["products"]:
        parts = product["variants"] or [product]
        shown |= {part["sku"]: part["stock"] for part in parts if part["sku"]}
    return shown


def mails(stage: Stage, store: str) -> list[tuple[int, str, str]]:
    """What the store's buyers were e-mailed: order, kind, value."""
    state = stage.sandbox.state_of("tray", stage.remote(store))
    return [(mail["order"], mail["kind"], mail["value"]) for mail in state["mails"]]
