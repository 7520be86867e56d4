"""All commands of the core, by name: so that ``tomada --help`` imports none of them."""

from typing import NamedTuple

from tomada.i18n import N_


class Entry(NamedTuple):
    """Where a command is (``module:attribute``) and its short help."""

    target: str
    help: str


COMMANDS: dict[str, Entry] = {
    "init": Entry("tomada.cli.init:init", N_("Set up the data folder, the key and the database.")),
    "erp": Entry("tomada.cli.erp:erp", N_("Connect ERP accounts.")),
    "store": Entry("tomada.cli.stores:store", N_("Connect stores and look after them.")),
    "capabilities": Entry("tomada.cli.capabilities:capabilities", N_("Show what each platform can do.")),
    "plugins": Entry("tomada.cli.plugins:plugins", N_("Show the installed plugins.")),
    "plan": Entry("tomada.cli.plan:plan", N_("Show what a sync would do.")),
    "sync": Entry("tomada.cli.sync:sync", N_("Bring a store and the ERP in step.")),
    "products": Entry("tomada.cli.products:products", N_("Send products to a store.")),
    "stock": Entry("tomada.cli.stock:stock", N_("Send balances, and ask why they are what they are.")),
    "categories": Entry(
        "tomada.cli.catalogue:categories", N_("Look at a store's categories, and make new ones.")
    ),
    "prices": Entry("tomada.cli.prices:prices", N_("Send prices, and ask why they are what they are.")),
    "map": Entry("tomada.cli.mapping:mapping", N_("Say what a store's codes are in the ERP.")),
    "channels": Entry(
        "tomada.cli.channels:channels", N_("Say how the orders of a sales channel are treated.")
    ),
    "links": Entry("tomada.cli.links:links", N_("Say which ERP product a store's product is.")),
    "holds": Entry("tomada.cli.holds:holds", N_("Settle what waits for a person.")),
    "orders": Entry("tomada.cli.orders:orders", N_("Look at orders and their story.")),
    "runs": Entry("tomada.cli.runs:runs", N_("Look at past runs.")),
    "doctor": Entry("tomada.cli.doctor:doctor", N_("Check plugins, database, key and connections.")),
    "db": Entry("tomada.cli.db:db", N_("Look after the database.")),
}
