"""The catalogue of capabilities: what each one requires of a plugin and of the core (DESIGN section 3).

Their ids are public: command line, documentation and JSON use them. The order is the order of the matrix.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook that the plugin implements."""

    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a payload, marked ``Feature(capability)``, of a hook that the plugin implements."""

    capability: str


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A promise of a hookspec that the plugin implements."""

    capability: str


Requirement = Hook | Field | Behaviour


@dataclass(frozen=True, slots=True)
class Capability:
    """Something that a platform can do for a user.

    ``label`` is English, ``label_pt`` the ERP's own name. ``requires`` is the plugin's part, all of it; ``core``
    names the parts of the core that have to be built.
    """

    id: str
    label: str
    label_pt: str
    requires: tuple[Requirement, ...]
    core: tuple[str, ...] = ()


def _field(capability: str) -> tuple[Requirement, ...]:
    return (Field(capability),)


def _hook(name: str) -> tuple[Requirement, ...]:
    return (Hook(name),)


CATALOGUE: tuple[Capability, ...] = (
    Capability(
        "products.send", "Send products", "Envio de produtos", _hook("products_push"), ("flow.products",)
    ),
    Capability(
        "products.import",
        "Import the store's products",
        "Importação dos produtos da loja virtual",
        _hook("products_fetch"),
        ("flow.catalogue",),
    ),
    Capability(
        "orders.receive", "Receive orders", "Recebimento de pedidos", _hook("orders_fetch"), ("flow.orders",)
    ),
    Capability(
        "orders.status_sync",
        "Keep order statuses in step",
        "Sincronização das situações",
        (Behaviour("orders.status_sync"),),
        ("flow.orders",),
    ),
    Capability(
        "orders.freight_value",
        "Import the freight of orders",
        "Importação do valor do frete nos pedidos",
        _field("orders.freight_value"),
        ("flow.orders",),
    ),
    Capability(
        "customers.register",
        "Register customers with their orders",
        "Cadastro automático de clientes ao receber pedidos",
        _field("customers.register"),
        ("erp.customers",),
    ),
    Capability(
        "mapping.shipping",
        "Map shipping methods",
        "Mapeamento das formas de frete",
        _field("mapping.shipping"),
        ("desk.shipping",),
    ),
    Capability(
        "mapping.status",
        "Map order statuses",
        "Mapeamento das situações dos pedidos",
        _field("mapping.status"),
        ("desk.status",),
    ),
    Capability(
        "mapping.channel",
        "Map sales channels",
        "Mapeamento dos canais de venda",
        _field("mapping.channel"),
        ("desk.channel",),
    ),
    Capability(
        "mapping.payment",
        "Map payment methods",
        "Mapeamento das formas de recebimento",
        _field("mapping.payment"),
        ("desk.payment",),
    ),
    Capability(
        "mapping.category",
        "Map categories",
        "Mapeamento das categorias",
        (Hook("category_list_fetch"), Field("mapping.category")),
        ("desk.category",),
    ),
    Capability(
        "stock.send", "Send stock on demand", "Envio de estoque", _hook("stock_push"), ("command.stock_send",)
    ),
    Capability(
        "stock.update",
        "Keep the store's stock up to date from the ERP",
        "Atualização do estoque na loja virtual a partir do Tiny",
        (Hook("stock_push"), Behaviour("stock.update")),
        ("flow.stock",),
    ),
    Capability("stock.reserve", "Reserve stock", "Reserva de estoques", _hook("stock_reserve"), ("ledger",)),
    Capability(
        "prices.send", "Send prices", "Envio de preços para a loja", _hook("prices_push"), ("flow.prices",)
    ),
    Capability(
        "tracking.send",
        "Send tracking codes",
        "Envio de código de rastreamento para a plataforma",
        _hook("tracking_push"),
        ("flow.tracking",),
    ),
    Capability(
        "invoices.send",
        "Send access data of invoices",
        "Envio de dados de acesso da nota fiscal",
        _hook("invoices_push"),
        ("flow.invoices",),
    ),
    Capability(
        "orders.update_status",
        "Set an order's status by its id",
        "Atualização de status do pedido via ID",
        _hook("order_status_push"),
        ("flow.statuses",),
    ),
    Capability(
        "orders.mark_delivered",
        "Mark an order as delivered by its id",
        "Marcar pedido como entregue no e-commerce via ID",
        _hook("delivery_push"),
        ("flow.statuses",),
    ),
)
