"""Which parts of the core exist (``Capability.core``): a capability counts only when its parts do."""

BUILT = frozenset(
    {
        "flow.orders",
        "erp.customers",
        "desk.shipping",
        "desk.status",
        "desk.channel",
        "desk.payment",
        "desk.category",
        "flow.catalogue",
        "flow.products",
        "flow.stock",
        "command.stock_send",
        "ledger",
        "flow.prices",
        "flow.statuses",
        "flow.tracking",
        "flow.invoices",
    }
)
