"""Orders for the tests of the flows."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tomada.domain.customer import Address, Customer, CustomerKind
from tomada.domain.money import OrderMoney
from tomada.domain.order import Order, OrderItem, OrderStatus, Payment, SalesChannel, ShippingMethod
from tomada.domain.status import StoreStatusType

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ADDRESS = Address(
    street="Rua A", number="1", district="Centro", city="São Paulo", state="SP", zip_code="01000000"
)


def make_item(sku: str = "CAN-01", price: str = "40.00", quantity: str = "2", **fields: Any) -> OrderItem:
    """One line; its product id follows from the SKU."""
    values = {"line_id": sku, "product_id": f"p-{sku}", "sku": sku, "name": f"Produto {sku}"}
    return OrderItem(**{**values, "quantity": Decimal(quantity), "unit_price": Decimal(price), **fields})


def make_order(remote_id: str = "1", **fields: Any) -> Order:
    """A paid order of two mugs with freight, whose money adds up."""
    values: dict[str, Any] = {
        "remote_id": remote_id,
        "number": remote_id,
        "placed_at": START,
        "modified_at": START,
        "status": OrderStatus(code="1", name="A ENVIAR", type=StoreStatusType.OPEN),
        "paid": True,
        "customer": Customer(
            remote_id="88",
            kind=CustomerKind.PERSON,
            name="Fulana de Tal",
            document="11144477735",
            address=ADDRESS,
        ),
        "items": (make_item(),),
        "money": OrderMoney(items=Decimal("80.00"), freight=Decimal("12.00"), total=Decimal("92.00")),
        "shipping": ShippingMethod(code="PAC", label="Correios PAC"),
        "channel": SalesChannel(code="LOJA VIRTUAL", label="LOJA VIRTUAL"),
        "payments": (Payment(code="pix", label="Pix", value=Decimal("92.00")),),
    }
    return Order(**{**values, **fields})
