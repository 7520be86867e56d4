"""The column of the matrix: at least the 13 that Tiny lists for SOAP, and nothing else moves with the plugin."""

from tests.cli.matrix import check_one_column

THIRTEEN = {
    "products.send",
    "orders.receive",
    "orders.status_sync",
    "orders.freight_value",
    "customers.register",
    "mapping.shipping",
    "mapping.status",
    "mapping.channel",
    "stock.send",
    "stock.update",
    "stock.reserve",
    "tracking.send",
    "invoices.send",
}
"""Column S of the design's table of capabilities."""


def test_the_thirteen_are_claimed_and_the_plugin_is_one_column() -> None:
    check_one_column("tray-soap", THIRTEEN)
