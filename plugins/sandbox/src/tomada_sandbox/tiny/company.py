"""The account itself and its lists: company, shipping and payment forms (tiny-api.md A9.8, A10)."""

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny.envelope import NOT_FOUND, RefusedError, listing, success
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.state import Account, ShippingForm
from tomada_sandbox.tiny.wire import names
from tomada_sandbox.world import World

_COMPANY = names(
    "razao_social cnpj_cpf fantasia endereco numero bairro complemento cidade estado cep fone email"
    " inscricao_estadual regime_tributario"
)


def info(world: World, account: Account, request: Request) -> Answer:
    """``info.php``."""
    return success(conta={key: account.company.get(key, "") for key in _COMPANY})


def shipping_forms(world: World, account: Account, request: Request) -> Answer:
    """``formas.envio.pesquisa.php``; the records come without a wrapper."""
    params = parameters(request)
    rows = account.shipping_forms
    if kind := params.get("tipoLogistica"):
        rows = [row for row in rows if str(row.logistics) == kind]
    return listing("registros", rows, _shipping, params, request.shift)


def shipping_form(world: World, account: Account, request: Request) -> Answer:
    """``formas.envio.obter.php``, with its freight services."""
    wanted = parameters(request).get("idFormaEnvio")
    form = next((form for form in account.shipping_forms if str(form.id) == wanted), None)
    if form is None:
        raise RefusedError(NOT_FOUND, "Forma de envio não localizada")
    services = [
        {"id": id_, "descricao": name, "codigo": "", "codigo_externo": "", "tipo_entrega": 0}
        for id_, name in form.services
    ]
    return success(forma_envio={**_shipping(form), "formas_frete": services})


def payment_forms(world: World, account: Account, request: Request) -> Answer:
    """``formas.recebimento.pesquisa.php``."""
    params = parameters(request)
    rows = [(name, "Habilitada" if active else "Desabilitada") for name, active in account.payment_forms]
    if situation := params.get("situacao"):
        rows = [row for row in rows if row[1].casefold() == situation.casefold()]
    return listing("formasRecebimento", rows, _payment, params, request.shift)


def _shipping(form: ShippingForm) -> dict[str, object]:
    return {
        "id": form.id,
        "nome": form.name,
        "situacao": 1 if form.active else 2,
        "tipo_logistica": form.logistics,
        "id_gateway_logistico": 0,
    }


def _payment(row: tuple[str, str]) -> dict[str, object]:
    return {"formaRecebimento": {"descricao": row[0], "situacao": row[1]}}
