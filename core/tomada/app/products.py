"""Looking a product up in the ERP before something is linked to it."""

from tomada.bootstrap import Installation
from tomada.domain.erp import ErpProduct
from tomada.errors import UsageError
from tomada.i18n import _


def erp_product(installation: Installation, store_id: int, product_id: str) -> ErpProduct:
    """Return the product with this id in the store's ERP account.

    Raises ``UsageError`` for one that is not there, is not active, or is only the parent of variations; and
    whatever keeps the ERP from answering.
    """
    with installation.database.read() as tx:
        account = tx.erps.get(tx.stores.get(store_id).erp_id)
    with installation.erp(account) as erp:
        found = erp.read_product(product_id)
    if found is None:
        raise UsageError(
            "product.unknown",
            _("The ERP has no product with the id {id}.").format(id=ascii(product_id)),
            _("It is the id in the address of the product's page in the ERP, not its SKU."),
        )
    if not found.active:
        raise UsageError("product.inactive", _("The ERP product {id} is not active.").format(id=product_id))
    if found.variations:
        raise UsageError(
            "product.parent",
            _("The ERP product {id} has variations; name one of them.").format(id=product_id),
            _("There are: {names}").format(
                names=", ".join(f"{one.product_id} ({one.sku})" for one in found.variations)
            ),
        )
    return found
