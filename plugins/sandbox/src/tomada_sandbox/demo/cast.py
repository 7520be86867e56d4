"""The orders of the demo: what each one shows, how it is placed, and where it must be in the end."""

from dataclasses import dataclass, field
from typing import Any

from tomada_sandbox.sentences import N_

COFFEE, PAPER = "cafe", "papelaria"
STORES: dict[str, dict[str, object]] = {COFFEE: {"kit_lines": "kit_and_pieces"}, PAPER: {}}
"""The stores, with their switches: at the coffee shop a kit that was sold is a line itself."""

UNKNOWN_SHIPPING, ITS_VALUE = "Motoboy", "T"
FIRST_NUMBER = 1001
ONE_CUP = ({"sku": "CAN-AZUL"},)
"""What the shopper buys when nothing else is said."""

Action = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """One order. ``first`` and ``last`` are its statuses in Tiny after the first sync and at the end.

    An empty status means that it is not there; ``hold`` is why it is held at first. ``later`` is what happens
    to it at the store meanwhile.
    """

    store: str
    what: str
    order: dict[str, Any] = field(default_factory=dict)
    first: str = "aprovado"
    last: str = "aprovado"
    hold: str = ""
    later: tuple[Action, ...] = ()


CAST = (
    Part(
        COFFEE,
        N_("paid by Pix, sent later"),
        {"shipment_value": "19.90", "discount": "5.00"},
        last="enviado",
        later=(("change_status", {"status": "ENVIADO"}),),
    ),
    Part(
        COFFEE,
        N_("a boleto, paid later"),
        {"payment": "boleto", "shipment_value": "12.00", "items": [{"sku": "CHA-CAMOMILA", "quantity": 3}]},
        first="aberto",
        later=(("pay", {}),),
    ),
    Part(
        COFFEE,
        N_("from a marketplace"),
        {
            "shipping": "Mercado Envios",
            "payment": "Mercado Pago",
            "paid": True,
            "marketplace": {
                "marketplace_name": "Mercado Livre",
                "marketplace_seller_name": "CAFE-DA-TOMADA",
                "marketplace_document": "11.222.333/0001-81",
                "marketplace_order_id": "2000004567890123",
            },
        },
        first="",
        hold="marketplace",
    ),
    Part(COFFEE, N_("a company whose CNPJ has letters"), {"customer": "company", "payment": "credit_card"}),
    Part(COFFEE, N_("a kit"), {"items": [{"sku": "KIT-CHA"}], "shipping": "Loggi Expresso"}),
    Part(
        COFFEE,
        N_("a variation, cancelled later"),
        {"items": [{"sku": "CAMISETA-M-BR"}]},
        last="cancelado",
        later=(("cancel", {}),),
    ),
    Part(
        COFFEE,
        N_("a shipping method that nobody knows"),
        {"shipping": UNKNOWN_SHIPPING},
        first="",
        hold="unmapped",
    ),
    Part(
        COFFEE,
        N_("damaged, put right later"),
        {"damaged": "total"},
        first="",
        hold="damaged",
        later=(("change", {"damaged": None}),),
    ),
    Part(
        PAPER,
        N_("the same number as an order of the other store"),
        {"items": [{"sku": "LIVRO-RECEITAS"}], "coupon": "7.90", "payment": "credit_card", "installment": 3},
        last="entregue",
        later=(("change_status", {"status": "ENTREGUE"}),),
    ),
    Part(
        PAPER,
        N_("on its way already"),
        {
            "status": "EM TRANSITO",
            "shipping": "Jadlog .Package",
            "shipment_value": "25.00",
            "interest": "1.37",
        },
        first="enviado",
        last="enviado",
    ),
    Part(PAPER, N_("cancelled before it came in"), {"status": "CANCELADO"}, first="", last=""),
)


def numbered() -> list[tuple[int, Part]]:
    """Return the orders with the numbers that their stores give them: both count from the same one."""
    taken: dict[str, int] = {}
    found = []
    for part in CAST:
        taken[part.store] = taken.get(part.store, FIRST_NUMBER - 1) + 1
        found.append((taken[part.store], part))
    return found
