"""Drafts, bodies and a scripted remote for the tests of the driver."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tomada.domain.customer import Address, Customer, CustomerKind
from tomada.domain.erp import ErpInstalment, ErpItem, ErpOrderDraft, ErpPayment, ErpShipping, ErpTerms
from tomada.domain.order import Intermediary
from tomada.domain.status import ErpStatus
from tomada.tiny.driver import TinyV2

TOKEN = "f00dfeedf00dfeedf00dfeedf00dfeed"


def make_address(**fields: Any) -> Address:
    values = {
        "street": "Avenida Getúlio Vargas",
        "number": "1200",
        "complement": "ap. 41 & garagem",
        "district": "Centro",
        "city": "São Leopoldo",
        "state": "RS",
        "zip_code": "93010000",
    }
    return Address(**{**values, **fields})


def make_draft(**fields: Any) -> ErpOrderDraft:
    """A person's order with every field filled; its total is 2 × 40.00 + 2 × 18.335 − 5 + 12.34 + 1.10."""
    values: dict[str, Any] = {
        "mark": "loja-norte",
        "ecommerce_number": "4711",
        "channel": "Loja Norte & Cia",
        "placed_on": date(2026, 11, 2),
        "status": ErpStatus.APPROVED,
        "customer": Customer(
            kind=CustomerKind.PERSON,
            name="Antônia D'Ávila & Filhas",
            trade_name='Ateliê "Sul"',
            document="11144477735",
            state_inscription="ISENTO",
            identity_card="1234567",
            email="antonia@example.org",
            phone="51 90000-0000",
            address=make_address(),
        ),
        "update_customer": True,
        "delivery": make_address(
            recipient="Zoé Conceição", street="Rua das Ñandús", number="7", phone="51 91111-1111"
        ),
        "items": (
            ErpItem(
                product_id="700000001",
                sku="CAN-AZUL",
                name="Caneca azul",
                quantity=Decimal(2),
                unit_price=Decimal("40.00"),
            ),
            ErpItem(
                product_id="700000002",
                sku="CHA",
                name="Chá 30 g",
                unit="CX",
                quantity=Decimal(2),
                unit_price=Decimal("18.335"),
                commission=Decimal("2.5"),
                note="embrulhar",
            ),
        ),
        "freight": Decimal("12.34"),
        "discount": Decimal("5.00"),
        "other_expenses": Decimal("1.10"),
        "total": Decimal("125.11"),
        "shipping": ErpShipping(form="C", service="PAC", carrier="Correios do Sul"),
        "instalments": (
            ErpInstalment(days=0, due=date(2026, 11, 2), value=Decimal("62.56"), note="cartão"),
            ErpInstalment(
                days=30,
                due=date(2026, 12, 2),
                value=Decimal("62.55"),
                form="credito",
                means="Cartão & cia",
                destination="Conta 2",
            ),
        ),
        "intermediary": Intermediary(
            name="vendas_sul", document="03007331000141", payment_document="10573521000191"
        ),
        "note": "Entregar à tarde, portão azul",
        "internal_note": "tomada:loja-norte:4711",
        "expected_on": date(2026, 11, 9),
        "purchase_order": "OC-77",
        "payment_form": "multiplas",
        "payment_means": "Cartão & Pix",
        "payments": (
            ErpPayment(
                type="17",
                value=Decimal("125.11"),
                intermediary="10573521000191",
                authorisation="E123",
                brand="99",
            ),
        ),
        "terms": ErpTerms(
            warehouse="Galpão Sul",
            price_list="9",
            seller="Íris",
            operation="Venda de mercadorias",
            ecommerce_id="8123",
        ),
    }
    return ErpOrderDraft(**{**values, **fields})


def make_customer(**fields: Any) -> Customer:
    """The customer of ``make_draft`` with other fields."""
    return make_draft().customer.model_copy(update=fields)


def ok(**payload: Any) -> bytes:
    """A success; numbers as text, as in the official samples (A2)."""
    return json.dumps({"retorno": {"status_processamento": "3", "status": "OK", **payload}}).encode()


def failure(code: int | str | None, message: str = "erro", **payload: Any) -> bytes:
    """A refusal of the whole call."""
    content = {"status_processamento": 2, "status": "Erro", "erros": [{"erro": message}], **payload}
    if code is not None:
        content["codigo_erro"] = code
    return json.dumps({"retorno": content}).encode()


EMPTY = failure(20, "A Consulta não retornou registros")
CREATED = ok(registros={"registro": {"sequencia": "1", "status": "OK", "id": "37644545", "numero": "812"}})

Answer = bytes | httpx.Response


class Remote:
    """Answers by service name: an answer, or a function of the form's fields. Keeps every request."""

    def __init__(self, **services: Answer | Callable[[dict[str, str]], Answer]) -> None:
        self.services = {name.replace("_", "."): answer for name, answer in services.items()}
        self.requests: list[httpx.Request] = []
        self.calls: list[tuple[str, dict[str, str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        service = request.url.path.rpartition("/")[2]
        form = dict(
            parse_qsl(request.content.decode(), keep_blank_values=True, strict_parsing=bool(request.content))
        )
        fields = {**dict(request.url.params), **form}
        self.requests.append(request)
        self.calls.append((service, fields))
        answer = self.services[service.removesuffix(".php")]
        answer = answer(fields) if callable(answer) else answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, content=answer)

    def driver(self, **options: Any) -> TinyV2:
        """A driver of this remote."""
        http = httpx.Client(transport=httpx.MockTransport(self))
        return TinyV2(http, TOKEN, **options)
