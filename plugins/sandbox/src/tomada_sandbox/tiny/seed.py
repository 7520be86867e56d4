"""What a new account begins with: company, lists and a small catalogue; and catalogues in bulk."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tomada_sandbox.tiny.goods import Deposit, Product
from tomada_sandbox.tiny.state import Account, ShippingForm
from tomada_sandbox.tiny.wire import read_decimal
from tomada_sandbox.world import World

_COMPANY = {
    "razao_social": "Casa da Tomada Comércio Ltda",
    "cnpj_cpf": "11.222.333/0001-81",
    "fantasia": "Casa da Tomada",
    "endereco": "Rua das Acácias",
    "numero": "100",
    "bairro": "Centro",
    "cidade": "Bento Gonçalves",
    "estado": "RS",
    "cep": "95.700-000",
    "fone": "(54) 3000-0000",
    "email": "contato@casadatomada.example",
    "regime_tributario": "Simples Nacional",
}

_SHIPPING: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("Correios", "C", 1, ("PAC", "SEDEX", "SEDEX 10", "Mini Envios")),
    ("Transportadora", "T", 2, ("Rodoviário",)),
    ("Jadlog", "J", 7, (".Package", ".Com")),
    ("Loggi", "LOGGI", 17, ("Loggi Expresso",)),
    ("Mercado Envios", "M", 3, ("Mercado Envios",)),
    ("Retirada na loja", "X", 6, ("Retirada",)),
    ("Sem frete", "S", 0, ()),
)

_PAYMENT = (
    ("Dinheiro", True),
    ("Cartão de crédito", True),
    ("Cartão de débito", True),
    ("Boleto", True),
    ("Pix", True),
    ("Depósito", True),
    ("Cheque", False),
)


def fill(world: World, account: Account) -> None:
    """Give an account its company, its lists and the small catalogue."""
    account.company.update(_COMPANY)
    account.payment_forms.extend(_PAYMENT)
    account.deposits["Avarias"] = Deposit("Avarias", disregard=True)
    for name, code, logistics, services in _SHIPPING:
        rows = [(account.new_id(), service) for service in services]
        account.shipping_forms.append(ShippingForm(account.new_id(), name, code, logistics, services=rows))
    _catalogue(world, account)


def add_products(world: World, account: Account, rows: Iterable[Mapping[str, Any]]) -> list[Product]:
    """Add products, thousands if need be, and return them without their variations.

    A row has ``sku``, ``name`` and ``price``, and may have ``unit``, ``gtin``, ``stock``, ``situation``, ``id``,
    ``promotional_price``, ``cost``, ``images`` (addresses), ``details`` (fields by the names of the API),
    ``variations`` (rows of ``sku``, ``grid``, ``price`` and ``stock``) and ``kit`` (rows of ``sku`` and
    ``quantity``). Raises ``ValueError`` for a row that has not, ``LookupError`` for an unknown component.
    """
    return [_add(world, account, row) for row in rows]


def _add(world: World, account: Account, row: Mapping[str, Any]) -> Product:
    if not row.get("sku") or not row.get("name") or read_decimal(row.get("price", "")) is None:
        raise ValueError(f"a product needs sku, name and price: {dict(row)}")
    product = _simple(world, account, row)
    product.images = [str(address) for address in row.get("images", ())]
    product.details = {str(key): str(value) for key, value in row.get("details", {}).items()}
    if row.get("kit"):
        product.class_ = "K"
        product.kit = [_component(account, part) for part in row["kit"]]
    if row.get("variations"):
        product.class_, product.variation = "V", "P"
    account.add_product(product)
    for part in row.get("variations", ()):
        account.add_product(_variation(world, account, product, part))
    return product


def _simple(world: World, account: Account, row: Mapping[str, Any]) -> Product:
    return Product(
        id=int(row.get("id") or account.new_id()),
        sku=str(row["sku"]),
        name=str(row["name"])[:120],
        price=_number(row, "price"),
        created=world.stamp(account),
        unit=str(row.get("unit", "UN")),
        gtin=str(row.get("gtin", "")),
        situation=row.get("situation", "A"),
        balances={account.default_deposit: _number(row, "stock")},
        promotional_price=_number(row, "promotional_price"),
        cost=_number(row, "cost"),
    )


def _variation(world: World, account: Account, parent: Product, row: Mapping[str, Any]) -> Product:
    grid = {str(key): str(value) for key, value in row["grid"].items()}
    name = " ".join([parent.name, *grid.values()])
    child = _simple(world, account, {"name": name, "price": parent.price, "unit": parent.unit, **row})
    child.variation, child.parent_id, child.grid = "V", parent.id, grid
    return child


def _component(account: Account, row: Mapping[str, Any]) -> tuple[int, Decimal]:
    component = account.product_by_sku(str(row["sku"]))
    if component is None:
        raise LookupError(f"there is no product {row['sku']!r} in {account.key}")
    return component.id, _number({"quantity": 1, **row}, "quantity")


def _number(row: Mapping[str, Any], key: str) -> Decimal:
    value = row.get(key, 0)
    number = value if isinstance(value, Decimal) else read_decimal(value)
    if number is None:
        raise ValueError(f"{key} must be a number: {dict(row)}")
    return number


def _catalogue(world: World, account: Account) -> None:
    now, deposit = world.stamp(account), account.default_deposit

    def add(sku: str, name: str, price: str, stock: int = 0, **more: Any) -> Product:  # noqa: ANN401  # fields of Product
        return account.add_product(
            Product(
                account.new_id(), sku, name, Decimal(price), now, balances={deposit: Decimal(stock)}, **more
            )
        )

    cup = add("CAN-AZUL", "Caneca de cerâmica azul", "40.00", 25, gtin="7891000000014")
    tea = add("CHA-CAMOMILA", "Chá de camomila 30 g", "18.50", 60, gtin="7891000000021")
    add("LIVRO-RECEITAS", "Livro Receitas & Sabores", "79.90", 8, gtin="7891000000038")
    add("VELA-BAUNILHA", "Vela aromática de baunilha", "32.00", 40)
    add("TOALHA-ROSTO", "Toalha de rosto algodão", "27.30", 15)
    add("CAN-AZUL-G", "Caneca de cerâmica azul grande", "52.00", 12)
    add("ANTIGO-01", "Produto fora de linha", "10.00", 0, situation="I")
    shirt = add("CAMISETA", "Camiseta básica", "59.90", class_="V", variation="P")
    for size, colour, stock in (("P", "Branca", 7), ("M", "Branca", 9), ("G", "Preta", 4)):
        grid = {"Tamanho": size, "Cor": colour}
        sku = f"CAMISETA-{size}-{colour[:2].upper()}"
        name = f"Camiseta básica {size} {colour}"
        add(sku, name, "59.90", stock, variation="V", parent_id=shirt.id, grid=grid)
    parts = [(cup.id, Decimal(2)), (tea.id, Decimal(1))]
    add("KIT-CHA", "Kit chá para dois", "89.90", class_="K", kit=parts)
