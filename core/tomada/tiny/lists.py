"""The account itself and its lists (A9.8, A10)."""

from tomada.domain.documents import normalise_document
from tomada.domain.erp import ErpAccount, ErpMethod
from tomada.errors import RemoteContractChanged
from tomada.i18n import _
from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import inner, integer, text
from tomada.tiny.paging import Listing, read_rows

_SHIPPING = Listing("formas.envio.pesquisa.php", "registros", "registro", "GET")
_PAYMENT = Listing("formas.recebimento.pesquisa.php", "formasRecebimento", "formaRecebimento")

# Numbers are those of B9, codes those of A9.8, paired by name. Later numbers have no code in API 2.0.
_SHIPPING_CODES = (
    *("S", "C", "T", "M", "B", "E", "X", "J", "TOTALEXPRESS", "OLIST", "GATEWAY", "MAGALU_ENTREGAS"),
    *("SHOPEE_ENVIOS", "NS_ENTREGAS", "VIAVAREJO_ENVVIAS", "MADEIRA_ENVIOS", "ALI_ENVIOS", "LOGGI", "D"),
    *("AMAZON_DBA", "MAGALU_FULFILLMENT", "NS_MAGALU_ENTREGAS"),
)


def shipping_methods(client: TinyClient) -> list[ErpMethod]:
    """Return the account's shipping methods by the codes that orders take; several may share a code.

    Those of a kind that API 2.0 has no code for are left out, as no order could name them.
    """
    methods = []
    for row in read_rows(client, _SHIPPING, {}):
        kind = integer(row, "tipo_logistica")
        if kind is None or kind >= len(_SHIPPING_CODES):
            continue
        code = _SHIPPING_CODES[kind]
        methods.append(ErpMethod(code=code, name=text(row, "nome"), active=text(row, "situacao") == "1"))
    return methods


def payment_methods(client: TinyClient) -> list[ErpMethod]:
    """Return the account's payment methods; their description is also their code."""
    return [
        ErpMethod(
            code=text(row, "descricao"),
            name=text(row, "descricao"),
            active=text(row, "situacao").casefold() == "habilitada",
        )
        for row in read_rows(client, _PAYMENT, {})
    ]


def account(client: TinyClient) -> ErpAccount:
    """Return who the account belongs to and the calls a minute that it may make."""
    content = client.read("info.php", {})
    company = inner(content or {}, "conta")
    if not company:
        raise RemoteContractChanged("tiny.no_account", _("Tiny did not say who the account belongs to."))
    return ErpAccount(
        name=text(company, "razao_social") or text(company, "fantasia"),
        document=normalise_document(text(company, "cnpj_cpf")),
        requests_per_minute=client.limit,
    )
