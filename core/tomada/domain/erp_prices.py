"""The ERP's price lists."""

from decimal import Decimal

from tomada.domain.money import ZERO
from tomada.domain.payload import Payload


class ErpPriceList(Payload):
    """A price list by the ERP's id."""

    list_id: str
    name: str


class ErpPriceException(Payload):
    """The price that a person gave one product in a list, whatever the list says; in BRL, zero where there is none."""

    product_id: str
    price: Decimal
    promotional_price: Decimal = ZERO
