"""What a new store begins with: statuses with ids of its own, shipping methods, a small catalogue."""

import random
from decimal import Decimal

from tomada_sandbox.tray.state import Category, Product, Shipping, Status, Store, Variant

WAITING, TO_SEND, CANCELLED = "AGUARDANDO PAGAMENTO", "A ENVIAR", "CANCELADO"

_STATUSES = (
    (WAITING, "open"),
    ("AGUARDANDO VINDI", "open"),
    ("PENDENTE", "open"),
    ("APROVADO", "open"),
    (TO_SEND, "open"),
    ("A ENVIAR VINDI", "open"),
    ("AGUARDANDO ENVIO", "open"),
    ("EM TRANSITO", "open"),
    ("ENVIADO", "closed"),
    ("ENTREGUE", "closed"),
    ("FINALIZADO", "closed"),
    (CANCELLED, "canceled"),
)

_SHIPPING = (
    ("PAC", "Correios PAC", "correios_pac"),
    ("SEDEX", "Correios SEDEX", "correios_sedex"),
    ("Jadlog .Package", "Jadlog .Package", "jadlog"),
    ("Loggi Expresso", "Loggi Expresso", "loggi"),
    ("Retirada na loja", "Retirada na loja", "retirada"),
)


_CATEGORIES = (("", "Cozinha"), ("Cozinha", "Canecas"), ("", "Vestuário"), ("", "Livros"))
"""Name of the parent (none at the root) and name of the category."""


def store_number(seed: str) -> str:
    """Return the number of a store that was given none."""
    return str(random.Random(f"number {seed}").randrange(100_000, 2_000_000))


def fill(store: Store) -> None:
    """Give a store its lists and catalogue; the same ``store.seed`` gives the same ids."""
    numbers = random.Random(store.seed)
    status_id = numbers.randrange(1, 120_000)
    for name, type_ in _STATUSES:
        status_id += numbers.randrange(1, 40)
        store.statuses[status_id] = Status(status_id, name, type_)
    for name, shown, identifier in _SHIPPING:
        store.shippings.append(Shipping(store.new_id(), name, shown, identifier))
    _catalogue(store)
    for parent, name in _CATEGORIES:
        above = next((each.id for each in store.categories.values() if each.name == parent), 0)
        category = Category(store.new_id(), above, name)
        store.categories[category.id] = category


def _catalogue(store: Store) -> None:
    def add(sku: str, name: str, price: str, gtin: str = "") -> Product:
        return store.add_product(Product(store.new_id(), sku, name, Decimal(price), gtin, stock=50))

    cup = add("CAN-AZUL", "Caneca de cerâmica azul", "40.00", "7891000000014")
    tea = add("CHA-CAMOMILA", "Chá de camomila 30 g", "18.50", "7891000000021")
    add("LIVRO-RECEITAS", "Livro Receitas & Sabores", "79.90", "7891000000038")
    add("VELA-BAUNILHA", "Vela aromática de baunilha", "32.00")
    add("TOALHA-ROSTO", "Toalha de rosto algodão", "27.30")
    add("CAN-AZUL-G", "Caneca de cerâmica azul grande", "52.00")
    shirt = Product(store.new_id(), "CAMISETA", "Camiseta básica", Decimal("59.90"))
    for size, colour in (("P", "Branca"), ("M", "Branca"), ("G", "Preta")):
        values = (("Tamanho", size), ("Cor", colour))
        sku = f"CAMISETA-{size}-{colour[:2].upper()}"
        shirt.variants.append(Variant(store.new_id(), sku, shirt.price, values, stock=50))
    store.add_product(shirt)
    kit = Product(store.new_id(), "KIT-CHA", "Kit chá para dois", Decimal("89.90"))
    kit.kit = [(cup.id, 2), (tea.id, 1)]
    store.add_product(kit)
