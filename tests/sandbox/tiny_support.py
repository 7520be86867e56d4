"""Calls of a Tiny account as a client makes them, and an order that is valid."""

import json
from types import TracebackType
from typing import Any, Self

import httpx

from tomada_sandbox.client import SandboxClient

Json = dict[str, Any]

TOKEN = "0123456789abcdef"


class TinyCaller:
    """Calls the services of one account; ``state`` is what the sandbox says that the account holds."""

    def __init__(self, control: SandboxClient, name: str, **options: Any) -> None:
        self.control, self.name = control, name
        self.opened = control.create_account(name, token=TOKEN, **{"limit": None, **options})
        self.http = httpx.Client(base_url=f"{control.url}/tiny/{name}/api2/", trust_env=False, timeout=10)

    def call(self, service: str, **params: object) -> Json:
        """Return ``retorno``; every outcome is HTTP 200."""
        answer = self.http.post(service, data={"token": TOKEN, "formato": "json", **params})
        assert answer.status_code == 200
        content: Json = answer.json()["retorno"]
        return content

    def include(self, **changes: object) -> Json:
        return self.call("pedido.incluir.php", pedido=json.dumps({"pedido": order(**changes)}))

    def create(self, **changes: object) -> str:
        """Create an order and return its id."""
        answer = self.include(**changes)
        assert answer["status"] == "OK", answer
        id_: str = answer["registros"]["registro"]["id"]
        return id_

    def obtain(self, id_: str) -> Json:
        found: Json = self.call("pedido.obter.php", id=id_)["pedido"]
        return found

    def search(self, **params: object) -> list[Json]:
        """Return the hits of the order search, none for code 20."""
        answer = self.call("pedidos.pesquisa.php", **params)
        if answer.get("codigo_erro") == 20:
            return []
        return [row["pedido"] for row in answer["pedidos"]]

    @property
    def state(self) -> Json:
        return self.control.state_of("tiny", self.name)

    def product(self, sku: str) -> Json:
        """Return a product of the account as the control API shows it."""
        found: Json = next(product for product in self.opened["products"] if product["sku"] == sku)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()


def item(**changes: object) -> Json:
    content: Json = {
        "codigo": "CAN-AZUL",
        "descricao": "Caneca azul",
        "unidade": "UN",
        "quantidade": "2",
        "valor_unitario": "40.00",
    }
    return {"item": content | changes}


def order(**changes: object) -> Json:
    content: Json = {
        "data_pedido": "20/11/2026",
        "cliente": {"nome": "Maria da Conceição", "cpf_cnpj": "390.533.447-05"},
        "itens": [item()],
        "numero_pedido_ecommerce": "1001",
    }
    return content | changes
