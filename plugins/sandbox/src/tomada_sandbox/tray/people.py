"""Made-up buyers: persons with valid CPFs, companies with alphanumeric CNPJs, buyers from abroad."""

import random
from typing import Any, Literal

from tomada_sandbox.tiny.wire import names

Kind = Literal["person", "company", "foreign"]

_FIRST = names(
    "Ana Beatriz Carla Daniel Eduardo Fernanda Gustavo Helena Igor Joana Lucas Marina Otávio Paula"
)
_LAST = names("Almeida Barbosa Cardoso Dias Esteves Farias Gonçalves Lima Moraes Nunes Pereira Souza Vieira")
_STREETS = ("Rua das Acácias", "Avenida Brasil", "Rua São João", "Travessa do Sol", "Rua Sete de Setembro")
_CITIES = (
    ("São Paulo", "SP", "01310-100"),
    ("Belo Horizonte", "MG", "30130-010"),
    ("Curitiba", "PR", "80010-000"),
    ("Salvador", "BA", "40020-000"),
    ("Bento Gonçalves", "RS", "95700-000"),
)
_LETTERS = "ABCDEGHJKLMNPRSTVWXYZ0123456789"


def fake(kind: Kind, seed: str) -> dict[str, Any]:
    """Return a buyer in the form that the shopper takes; the same seed gives the same one."""
    numbers = random.Random(f"{kind} {seed}")
    name = f"{numbers.choice(_FIRST)} {numbers.choice(_LAST)} {numbers.choice(_LAST)}"
    city, state, zip_code = numbers.choice(_CITIES)
    buyer: dict[str, Any] = {
        "name": name,
        "type": "0",
        "cpf": "",
        "cnpj": "",
        "email": f"cliente-{numbers.randrange(10**9):09d}@example.com",
        "cellphone": f"119{numbers.randrange(10**8):08d}",
        "birth_date": f"{numbers.randrange(1950, 2005)}-0{numbers.randrange(1, 10)}-15",
        "country": "Brasil",
        "address": numbers.choice(_STREETS),
        "number": str(numbers.randrange(1, 3000)),
        "complement": "",
        "neighborhood": "Centro",
        "city": city,
        "state": state,
        "zip_code": zip_code,
    }
    if kind == "person":
        return buyer | {"cpf": cpf("".join(numbers.choices("0123456789", k=9)))}
    if kind == "company":
        company = f"{name.rsplit(maxsplit=1)[-1]} Comércio Ltda"
        document = cnpj("".join(numbers.choices(_LETTERS, k=8)) + "0001")
        return buyer | {"type": "1", "cnpj": document, "company_name": company, "state_inscription": "ISENTO"}
    abroad = {"country": "Portugal", "city": "Lisboa", "state": "", "zip_code": "1100-148", "foreign": "1"}
    return buyer | abroad


def cpf(nine: str) -> str:
    """Add the check digits of a CPF to nine digits."""
    first = _check([int(digit) for digit in nine], range(10, 1, -1))
    second = _check([int(digit) for digit in f"{nine}{first}"], range(11, 1, -1))
    return f"{nine}{first}{second}"


def cnpj(twelve: str) -> str:
    """Add the check digits of a CNPJ to twelve capitals or digits; a letter counts as its ASCII less 48."""
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    first = _check([ord(sign) - 48 for sign in twelve], weights[1:])
    second = _check([ord(sign) - 48 for sign in f"{twelve}{first}"], weights)
    return f"{twelve}{first}{second}"


def _check(values: list[int], weights: "range | tuple[int, ...]") -> int:
    rest = sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest
