"""The column of the matrix: at least the 9 that Tiny lists for FTP, and nothing else moves with the plugin."""

from tests.cli.matrix import check_one_column

NINE = {
    "products.send",
    "orders.receive",
    "orders.status_sync",
    "orders.freight_value",
    "customers.register",
    "mapping.shipping",
    "mapping.status",
    "mapping.channel",
    "invoices.send",
}
"""Column F of the design's table of capabilities."""


def test_the_nine_are_claimed_and_the_plugin_is_one_column() -> None:
    check_one_column("tray-ftp", NINE)
